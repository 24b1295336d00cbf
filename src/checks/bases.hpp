#pragma once

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// The ring-Beijing bases as of a day (DOMAIN 4): how many count, each one's vegetable area and how
/// contiguous it is, their land as a union, the circle's daily and emergency ratios, and what each can
/// supply. A base that is below 300 亩, too scattered or too new is never refused here: it is for a person to
/// review.
CheckResult check_bases(const Context& context);

}  // namespace caitu::checks
