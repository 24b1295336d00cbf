#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "store/work.hpp"

namespace caitu::app {

/// The work database of a workspace, made when an earlier caitu made the workspace. Error(not_found) when the
/// folder is no workspace.
inline store::Work open_work(const std::string& folder) {
  const catalog::Workspace workspace{folder};
  if (!std::filesystem::exists(workspace.database())) {
    throw base::Error(base::Code::not_found, "there is no workspace", base::Where{.file = folder},
                      "make one with `caitu init`");
  }
  return store::Work::open(workspace.work(), false);
}

}  // namespace caitu::app
