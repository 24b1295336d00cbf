#pragma once

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// The greenhouse check (大棚房, DOMAIN 5): rules G1 to G10, by their parameters. A rule of which a layer is
/// missing is not run, and the result names the layer. Findings stand by rule and, within one, from west to
/// east.
CheckResult check_greenhouse(const Context& context);

}  // namespace caitu::checks
