#pragma once

#include <optional>

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks::detail {

/// Says that a rule is not run when a layer that it needs has no edition; "a|b" needs one of the two.
std::optional<NotRun> missing_layers(const Context& context, const Rule& rule);

}  // namespace caitu::checks::detail
