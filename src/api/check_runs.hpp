#pragma once

#include "api/jobs.hpp"

namespace caitu::api {

/// Runs of checks: jobs of the processes that bear a check's name, and of "checks", which is all of them
/// (`/checks/all/runs`). Who sees which is as of all jobs.

/// `POST /checks/{check}/runs` with {as_of, population_year, publish}, all of which may be absent: 201 with
/// the run and its Location. 400 names the member that is wrong; publishing is an administrator's.
http::Response start_check(const JobService& service, const http::Request& request,
                           const http::PathValues& path, const access::Caller& caller);
/// Newest first.
http::Response check_runs(const JobService& service, const http::Request& request,
                          const access::Caller& caller);
/// Where a run stands; of one that has ended well also what it came to, and where its evidence is.
http::Response check_run(const JobService& service, const http::Request& request,
                         const http::PathValues& path, const access::Caller& caller);
/// Its evidence: report.html, report.xlsx, report.gpkg, manifest.json.
http::Response check_evidence(const JobService& service, const http::Request& request,
                              const http::PathValues& path, const access::Caller& caller);

}  // namespace caitu::api
