#pragma once

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// The belts of the plan (DOMAIN 4), derived from roads at the width that is the rule's parameter: land,
/// vegetable land in use and facilities in each, and how it compares with the one delivered. Measures, no
/// verdicts; the width stands in every one.
CheckResult check_belts(const Context& context);

}  // namespace caitu::checks
