#pragma once

#include <span>
#include <string>
#include <vector>

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// What a run of checks came to.
struct Run {
  std::string as_of;
  std::vector<CheckResult> results;  ///< in the order of kChecks
  std::vector<std::string> cleared;  ///< fingerprints of flags that were not found again
};

/// Runs the checks that are named; none named: all. A pure function of the context. Error(usage) names an
/// unknown check and the nearest.
Run run_checks(const Context& context, std::span<const std::string> checks);

/// Of several checks a list, of one that one: what `caitu check --json` prints.
base::Json to_json(const Run& run);

}  // namespace caitu::checks
