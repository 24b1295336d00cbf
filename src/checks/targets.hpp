#pragma once

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// The plan's targets against what the editions hold (DOMAIN 4): the reserve, points, clusters, belts, outer
/// bases, the protected space as a reference with the share of new facilities inside it, its overlap with the
/// reserve, and 愿改尽改. Each keeps the plan's own comparator. Areas are unions; nothing is added over
/// levels. Figures that no layer tells are listed as not run, with the reason.
CheckResult check_targets(const Context& context);

}  // namespace caitu::checks
