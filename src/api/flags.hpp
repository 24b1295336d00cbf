#pragma once

#include "access/caller.hpp"
#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// `/flags/{id}`: a case that checks have found, by the id of its feature or by its fingerprint.

/// The feature with its ETag, the steps that it may take, and, for accounts above viewer and where reads are
/// open for who has not said who they are, how it came to be what it is.
http::Response flag(const Context& context, const http::Request& request, const http::PathValues& path,
                    const access::Caller& caller);
/// The facts, the comparison, and the smallest change that would turn the verdict.
http::Response flag_why(const Context& context, const http::Request& request, const http::PathValues& path);
/// One step of its workflow, {status, reason, assignee}, under If-Match as all edits (428, 412). 409 names
/// the steps that there are; 403: it stands outside the caller's districts.
http::Response flag_step(const Context& context, const http::Request& request, const http::PathValues& path,
                         const access::Caller& caller);

}  // namespace caitu::api
