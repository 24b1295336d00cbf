#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

#include "base/progress.hpp"
#include "base/workers.hpp"
#include "checks/pinned.hpp"
#include "checks/rule_set.hpp"
#include "geodata/land_classes.hpp"

namespace caitu::checks {

/// All that a check may depend on: what it finds is a function of it and of nothing else. Keeps references;
/// const-shared.
struct Context {
  const Pinned& pinned;
  const RuleSet& rules;
  const geodata::LandClasses& classes;
  std::filesystem::path plan;         ///< folder of the plan's tables and of population.csv
  std::filesystem::path attachments;  ///< of the workspace: rasters by their SHA-256
  std::filesystem::path scratch;      ///< for what does not fit into memory; emptied by whoever made it
  std::optional<int> population_year =
      {};  ///< whose residents retention is divided by; else the plan's basis
  std::size_t threads = base::default_threads();
  const base::Progress& progress;

  When when(std::string built_on = {}) const { return {pinned.as_of, std::move(built_on)}; }
};

}  // namespace caitu::checks
