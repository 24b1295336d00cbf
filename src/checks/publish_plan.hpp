#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "checks/context.hpp"

namespace caitu::checks {

struct PublishedPlan {
  std::string layer;          ///< "belts" or "clusters"
  std::uint32_t edition = 0;  ///< the current one now; 0 when there is none
  std::uint64_t features = 0;
  bool unchanged = false;  ///< nothing was published
  std::vector<std::string>
      notes;  ///< sentences: what was read, assumed, left out, and why nothing was published
};

/// Derives the plan's clusters and belts from the layers that a run has pinned (checks/derive) and publishes
/// each as an edition of its layer, imported as anybody's data is, as of the run's day; `who` as in the audit
/// trail. The edition says what it was made of: `source.derived` holds rule, version, width and the editions
/// read, its notice says so in words.
///
/// Nothing is published where the current edition holds the same features, where it is of a later day, or
/// where nothing can be derived. A current edition that was delivered is followed by the derived one: a
/// delivered layer is for `belts_delivered` or `clusters_delivered`, and compared (DOMAIN 2). Errors as
/// catalog::import_delivery; what was published before one stays.
std::vector<PublishedPlan> publish_plan(const catalog::Workspace& workspace,
                                        const std::vector<std::filesystem::path>& declared,
                                        const Context& context, const std::string& who);

}  // namespace caitu::checks
