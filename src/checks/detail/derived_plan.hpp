#pragma once

#include "checks/context.hpp"
#include "checks/derive.hpp"

namespace caitu::checks::detail {

/// The clusters and belts of the plan, derived from the layers that a run has pinned and by its rules.
Derived clusters_of(const Context& context);
Derived belts_of(const Context& context);

}  // namespace caitu::checks::detail
