// What of catalog.hpp needs no catalog: a workspace's folders, and which edition is meant.
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "store/work.hpp"

namespace caitu::catalog {

using base::Code;
using base::Error;
using base::Where;

void create_workspace(const Workspace& workspace) {
  if (std::filesystem::exists(workspace.database())) {
    throw Error(Code::conflict, "there is a workspace already", Where{.file = workspace.folder.string()});
  }
  std::error_code failed;
  for (const auto& folder :
       {workspace.folder, workspace.snapshots(), workspace.rejects(), workspace.own_layers()}) {
    std::filesystem::create_directories(folder, failed);
    if (failed)
      throw Error(Code::io, "the folder cannot be made: " + failed.message(), Where{.file = folder.string()});
  }
  store::Store::create(workspace.database());
  store::Work::create(workspace.work());
}

const store::EditionRecord* chosen_edition(const std::vector<store::EditionRecord>& editions,
                                           std::optional<std::uint32_t> edition,
                                           const std::optional<std::string>& as_of) {
  const store::EditionRecord* chosen = nullptr;
  for (const auto& record : editions) {
    if (edition ? record.edition != *edition : record.withdrawn || record.as_of > *as_of) continue;
    if (chosen == nullptr || record.as_of >= chosen->as_of) chosen = &record;
  }
  return chosen;
}

}  // namespace caitu::catalog
