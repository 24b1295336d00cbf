#pragma once

#include <optional>
#include <string>

#include "checks/context.hpp"
#include "checks/plan_tables.hpp"
#include "checks/result.hpp"

namespace caitu::checks::detail {

/// What vegetable land is divided by and held against.
struct Yardstick {
  double threshold_li = 0;
  std::string comparator, source;        ///< of the threshold
  std::optional<Population> population;  ///< of year 0: supposed, and of no year
  std::string unknown;                   ///< why there is no population, a sentence
};
/// The rule's threshold and the residents of the context's year.
Yardstick yardstick(const Context& context, const Rule& rule, const PlanTables& tables);

/// "retention.per_capita": the verdict on land in use, each square metre once and less confirmed use, and how
/// far it is from another one. Without a population it is not_run.
Measure per_capita(const Yardstick& yardstick, double retained_m2, bool any_land);

}  // namespace caitu::checks::detail
