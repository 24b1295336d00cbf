#include "api/check_runs.hpp"

#include <algorithm>
#include <array>

#include "api/answer.hpp"
#include "api/file_answer.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "api/posted_body.hpp"
#include "api/problem.hpp"
#include "api/processes.hpp"
#include "base/error.hpp"
#include "checks/rule.hpp"

namespace caitu::api {
namespace {

using access::Caller;
using base::Code;
using base::Error;
using base::Json;
using base::Where;
using jobs::JobRecord;
using jobs::JobStatus;

constexpr std::int64_t kMaxListed = 1'000, kDefaultListed = 100;
constexpr std::string_view kAll = "all", kAllProcess = "checks", kInputs = "inputs.";

/// What a run leaves, as the address calls it and as its report's folder does.
struct Evidence {
  std::string_view address, file;
};
constexpr std::array<Evidence, 4> kEvidence = {{{"report.html", "report.html"},
                                                {"report.xlsx", "findings.xlsx"},
                                                {"report.gpkg", "findings.gpkg"},
                                                {"manifest.json", "manifest.json"}}};

bool is_check(std::string_view name) {
  return std::ranges::find(checks::kChecks, name) != checks::kChecks.end();
}

bool is_run(const JobRecord& job) { return job.job.process == kAllProcess || is_check(job.job.process); }

std::string check_of(const JobRecord& job) {
  return job.job.process == kAllProcess ? std::string(kAll) : job.job.process;
}

/// The process of an address' check; Error(not_found) names the nearest.
const jobs::Process& process_of(const JobService& service, const std::string& check) {
  if (check == kAll) return jobs::find_process(service.processes, kAllProcess);
  if (is_check(check)) return jobs::find_process(service.processes, check);
  const std::string nearest = base::nearest_name(check, checks::kChecks);
  throw Error(
      Code::not_found, "there is no check \"" + check + "\"", Where{.field = "check"},
      nearest.empty() ? "GET /checks lists them; all runs each" : "did you mean \"" + nearest + "\"?");
}

Json links_of(const JobRecord& job, const std::string& base) {
  const std::string self = base + "/checks/runs/" + job.id;
  Json links = Json::array({link(self, "self", "application/json"),
                            link(base + "/ogc/jobs/" + job.id, "monitor", "application/json")});
  const auto made = files_of(job);
  for (const Evidence& one : kEvidence) {
    if (std::ranges::find(made, one.file) == made.end()) continue;
    const std::string address(one.address);
    links.push_back(link(self + "/" + address, "evidence", content_type_of(address), address));
  }
  return links;
}

/// `whole`: with what it came to.
Json run_json(const JobRecord& job, const std::string& base, bool whole) {
  Json json{{"id", job.id},
            {"check", check_of(job)},
            {"status", name(job.status)},
            {"message", !job.finished() && job.cancel ? "asked to stop" : job.message},
            {"stage", job.stage},
            {"progress", job.percent},
            {"who", job.job.who}};
  for (const auto& [name, value] : job.job.inputs.items()) json[name] = value;
  json["created"] = job.created_at;
  if (!job.started_at.empty()) json["started"] = job.started_at;
  if (!job.finished_at.empty()) json["finished"] = job.finished_at;
  if (whole && job.status == JobStatus::failed) json["problem"] = job.result;
  if (whole && job.status == JobStatus::successful && job.result.is_object()) {
    for (const auto& [name, value] : job.result.items()) {
      if (name != "files") json[name] = value;
    }
  }
  json["links"] = links_of(job, base);
  return json;
}

http::Response passing(const Json& json, int status = 200) {
  http::Response response = json_answer(json, status);
  response.set("Cache-Control", "no-store");
  return response;
}

/// The run of the address; Error(not_found) where there is none that the caller may see.
JobRecord run_of(const JobService& service, const http::PathValues& path, const Caller& caller) {
  auto job = seen_job(service, path.at("id"), caller);
  if (job && is_run(*job)) return std::move(*job);
  throw Error(Code::not_found, "there is no run \"" + path.at("id") + "\" of a check", Where{.field = "id"},
              "GET /checks/runs lists them");
}

}  // namespace

http::Response start_check(const JobService& service, const http::Request& request,
                           const http::PathValues& path, const Caller& caller) {
  const Params params(request, {"f"});
  const jobs::Process& process = process_of(service, path.at("check"));
  const PostedBody body(request, {"as_of", "population_year", "publish"});
  JobRecord job;
  try {
    job = accept_job(service, process, body.json(), caller);
  } catch (const Error& error) {
    if (!error.where().field.starts_with(kInputs)) throw;
    throw Error(error.code(), error.what(), Where{.field = error.where().field.substr(kInputs.size())},
                error.hint());
  }
  const std::string base = base_url(request);
  http::Response response = passing(run_json(job, base, false), 201);
  response.set("Location", base + "/checks/runs/" + job.id);
  return response;
}

http::Response check_runs(const JobService& service, const http::Request& request, const Caller& caller) {
  const Params params(request, {"check", "limit", "f"});
  const auto limit =
      static_cast<std::size_t>(params.integer("limit", 1, kMaxListed).value_or(kDefaultListed));
  const auto check = params.text("check");
  if (check) process_of(service, *check);
  const std::string base = base_url(request);
  Json list = Json::array();
  for (const JobRecord& job : service.queue.list()) {
    if (list.size() == limit) break;
    if (is_run(job) && sees(caller, job) && (!check || *check == check_of(job)))
      list.push_back(run_json(job, base, false));
  }
  return passing({{"runs", std::move(list)},
                  {"links", Json::array({link(base + "/checks/runs", "self", "application/json"),
                                         link(base + "/checks", "up", "application/json")})}});
}

http::Response check_run(const JobService& service, const http::Request& request,
                         const http::PathValues& path, const Caller& caller) {
  const Params params(request, {"f"});
  return passing(run_json(run_of(service, path, caller), base_url(request), true));
}

http::Response check_evidence(const JobService& service, const http::Request& request,
                              const http::PathValues& path, const Caller& caller) {
  const Params params(request, {});
  const JobRecord job = run_of(service, path, caller);
  const std::string& asked = path.at("file");
  const auto known = std::ranges::find(kEvidence, asked, &Evidence::address);
  if (known == kEvidence.end())
    throw Error(Code::not_found, "a run has no file \"" + asked + "\"", Where{.field = "file"},
                "report.html, report.xlsx, report.gpkg, manifest.json");
  const auto made = files_of(job);
  if (std::ranges::find(made, known->file) == made.end())
    throw Error(Code::not_found, "the run has left no " + asked + ": it is " + std::string(name(job.status)),
                Where{.field = "file"}, "GET /checks/runs/" + job.id + " says where it stands");
  const std::string called = check_of(job) + "-" + job.result.value("as_of", "run") + "-" + asked;
  auto response = file_answer(service.results / job.id / known->file, called);
  return response ? std::move(*response) : no_longer_kept();
}

}  // namespace caitu::api
