#pragma once

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// 人均菜地保有面积 (DOMAIN 3): the union of vegetable land in use on the day, each square metre once, less
/// what flags confirm as non-agricultural use, over the city's residents, held against 3 厘.
///
/// Beside the verdict stand, as information that is no retention, the gross sum, what was counted twice, the
/// union less the deductions of the parcels beneath (KCXS), the reserve alone and together with the land in
/// use, and the land by district and town. What a layer or a year is missing for is said, never zero.
CheckResult check_retention(const Context& context);

}  // namespace caitu::checks
