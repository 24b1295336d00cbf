#include "api/jobs.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <thread>

#include "api/answer.hpp"
#include "api/file_answer.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "api/problem.hpp"
#include "base/clock.hpp"

namespace caitu::api {
namespace {

using access::Caller;
using access::Role;
using base::Code;
using base::Error;
using base::Json;
using base::Where;
using jobs::JobRecord;
using jobs::JobStatus;

constexpr std::int64_t kMaxListed = 10'000, kDefaultListed = 100, kMaxSeconds = 1'000'000'000;
/// How long an answer waits for a job to hear that it was called off; most hear it in a tenth of that.
constexpr std::chrono::milliseconds kDismissWait{1000}, kDismissLook{20};

/// Of a job, which may be another one the next moment.
http::Response passing_answer(const Json& json) {
  http::Response response = json_answer(json);
  response.set("Cache-Control", "no-store");
  return response;
}

/// The job of the address, or nothing where there is none that the caller may see.
std::optional<JobRecord> seen(const JobService& service, const http::PathValues& path, const Caller& caller) {
  return seen_job(service, path.at("id"), caller);
}

http::Response no_such_job(const http::PathValues& path) {
  return process_problem(404, "no-such-job", "there is no job \"" + path.at("id") + "\"");
}

std::int64_t seconds_of(const std::string& iso) {
  std::tm parts{};
  ::strptime(iso.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return ::timegm(&parts);
}

std::vector<std::string> listed(const Params& params, std::string_view name) {
  std::vector<std::string> values;
  const std::string text = params.text(name).value_or("");
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    values.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return values;
}

/// "2025-06-30T00:00:00Z", a date, or an interval of them with ".." for an open end (RFC 3339, OGC API
/// Features 7.15.4).
struct Interval {
  std::string first, last;

  bool holds(const std::string& time) const {
    return (first.empty() || time >= first) && (last.empty() || time <= last);
  }
};

std::string moment(const std::string& text, const char* rest_of_day) {
  if (text.empty() || text == "..") return {};
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), text.size() == 10 ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') {
    throw Error(Code::invalid, "\"" + text + "\" is no time", Where{.field = "datetime"},
                "2025-06-30T12:00:00Z, 2025-06-30, or an interval like 2025-06-30/..");
  }
  return text.size() == 10 ? text + rest_of_day : text;
}

Interval asked_interval(const Params& params) {
  const std::string text = params.text("datetime").value_or("");
  if (text.empty()) return {};
  const std::size_t slash = text.find('/');
  const std::string last = slash == std::string::npos ? text : text.substr(slash + 1);
  return {moment(text.substr(0, slash), "T00:00:00Z"), moment(last, "T23:59:59Z")};
}

/// What the list is narrowed by (18-062r2, 11.3: job list).
struct Wanted {
  explicit Wanted(const Params& params)
      : types(listed(params, "type")),
        processes(listed(params, "processID")),
        statuses(listed(params, "status")),
        created(asked_interval(params)),
        least_s(params.integer("minDuration", 0, kMaxSeconds)),
        most_s(params.integer("maxDuration", 0, kMaxSeconds)) {
    for (const std::string& status : statuses) {
      if (status == "accepted" || status == "running" || status == "successful" || status == "failed" ||
          status == "dismissed")
        continue;
      throw Error(Code::invalid, "\"" + status + "\" is no status of a job", Where{.field = "status"},
                  "accepted, running, successful, failed, dismissed");
    }
  }

  bool holds(const JobRecord& job) const {
    const auto among = [](const std::vector<std::string>& wanted, std::string_view value) {
      return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    };
    if (!among(types, "process") || !among(processes, job.job.process) ||
        !among(statuses, name(job.status)) || !created.holds(job.created_at))
      return false;
    if (!least_s && !most_s) return true;
    if (job.started_at.empty()) return false;
    const std::int64_t seconds =
        seconds_of(job.finished_at.empty() ? base::utc_now() : job.finished_at) - seconds_of(job.started_at);
    return seconds >= least_s.value_or(0) && seconds <= most_s.value_or(kMaxSeconds);
  }

