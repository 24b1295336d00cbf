#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/scratch_folder.hpp"
#include "checks/context.hpp"
#include "checks/manifest.hpp"
#include "checks/publish_flags.hpp"
#include "checks/publish_plan.hpp"

namespace caitu::app {

struct CheckRequest {
  std::vector<std::string> checks = {};           ///< none: all
  std::string as_of = {};                         ///< ISO date; empty: the latest land date
  int population_year = 0;                        ///< 0: the plan's basis
  std::vector<std::filesystem::path> rules = {};  ///< a user's own
  std::size_t threads = 0;                        ///< 0: the machine's
};

/// A run of checks with all that it was made of, kept for its report: rules, tables, pinned editions. One
/// thread makes it, then it is const-shared. The catalog may go on to newer editions meanwhile.
class CheckRun {
 public:
  /// With the installed rules and tables. Errors as `run_checks`, `pin` and `load_rules`.
  CheckRun(const catalog::Catalog& catalog, const CheckRequest& request, const base::Progress& progress);
  /// Once more what a manifest says, with its own rules and tables. Error(refused) when an edition is not
  /// what the run read.
  CheckRun(const catalog::Catalog& catalog, const checks::Manifest& manifest, std::size_t threads,
           const base::Progress& progress);
  CheckRun(const CheckRun&) = delete;
  CheckRun& operator=(const CheckRun&) = delete;

  const checks::Run& run() const { return run_; }
  const checks::Context& context() const { return context_; }
  checks::Manifest made_of() const;
  base::Json manifest() const { return to_json(made_of()); }

 private:
  struct Sources {
    std::filesystem::path plan, land_classes;
  };
  checks::Context make_context(const catalog::Catalog& catalog, const Sources& sources,
                               std::optional<int> population_year, std::size_t threads) const;

  catalog::ScratchFolder scratch_;
  base::Progress progress_;
  checks::RuleSet rules_;
  Sources sources_;
  geodata::LandClasses classes_;
  std::vector<checks::ReadText> tables_;
  checks::Pinned pinned_;
  checks::Context context_;
  checks::Run run_;
};

/// What a run has left in the workspace.
struct Published {
  std::vector<checks::PublishedPlan> plan;  ///< belts and clusters; empty when no check that ran derives them
  checks::PublishedFlags flags;
};
/// Publishes the layers that the plan derives, if belts or targets were checked, and what was found as
/// `flags`, of which the record gets an edition unless an import of them runs. `declared` as of Catalog.
Published publish(const CheckRun& made, catalog::Catalog& catalog,
                  const std::vector<std::filesystem::path>& declared, const std::string& who);

}  // namespace caitu::app
