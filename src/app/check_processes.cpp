#include "app/check_processes.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "app/check_run.hpp"
#include "app/config.hpp"
#include "app/process_inputs.hpp"
#include "app/processes.hpp"
#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "checks/check_titles.hpp"
#include "checks/evidence.hpp"
#include "checks/pinned.hpp"
#include "checks/plan_tables.hpp"
#include "geodata/map_watch.hpp"

namespace caitu::app {
namespace {

using base::Error;
using base::Json;
using catalog::Workspace;
using Paths = std::vector<std::filesystem::path>;
namespace fs = std::filesystem;

constexpr std::string_view kReporting = "writing the report", kPublishing = "publishing";

bool publishes(const Json& inputs) { return inputs.value("publish", false); }

std::vector<jobs::Input> check_inputs() {
  return {{"as_of",
           {"核算日期", "The day for which to check; of the newest edition when absent"},
           {{"type", "string"}, {"format", "date"}, {"maxLength", 10}},
           false},
          {"population_year",
           {"人口年份", "Whose residents retention is divided by; 2022, the plan's basis, when absent"},
           {{"type", "integer"}},
           false},
          {"publish",
           {"发布", "Give the layer flags what was found, and the plan's derived layers their editions"},
           {{"type", "boolean"}},
           false}};
}

void check_asked(const Workspace& workspace, const Paths& declared, Json& inputs) {
  if (inputs.contains("population_year")) {
    const std::int64_t year = inputs["population_year"];
    if (year < 1900 || year > 2200) refuse_input("population_year", "it is out of range", "2022");
    try {
      checks::PlanTables::load(find_installation().geodata / "plan").residents(static_cast<int>(year));
    } catch (const Error& error) {
      refuse_input("population_year", error.what(), error.hint());
    }
  }
  if (inputs.contains("as_of")) {
    if (!catalog::is_date(inputs["as_of"]))
      refuse_input("as_of", inputs["as_of"].dump() + " is no date", "2024-12-31");
    return;
  }
  const std::string day = checks::pin(catalog::Catalog(workspace, declared), std::nullopt).as_of;
  if (!day.empty()) inputs["as_of"] = day;
}

/// By rule and verdict, in the order in which the checks run.
Json counted(const checks::Run& run) {
  Json rows = Json::array();
  for (const checks::CheckResult& result : run.results) {
    std::map<std::pair<std::string, checks::Verdict>, std::map<checks::State, std::uint64_t>> counts;
    for (const checks::Finding& one : result.findings) ++counts[{one.rule, one.verdict}][one.state];
    for (auto& [of, by_state] : counts) {
      Json row{{"check", result.check}, {"rule", of.first}, {"verdict", checks::name(of.second)}};
      std::uint64_t all = 0;
      for (const auto state : {checks::State::fresh, checks::State::persisting, checks::State::reopened}) {
        all += by_state[state];
        row[std::string(checks::name(state))] = by_state[state];
      }
      row["count"] = all;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Json files_in(const fs::path& folder) {
  std::map<std::string, std::uintmax_t> bytes;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes[entry.path().filename().string()] = entry.file_size();
  }
  Json files = Json::array();
  for (const auto& [name, size] : bytes) files.push_back({{"name", name}, {"bytes", size}});
  return files;
}

Json result_of(const checks::Run& run) {
  Json checked = checks::to_json(run);
  return {{"as_of", run.as_of},
          {"checks", checked.is_array() ? std::move(checked) : Json::array({std::move(checked)})},
          {"findings", counted(run)},
          {"cleared", run.cleared.size()}};
}

Json published_json(const Published& published) {
  Json plan = Json::array();
  for (const checks::PublishedPlan& one : published.plan) {
    plan.push_back({{"layer", one.layer},
                    {"edition", one.edition},
                    {"features", one.features},
                    {"unchanged", one.unchanged},
                    {"notes", one.notes}});
  }
  const checks::PublishedFlags& flags = published.flags;
  return {{"plan", std::move(plan)},
          {"flags",
           {{"added", flags.added},
            {"persisting", flags.persisting},
            {"reopened", flags.reopened},
            {"cleared", flags.cleared}}}};
}

/// A job works for who asked for it.
std::string who_asked(const Workspace& workspace, const std::string& job) {
  return jobs::Queue(workspace.work()).find(job).job.who;
}

Json run_check(const Workspace& workspace, const Paths& declared, const std::vector<std::string>& checks,
               const jobs::Call& call) {
  const fs::path folder = results_of(workspace) / call.job;
  fs::create_directories(folder.parent_path());
  catalog::Catalog catalog(workspace, declared);
  const CheckRequest request{.checks = checks,
                             .as_of = call.inputs.value("as_of", ""),
                             .population_year = call.inputs.value("population_year", 0)};
  const geodata::MapWatch watch;
  const CheckRun made(catalog, request, call.progress);
  call.progress.at(kReporting, 0, 0);
  checks::write_report(folder, made.run(), made.context(), made.manifest());
  watch.check();
  Json result = result_of(made.run());
  if (publishes(call.inputs)) {
    call.progress.check();
    call.progress.at(kPublishing, 0, 0);
    result["published"] = published_json(publish(made, catalog, declared, who_asked(workspace, call.job)));
  }
  result["files"] = files_in(folder);
  return result;
}

/// About the shares of a run's time, in the order of kChecks.
constexpr std::array<int, checks::kChecks.size()> kShares = {25, 10, 10, 10, 25, 10};
constexpr int kReportShare = 7, kPublishShare = 3;

std::vector<jobs::Stage> stages_of(const std::vector<std::string>& checks) {
  std::vector<jobs::Stage> stages;
  for (std::size_t at = 0; at < checks::kChecks.size(); ++at) {
    const std::string check(checks::kChecks[at]);
    if (checks.empty()) {
      stages.push_back({check, kShares[at]});
    } else if (checks.front() == check) {
      stages.push_back({check, 100 - kReportShare - kPublishShare});
    }
  }
  stages.push_back({std::string(kReporting), kReportShare});
  stages.push_back({std::string(kPublishing), kPublishShare});
  return stages;
}

/// `checks`: one, or none for all of them.
jobs::Process check_process(const Workspace& workspace, const Paths& declared, const std::string& id,
                            const std::vector<std::string>& checks) {
  jobs::Process process;
  process.id = id;
  process.inputs = check_inputs();
  process.stages = stages_of(checks);
  process.result_schema = {
      {"type", "object"},
      {"description",
       "checks: what `caitu check --json` prints of each; findings: counted by rule and verdict; published; "
       "files: the report, the findings and the manifest"}};
  process.publishes = publishes;
  process.check = [workspace, declared](Json& inputs, const std::string&) {
    check_asked(workspace, declared, inputs);
  };
  // One at a time: each may want the memory of the machine.
  process.lane = [](const Json&) { return "checks"; };
  process.run = [workspace, declared, checks](const jobs::Call& call) {
    return run_check(workspace, declared, checks, call);
  };
  return process;
}

}  // namespace

jobs::Processes check_processes(const Workspace& workspace, const Paths& declared) {
  jobs::Processes processes;
  for (const checks::CheckTitle& title : checks::kCheckTitles) {
    jobs::Process process =
        check_process(workspace, declared, std::string(title.check), {std::string(title.check)});
    process.title = {std::string(title.zh), std::string(title.en)};
    process.description = {std::string(title.about_zh), std::string(title.about_en)};
    processes.push_back(std::move(process));
  }
  jobs::Process all = check_process(workspace, declared, "checks", {});
  all.title = {"全部检查", "All checks"};
  all.description = {"依次运行全部六项检查", "Runs all six checks, one after another"};
  processes.push_back(std::move(all));
  return processes;
}

}  // namespace caitu::app
