#pragma once

#include <cstdint>
#include <string>

#include "catalog/living.hpp"
#include "checks/run.hpp"

namespace caitu::checks {

/// What became of a run's findings: of those that were no flag before, of those that were, of those that had
/// been seen to or cleared before and are suspected again; and of the flags that were not found again and are
/// cleared now.
struct PublishedFlags {
  std::uint64_t added = 0, persisting = 0, reopened = 0, cleared = 0;
};

/// Makes the layer `flags` say what a run found, in one transaction, all or nothing, each change with its
/// audit row of `who`; told from the flags as they are inside it.
///
/// A new finding is inserted, suspected. Of one that is a flag already everything that was found is brought
/// up to date, and nothing of its workflow (status, assignee, reason, status_by, status_at, found_on), also
/// when that was edited after the run's editions were pinned: a dismissal stays. One that the run found
/// reopened, and that is rectified, closed or cleared still, is suspected again; `reason` tells what it was.
/// One in Run::cleared gets the state cleared and keeps all else. What does not change is not written: a run
/// published twice writes nothing the second time, nor does a run of an earlier day than the one that saw a
/// flag last. Publish a run before the next one is pinned: whether a
/// case has been seen to since can only be told from what the run has pinned.
///
/// Error(unsupported) or (not_found) when the workspace has no living layer `flags`, Error(invalid) when a
/// finding's land is none that the layer takes.
PublishedFlags publish_flags(catalog::Living& living, const catalog::Catalog& catalog, const Run& run,
                             const std::string& who);

}  // namespace caitu::checks
