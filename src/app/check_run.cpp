#include "app/check_run.hpp"

#include <algorithm>

#include "app/config.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "catalog/fold.hpp"
#include "catalog/living.hpp"
#include "checks/replay.hpp"

namespace caitu::app {
namespace {

constexpr const char* kLaidOut = "manifest";  ///< within the scratch folder

checks::RuleSet laid_out_rules(const checks::Manifest& manifest, const std::filesystem::path& folder) {
  checks::lay_out(manifest, folder);
  return checks::rules_of(manifest, folder);
}

bool derives_plan(const checks::Run& run) {
  return std::ranges::any_of(run.results, [](const checks::CheckResult& result) {
    return result.check == "belts" || result.check == "targets";
  });
}

}  // namespace

CheckRun::CheckRun(const catalog::Catalog& catalog, const CheckRequest& request,
                   const base::Progress& progress)
    : progress_(progress),
      rules_(checks::load_rules({find_installation().rules()}, request.rules)),
      sources_{.plan = find_installation().geodata / "plan",
               .land_classes = find_installation().geodata / "land_classes.csv"},
      classes_(geodata::LandClasses::load(sources_.land_classes)),
      tables_(checks::read_tables(sources_.plan, sources_.land_classes)),
      pinned_(checks::pin(catalog, request.as_of.empty() ? std::nullopt : std::optional(request.as_of))),
      context_(
          make_context(catalog, sources_,
                       request.population_year == 0 ? std::nullopt : std::optional(request.population_year),
                       request.threads)),
      run_(checks::run_checks(context_, request.checks)) {}

CheckRun::CheckRun(const catalog::Catalog& catalog, const checks::Manifest& manifest, std::size_t threads,
                   const base::Progress& progress)
    : progress_(progress),
      rules_(laid_out_rules(manifest, scratch_.path() / kLaidOut)),
      sources_{.plan = scratch_.path() / kLaidOut / "plan",
               .land_classes = scratch_.path() / kLaidOut / "land_classes.csv"},
      classes_(geodata::LandClasses::load(sources_.land_classes)),
      tables_(checks::read_tables(sources_.plan, sources_.land_classes)),
      pinned_(checks::pin_again(catalog, manifest.as_of, manifest.layers, manifest.missing)),
      context_(make_context(catalog, sources_, manifest.population_year, threads)),
      run_(checks::run_checks(context_, manifest.checks)) {}

checks::Context CheckRun::make_context(const catalog::Catalog& catalog, const Sources& sources,
                                       std::optional<int> population_year, std::size_t threads) const {
  return {.pinned = pinned_,
          .rules = rules_,
          .classes = classes_,
          .plan = sources.plan,
          .attachments = catalog.workspace().attachments(),
          .scratch = scratch_.path(),
          .population_year = population_year,
          .threads = threads > 0 ? threads : base::default_threads(),
          .progress = progress_};
}

checks::Manifest CheckRun::made_of() const {
  const checks::Program program{.version = "caitu " CAITU_VERSION,
                                .sha256 = base::hex(base::program_sha256())};
  return checks::manifest_of(run_, context_, program, tables_);
}

Published publish(const CheckRun& made, catalog::Catalog& catalog,
                  const std::vector<std::filesystem::path>& declared, const std::string& who) {
  Published published;
  if (derives_plan(made.run()))
    published.plan = checks::publish_plan(catalog.workspace(), declared, made.context(), who);
  catalog::Living living(catalog);
  published.flags = checks::publish_flags(living, catalog, made.run(), who);
  try {
    catalog::fold(catalog.workspace(), catalog::living_declaration(*catalog.state(), "flags"));
  } catch (const base::Error& error) {
    // Readers have the flags already; the record takes them with the next fold.
    if (error.code() != base::Code::busy) throw;
  }
  return published;
}

}  // namespace caitu::app
