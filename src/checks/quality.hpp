#pragma once

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// What the audit at import found in each edition that a run reads (DOMAIN 6): one measure a layer, with the
/// counts by rule. An edition with findings of a failing severity is not met. Editions without an audit, as
/// those of layers that only edits have filled, are not run.
CheckResult check_quality(const Context& context);

}  // namespace caitu::checks
