#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/caller.hpp"
#include "api/context.hpp"
#include "http/router.hpp"
#include "jobs/process.hpp"
#include "jobs/queue.hpp"
#include "jobs/uploads.hpp"

namespace caitu::api {

/// What the addresses of processes, jobs and uploads need of a server. Outlives it; thread-safe.
struct JobService {
  jobs::Queue& queue;
  const jobs::Processes& processes;
  const jobs::Uploads& uploads;
  std::filesystem::path results = {};  ///< what jobs have made: <id>/<name>
  std::function<void()> wake;          ///< there is something new for the runner
  std::uint64_t upload_bytes;          ///< limit of one upload
};

/// `/ogc/jobs`: OGC API Processes Part 1 (18-062r2), job list and dismiss. An account sees its own jobs, an
/// administrator all, and so does who has not said who they are where reads are open. Another's job is not
/// there: 404.
http::Response job_list(const JobService& service, const http::Request& request,
                        const access::Caller& caller);
http::Response job_status(const JobService& service, const http::Request& request,
                          const http::PathValues& path, const access::Caller& caller);
/// What the process gave; of a failed job its problem; 404 "result-not-ready" before it has ended.
http::Response job_results(const JobService& service, const http::Request& request,
                           const http::PathValues& path, const access::Caller& caller);
/// A file that the job has made, streamed; with an ETag.
http::Response job_file(const JobService& service, const http::Request& request, const http::PathValues& path,
                        const access::Caller& caller);
/// Calls a job off, and waits a moment for it to end; takes one that has ended off the list.
http::Response job_dismiss(const JobService& service, const http::Request& request,
                           const http::PathValues& path, const access::Caller& caller);

/// Whether a job is the caller's to see.
bool sees(const access::Caller& caller, const jobs::JobRecord& job);
/// The job of that id, or nothing where there is none that the caller may see.
std::optional<jobs::JobRecord> seen_job(const JobService& service, const std::string& id,
                                        const access::Caller& caller);
/// Names of the files that a job has made and that its result tells of.
std::vector<std::string> files_of(const jobs::JobRecord& job);
/// 404: the job has made it, and it has gone since.
http::Response no_longer_kept();

/// The OGC statusInfo of a job.
base::Json status_info(const jobs::JobRecord& job, const std::string& base);

}  // namespace caitu::api
