#pragma once

#include <filesystem>

#include "base/progress.hpp"
#include "catalog/catalog.hpp"

namespace caitu::catalog {

struct Migration {
  int record_before = 0, record_now = 0;
  int work_before = 0, work_now = 0;  ///< before: 0 when there was none
  std::filesystem::path
      backup;  ///< taken before anything was changed; empty when nothing had to be, or none was wanted

  bool changed() const { return record_before != record_now || work_before != work_now; }
};

/// Brings a workspace to this program's forms, each step one transaction: killed anywhere, each database is
/// of the form before a step or after it, and the next call goes on. Before it changes anything it takes a
/// backup, "before-form-<n>.backup" in the workspace, unless told not to. No server and no import may use the
/// workspace meanwhile. Errors as migrate_file and back_up.
Migration migrate_workspace(const Workspace& workspace, bool backup, const base::Progress& progress = {});

}  // namespace caitu::catalog
