#pragma once

#include "api/jobs.hpp"

namespace caitu::api {

/// `/ogc/processes`: OGC API Processes Part 1 (18-062r2), core and process description. Titles by
/// Accept-Language.
http::Response process_list(const JobService& service, const http::Request& request);
http::Response process_description(const JobService& service, const http::Request& request,
                                   const http::PathValues& path);
/// Always asynchronous: 201 with Location, the job's status as the body. 400 names the input that is wrong;
/// 403 where the process changes the record and the caller is no administrator.
http::Response execution(const JobService& service, const http::Request& request,
                         const http::PathValues& path, const access::Caller& caller);

/// A job of a process with inputs from outside, whatever address they came by: held against their schemas and
/// against what may be asked of it. Error(invalid) with Where::field = "inputs.<name>"; Error(denied) where
/// it changes the record and the caller is no administrator, or one of some districts only.
jobs::JobRecord accept_job(const JobService& service, const jobs::Process& process, base::Json inputs,
                           const access::Caller& caller, bool document = false);

/// `POST /uploads`: the body as it stands, its name by `?name=` or Content-Disposition (RFC 6266). Throws
/// Error(invalid) for one without a name and Error(unsupported) for a form; asked before the body comes and
/// when it has.
std::string upload_name(const http::Request& request);
/// 201 with the id that an input `files` takes, the digest and the length.
http::Response upload(const JobService& service, const http::Request& request, const access::Caller& caller);

}  // namespace caitu::api
