#include "catalog/feature_history.hpp"

#include "store/living.hpp"

namespace caitu::catalog {

std::vector<PastEdit> feature_history(const Workspace& workspace, const std::string& layer,
                                      std::uint64_t feature) {
  std::vector<PastEdit> history;
  if (!std::filesystem::exists(workspace.work())) return history;
  store::Work work = store::Work::open(workspace.work(), true);
  for (const store::LivingChange& change : store::LivingChanges(work).of(layer, feature)) {
    history.push_back({.version = change.version,
                       .operation = std::string(name(change.operation)),
                       .at = change.at,
                       .who = change.who,
                       .properties = base::parse_json(change.attributes)});
  }
  return history;
}

}  // namespace caitu::catalog
