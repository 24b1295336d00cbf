#pragma once

#include <string>

#include "catalog/catalog.hpp"

namespace caitu::catalog {

struct Rollback {
  store::EditionRecord before,
      now;  ///< the editions that were and are current; the same when nothing was to do
};

/// Makes an older edition of a layer current, or again a newer one; who reads keeps what he holds, and
/// running servers take it up by themselves. Editions off its line are withdrawn: reads by date pass them by,
/// a number still pins them. The next import takes the next number, and follows and is compared with the
/// edition that is current. `who` stands in the audit trail: its row is written before the change, so that no
/// change is without one; a process killed between the two leaves a row of a change that did not come.
/// Errors: not_found names what there is; busy while an import of the layer runs.
Rollback roll_back(const Workspace& workspace, const std::string& layer, std::uint32_t edition,
                   const std::string& who);

}  // namespace caitu::catalog
