// What of catalog.hpp needs nothing of a catalog's insides: a workspace's folders, which edition is meant.
#include <charconv>

#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "catalog/intake.hpp"
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

std::shared_ptr<const Edition> Catalog::edition_named(const std::string& layer,
                                                      const std::string& text) const {
  if (is_date(text)) return edition(layer, {}, text);
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number == 0) {
    throw Error(Code::invalid, "\"" + text + "\" names no edition", Where{.layer = layer},
                "write its number, like 3, or a date, like 2024-06-30");
  }
  return edition(layer, number);
}

}  // namespace caitu::catalog