  std::vector<std::string> types, processes, statuses;
  Interval created;
  std::optional<std::int64_t> least_s, most_s;
};

/// With the address of each file that the job has made.
Json results_of(const JobRecord& job, const std::string& base) {
  Json result = job.result;
  const auto place = [&](Json& file) {
    const std::string name = file.value("name", "");
    file["href"] = base + "/ogc/jobs/" + job.id + "/results/" + name;
    file["type"] = content_type_of(name);
  };
  if (!files_of(job).empty()) {
    if (result.contains("file")) place(result["file"]);
    if (result.contains("files")) std::ranges::for_each(result["files"], place);
  }
  return job.job.document ? Json{{"report", std::move(result)}} : result;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

bool sees(const Caller& caller, const JobRecord& job) {
  return !caller.known() || caller.role == Role::admin || caller.account == job.job.who;
}

std::optional<JobRecord> seen_job(const JobService& service, const std::string& id, const Caller& caller) {
  try {
    JobRecord job = service.queue.find(id);
    if (sees(caller, job)) return job;
  } catch (const Error& error) {
    if (error.code() != Code::not_found) throw;
  }
  return std::nullopt;
}

std::vector<std::string> files_of(const JobRecord& job) {
  std::vector<std::string> names;
  if (job.status != JobStatus::successful || !job.result.is_object()) return names;
  if (const auto one = job.result.find("file"); one != job.result.end() && one->is_object())
    names.push_back(one->value("name", ""));
  if (const auto several = job.result.find("files"); several != job.result.end() && several->is_array()) {
    for (const Json& file : *several) names.push_back(file.value("name", ""));
  }
  std::erase(names, "");
  return names;
}

http::Response no_longer_kept() {
  return process_problem(404, "no-such-file", "the file is not kept any longer",
                         "run the job again; jobs.result_keep_hours of caitu.toml says how long files stay");
}

Json status_info(const JobRecord& job, const std::string& base) {
  const std::string self = base + "/ogc/jobs/" + job.id;
  Json json{{"jobID", job.id},
            {"processID", job.job.process},
            {"type", "process"},
            {"status", name(job.status)},
            {"message", !job.finished() && job.cancel ? "asked to stop" : job.message},
            {"progress", job.percent},
            {"created", job.created_at}};
  if (!job.started_at.empty()) json["started"] = job.started_at;
  if (!job.finished_at.empty()) json["finished"] = job.finished_at;
  json["updated"] = job.updated_at;
  json["caitu:stage"] = job.stage;
  json["caitu:who"] = job.job.who;
  json["caitu:attempt"] = job.attempt;
  json["links"] = Json::array({link(self, "self", "application/json")});
  if (job.status == JobStatus::successful) {
    json["links"].push_back(link(self + "/results", "http://www.opengis.net/def/rel/ogc/1.0/results",
                                 "application/json", "what it gave"));
  } else if (job.status == JobStatus::failed) {
    json["links"].push_back(link(self + "/results", "http://www.opengis.net/def/rel/ogc/1.0/exceptions",
                                 "application/problem+json", "why it failed"));
  }
  return json;
}

http::Response job_list(const JobService& service, const http::Request& request, const Caller& caller) {
  const Params params(
      request, {"type", "processID", "status", "datetime", "minDuration", "maxDuration", "limit", "f"});
  const Wanted wanted(params);
  const auto limit =
      static_cast<std::size_t>(params.integer("limit", 1, kMaxListed).value_or(kDefaultListed));
  const std::string base = base_url(request);
  Json list = Json::array();
  for (const JobRecord& job : service.queue.list()) {
    if (list.size() == limit) break;
    if (sees(caller, job) && wanted.holds(job)) list.push_back(status_info(job, base));
  }
  return passing_answer({{"jobs", std::move(list)},
                         {"links", Json::array({link(base + "/ogc/jobs", "self", "application/json")})}});
}

http::Response job_status(const JobService& service, const http::Request& request,
                          const http::PathValues& path, const Caller& caller) {
  const Params params(request, {"f"});
  const auto job = seen(service, path, caller);
  return job ? passing_answer(status_info(*job, base_url(request))) : no_such_job(path);
}

http::Response job_results(const JobService& service, const http::Request& request,
                           const http::PathValues& path, const Caller& caller) {
  const Params params(request, {"f"});
  const auto job = seen(service, path, caller);
  if (!job) return no_such_job(path);
  switch (job->status) {
    case JobStatus::successful:
      return passing_answer(results_of(*job, base_url(request)));
    case JobStatus::failed:
      return problem(jobs::error_of(job->result));
    case JobStatus::dismissed:
      return process_problem(404, "result-not-ready", "the job was called off and has no results");
    default:
      return process_problem(404, "result-not-ready",
                             "the job has not ended: it is " + std::string(name(job->status)));
  }
}

http::Response job_file(const JobService& service, const http::Request& request, const http::PathValues& path,
                        const Caller& caller) {
  const Params params(request, {});
  const auto job = seen(service, path, caller);
  if (!job) return no_such_job(path);
  const std::string& name = path.at("file");
  const std::vector<std::string> made = files_of(*job);
  if (std::ranges::find(made, name) == made.end())
    return process_problem(404, "no-such-file", "the job has made no file \"" + name + "\"",
                           made.empty() ? "" : "it has made " + joined(made));
  auto response = file_answer(service.results / job->id / name, name);
  return response ? std::move(*response) : no_longer_kept();
}

http::Response job_dismiss(const JobService& service, const http::Request& request,
                           const http::PathValues& path, const Caller& caller) {
  const Params params(request, {"f"});
  auto job = seen(service, path, caller);
  if (!job) return no_such_job(path);
  if (job->finished()) {
    service.queue.remove(job->id, caller.account);
    std::error_code ignored;
    std::filesystem::remove_all(service.results / job->id, ignored);
    job->status = JobStatus::dismissed;
    job->message = "taken off the list";
  } else {
    service.queue.cancel(job->id, caller.account);
    service.wake();
    const auto until = std::chrono::steady_clock::now() + kDismissWait;
    while (!(job = service.queue.find(job->id))->finished() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(kDismissLook);
  }
  return passing_answer(status_info(*job, base_url(request)));
}

}  // namespace caitu::api
