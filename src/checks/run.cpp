#include "checks/run.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/error.hpp"
#include "checks/bases.hpp"
#include "checks/belts.hpp"
#include "checks/detail/needs.hpp"
#include "checks/greenhouse.hpp"
#include "checks/identify.hpp"
#include "checks/quality.hpp"
#include "checks/retention.hpp"
#include "checks/targets.hpp"

namespace caitu::checks {
namespace {

using base::Code;
using base::Error;
using base::Where;

struct Check {
  std::string_view id;
  CheckResult (*run)(const Context& context);
};
constexpr Check kRuns[] = {{"retention", check_retention},   {"targets", check_targets},
                           {"belts", check_belts},           {"bases", check_bases},
                           {"greenhouse", check_greenhouse}, {"quality", check_quality}};

void tell_empty_layers(const Context& context, CheckResult& result) {
  for (const Rule* rule : context.rules.of(result.check)) {
    for (std::string& sentence : detail::empty_layers(context, *rule)) {
      if (std::ranges::find(result.notes, sentence) == result.notes.end())
        result.notes.push_back(std::move(sentence));
    }
  }
}

}  // namespace

Run run_checks(const Context& context, std::span<const std::string> checks) {
  for (const std::string& id : checks) {
    if (std::ranges::find(kChecks, id) == kChecks.end())
      throw Error(Code::usage, "there is no check \"" + id + "\"", Where{.field = "CHECK"},
                  "did you mean \"" + base::nearest_name(id, kChecks) + "\"?");
  }
  Run run{.as_of = context.pinned.as_of, .results = {}, .cleared = {}};
  for (const Check& check : kRuns) {
    if (!checks.empty() && std::ranges::find(checks, check.id) == checks.end()) continue;
    context.progress.at(check.id, 0, 0);
    run.results.push_back(check.run(context));
  }
  for (CheckResult& result : run.results) tell_empty_layers(context, result);
  const auto known = known_cases(context.pinned);
  for (CheckResult& result : run.results) {
    std::vector<KnownCase> of_check;
    std::ranges::copy_if(known, std::back_inserter(of_check), [&](const KnownCase& one) {
      const auto rule = context.rules.rules.find(one.rule);
      return rule != context.rules.rules.end() && rule->second.check == result.check &&
             std::ranges::find(result.not_run, one.rule, &NotRun::what) == result.not_run.end();
    });
    std::ranges::move(identify(result.findings, of_check, run.as_of), std::back_inserter(run.cleared));
  }
  return run;
}

base::Json to_json(const Run& run) {
  base::Json list = base::Json::array();
  for (const CheckResult& result : run.results) {
    base::Json json = to_json(result);
    json["as_of"] = run.as_of;
    list.push_back(std::move(json));
  }
  return list.size() == 1 ? list.front() : list;
}

}  // namespace caitu::checks
