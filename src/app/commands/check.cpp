#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/program.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "catalog/scratch_folder.hpp"
#include "checks/evidence.hpp"
#include "checks/run.hpp"

namespace caitu::app {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;

struct Arguments {
  std::string workspace, as_of, explain, fail_on;
  std::vector<std::string> checks, rules, findings;
  std::size_t jobs = 0;
  int population_year = 0;
  bool json = false;
};

std::string_view verdict_zh(checks::Verdict verdict) {
  return verdict == checks::Verdict::violation ? "违规" : "待实地核查";
}

/// Whole numbers as they are, 亩 and other large figures with two decimals, shares with four digits.
std::string number(double value) {
  if (value == std::round(value) || std::abs(value) >= 1000)
    return grouped(fmt::format("{:.{}f}", value, value == std::round(value) ? 0 : 2));
  return fmt::format("{:.4g}", value);
}

void print(const checks::Measure& one) {
  fmt::print("  {:>14} {:<6}{:<10} {}", one.value ? number(*one.value) : "—", one.unit, one.verdict,
             one.title);
  if (one.target && !one.verdict.empty() && one.verdict != "not_run")
    fmt::print(" ({} {})", one.comparator, number(*one.target));
  fmt::print("\n");
}

void print(const checks::CheckResult& result) {
  fmt::print("{}\n", result.check);
  std::size_t untold = 0;
  for (const checks::Measure& one : result.measures) {
    if (one.verdict == "not_run") {
      ++untold;
    } else {
      print(one);
    }
  }
  for (const auto& looked : result.looked)
    fmt::print("  {:<5} {:>9} looked at, {:>9} clear\n", looked.rule, grouped(looked.at),
               grouped(looked.clear));
  for (const checks::Finding& one : result.findings) {
    fmt::print("  {} {:<4} {} {}{} {}\n", one.fingerprint, one.rule, verdict_zh(one.verdict), one.district,
               one.town, one.what_zh);
  }
  for (const checks::NotRun& one : result.not_run) {
    if (!one.layer.empty()) fmt::print("  {} not run: {}\n", one.what, one.why);
  }
  if (untold > 0) fmt::print("  {} figures could not be measured; --json says why\n", untold);
  for (const std::string& note : result.notes) fmt::print("  {}\n", note);
}

void print(const checks::Run& run) {
  fmt::print("as of {}\n", run.as_of);
  for (const checks::CheckResult& result : run.results) print(result);
  if (!run.cleared.empty()) fmt::print("cleared since: {} flags\n", run.cleared.size());
}

/// True when something is at least as grave as `--fail-on` says.
bool fails(const checks::Run& run, const std::string& fail_on) {
  if (fail_on.empty()) return false;
  const auto least = checks::parse_severity(fail_on);
  for (const checks::CheckResult& result : run.results) {
    for (const checks::Finding& one : result.findings) {
      if (one.verdict == checks::Verdict::violation && checks::parse_severity(one.severity) >= least)
        return true;
    }
  }
  return false;
}

void run(const Arguments& arguments) {
  const Installation installation = find_installation();
  const checks::RuleSet rules =
      checks::load_rules({installation.rules()}, {arguments.rules.begin(), arguments.rules.end()});
  if (!arguments.explain.empty()) {
    fmt::print("{}", checks::explain(rules.rule(arguments.explain)));
    return;
  }
  if (arguments.workspace.empty())
    throw Error(Code::usage, "a workspace is missing", Where{.field = "WS"},
                "caitu check WS, or --explain RULE");
  const catalog::Workspace workspace{arguments.workspace};
  const catalog::Catalog catalog(workspace, {installation.layers(), workspace.own_layers()});
  const auto classes = geodata::LandClasses::load(installation.geodata / "land_classes.csv");
  const auto pinned =
      checks::pin(catalog, arguments.as_of.empty() ? std::nullopt : std::optional(arguments.as_of));
  checks::Run result;
  {
    const catalog::ScratchFolder scratch;
    ProgressBar bar("check");
    const base::Progress progress = bar.progress();
    const checks::Context context{.pinned = pinned,
                                  .rules = rules,
                                  .classes = classes,
                                  .plan = installation.geodata / "plan",
                                  .attachments = workspace.attachments(),
                                  .scratch = scratch.path(),
                                  .population_year = arguments.population_year == 0
                                                         ? std::nullopt
                                                         : std::optional(arguments.population_year),
                                  .threads = arguments.jobs > 0 ? arguments.jobs : base::default_threads(),
                                  .progress = progress};
    result = checks::run_checks(context, arguments.checks);
  }
  for (const std::string& file : arguments.findings) checks::write_findings(file, result);
  if (arguments.json) {
    fmt::print("{}\n", checks::to_json(result).dump(2));
  } else {
    print(result);
  }
  if (fails(result, arguments.fail_on)) throw CLI::RuntimeError(kFailed);
}

}  // namespace

void add_check(CLI::App& program) {
  auto* command =
      program.add_subcommand("check", "Hold the land against the plan and the rules, and say why");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace");
  command->add_option("CHECK", a->checks,
                      "retention, targets, belts, bases, greenhouse, quality (default: all)");
  command->add_option("--as-of", a->as_of, "the day for which to check (default: of the newest edition)");
  command->add_option("--rules", a->rules, "a file that takes the place of a rule of its id")->take_all();
  command->add_option("--population-year", a->population_year,
                      "whose residents retention is divided by (default: 2022, the plan's basis)");
  command
      ->add_option("--findings", a->findings,
                   "write the findings, in the format of its ending; may be repeated")
      ->take_all();
  command->add_option("--explain", a->explain, "print a rule: what it measures, its basis, its figures");
  command->add_option("--fail-on", a->fail_on, "end with 1 when a violation is at least so grave")
      ->check(CLI::IsMember({"low", "medium", "high", "critical"}));
  command->add_option("--jobs", a->jobs, "threads (default: one for each core)");
  command->add_flag("--json", a->json, "the result as JSON");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
