#pragma once

#include <optional>
#include <string>

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks::detail {

/// A figure of the plan and what the land holds of it: the plan's own comparator, met or not_met. Of 左右 the
/// verdict is always "about", for no band around it is agreed (FACTS 6, trap 24); of a reference there is
/// none. Less than `tolerance` below is met.
Measure against_plan(const Rule& rule, const std::string& parameter, const std::string& id, double value,
                     const When& when, double tolerance = 0);

/// A measure that could not be taken, and why.
Measure not_measured(const Rule& rule, const std::string& parameter, const std::string& id, const When& when,
                     const std::string& why);

/// m² of all polygons of a layer, each square metre once; nothing when the layer has no edition.
std::optional<double> union_m2(const Context& context, const std::string& layer);

}  // namespace caitu::checks::detail
