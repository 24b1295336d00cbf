#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "app/check_run.hpp"
#include "app/commands/check_print.hpp"
#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/program.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "checks/evidence.hpp"
#include "checks/identify.hpp"
#include "checks/replay.hpp"
#include "checks/why.hpp"

namespace caitu::app {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;

struct Arguments {
  std::string workspace, as_of, explain, fail_on, report, replay, why;
  std::vector<std::string> checks, rules, findings;
  std::size_t jobs = 0;
  int population_year = 0;
  bool json = false, publish = false;

  CheckRequest request() const {
    return {.checks = checks,
            .as_of = as_of,
            .population_year = population_year,
            .rules = {rules.begin(), rules.end()},
            .threads = jobs};
  }
};

/// All that was done before anything is said of it.
struct Done {
  std::unique_ptr<const CheckRun> made;
  std::optional<checks::Comparison> comparison;
  std::optional<Published> published;
  bool of_the_past = false;  ///< newer land than that of the run is there
};

Done work(const Arguments& a, catalog::Catalog& catalog) {
  if (!a.report.empty()) checks::check_report_folder(a.report);
  ProgressBar bar("check");
  const base::Progress progress = bar.progress();
  Done done;
  if (a.replay.empty()) {
    done.made = std::make_unique<const CheckRun>(catalog, a.request(), progress);
  } else {
    const checks::Manifest then = checks::read_manifest(a.replay);
    done.made = std::make_unique<const CheckRun>(catalog, then, a.jobs, progress);
    done.comparison = checks::compare(then, done.made->made_of());
  }
  const checks::Run& run = done.made->run();
  for (const std::string& file : a.findings) checks::write_findings(file, run);
  if (!a.report.empty()) checks::write_report(a.report, run, done.made->context(), done.made->manifest());
  if (a.publish) {
    done.of_the_past = run.as_of < checks::pin(catalog, std::nullopt).as_of;
    done.published = publish(*done.made, catalog, {find_installation().layers()}, shell_user());
  }
  return done;
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

/// On stdout what was asked for: with --json that alone, and what was published beside it on stderr.
void say(const Arguments& a, const Done& done) {
  if (done.comparison && a.json) {
    fmt::print("{}\n", base::json_text(checks::to_json(*done.comparison), 2));
  } else if (done.comparison) {
    print_comparison(*done.comparison);
  } else if (a.json) {
    fmt::print("{}\n", base::json_text(checks::to_json(done.made->run()), 2));
  } else {
    print_run(done.made->run());
  }
  if (!done.published) return;
  fmt::print(
      a.json ? stderr : stdout, "{}{}", published_text(*done.published),
      done.of_the_past ? "they are of " + done.made->run().as_of + "; newer land has been published\n" : "");
}

[[noreturn]] void fail_unknown(const Arguments& a, const checks::Pinned& pinned, const checks::Run& run) {
  std::set<std::string> known;
  for (const checks::KnownCase& one : checks::known_cases(pinned)) known.insert(one.fingerprint);
  for (const checks::CheckResult& result : run.results) {
    for (const checks::Finding& one : result.findings) known.insert(one.fingerprint);
  }
  const std::string nearest = base::nearest_name(a.why, known);
  throw Error(Code::not_found, "there is no flag \"" + a.why + "\", and no finding as of " + run.as_of,
              Where{.field = "--why"},
              nearest.empty() ? "`caitu check WS greenhouse` lists what is found"
                              : "did you mean \"" + nearest + "\"?");
}

base::Json why(const Arguments& a, const catalog::Catalog& catalog) {
  const auto pinned = checks::pin(catalog, a.as_of.empty() ? std::nullopt : std::optional(a.as_of));
  if (auto published = checks::why_json(pinned, a.why)) return *std::move(published);
  ProgressBar bar("check");
  CheckRequest request = a.request();
  request.checks = {"greenhouse"};
  const CheckRun made(catalog, request, bar.progress());
  for (const checks::CheckResult& result : made.run().results) {
    const auto found = std::ranges::find(result.findings, a.why, &checks::Finding::fingerprint);
    if (found != result.findings.end()) return checks::why_json(*found);
  }
  fail_unknown(a, pinned, made.run());
}

void run(const Arguments& a) {
  const Installation installation = find_installation();
  if (!a.explain.empty()) {
    const auto rules = checks::load_rules({installation.rules()}, {a.rules.begin(), a.rules.end()});
    fmt::print("{}", checks::explain(rules.rule(a.explain)));
    return;
  }
  if (a.workspace.empty())
    throw Error(Code::usage, "a workspace is missing", Where{.field = "WS"},
                "caitu check WS, or --explain RULE");
  catalog::Catalog catalog({a.workspace}, {installation.layers()});
  if (!a.why.empty()) {
    const base::Json json = why(a, catalog);
    fmt::print("{}", a.json ? base::json_text(json, 2) + "\n" : checks::why_text(json));
    return;
  }
  const Done done = work(a, catalog);
  say(a, done);
  if (done.comparison ? !done.comparison->equal() : fails(done.made->run(), a.fail_on))
    throw CLI::RuntimeError(kFailed);
}

}  // namespace

void add_check(CLI::App& program) {
  auto* command =
      program.add_subcommand("check", "Hold the land against the plan and the rules, and say why");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace");
  auto* checks = command->add_option("CHECK", a->checks,
                                     "retention, targets, belts, bases, greenhouse, quality (default: all)");
  auto* as_of =
      command->add_option("--as-of", a->as_of, "the day for which to check (default: of the newest edition)");
  auto* rules =
      command->add_option("--rules", a->rules, "a file that takes the place of a rule of its id")->take_all();
  auto* year =
      command->add_option("--population-year", a->population_year,
                          "whose residents retention is divided by (default: 2022, the plan's basis)");
  auto* findings = command
                       ->add_option("--findings", a->findings,
                                    "write the findings, in the format of its ending; may be repeated")
                       ->take_all();
  auto* report = command->add_option(
      "--report", a->report,
      "write a folder: report.html, findings.gpkg, findings.xlsx, what is drawn, and manifest.json");
  auto* publish =
      command->add_flag("--publish", a->publish,
                        "publish what was found as flags, and the belts and clusters that were derived");
  auto* replay = command->add_option(
      "--replay", a->replay,
      "run a manifest.json again on the editions, rules and tables that it names: equal, or what differs");
  auto* why =
      command->add_option("--why", a->why, "why a flag or a finding is one, and what would turn its verdict");
  auto* explain =
      command->add_option("--explain", a->explain, "print a rule: what it measures, its basis, its figures");
  auto* fail_on =
      command->add_option("--fail-on", a->fail_on, "end with 1 when a violation is at least so grave")
          ->check(CLI::IsMember({"low", "medium", "high", "critical"}));
  command->add_option("--jobs", a->jobs, "threads (default: one for each core)");
  command->add_flag("--json", a->json, "the result as JSON");
  for (auto* other : {checks, as_of, rules, year, publish, why, explain, fail_on}) replay->excludes(other);
  for (auto* other : {checks, findings, report, publish, explain, fail_on}) why->excludes(other);
  for (auto* other : {findings, report, publish, fail_on}) explain->excludes(other);
  command->footer(
      "--replay ends with 0 when all is equal, with 1 when something differs, and with 3 when it cannot be "
      "run: "
      "the\n"
      "manifest was changed, or the workspace lacks an edition that it names.");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
