#pragma once

#include <exception>
#include <string>

#include "base/error.hpp"
#include "http/listener.hpp"

namespace caitu::api {

/// RFC 9457 application/problem+json: the one place where an Error becomes an HTTP status.
http::Response problem(int status, const std::string& detail);
http::Response problem(const base::Error& error);
/// With a status that the error's code does not say: 405, 412, 415, 428.
http::Response problem(int status, const base::Error& error);
/// The exceptions that OGC API Processes names (18-062r2): "no-such-process", "no-such-job",
/// "result-not-ready".
http::Response process_problem(int status, const std::string& exception, const std::string& detail,
                               const std::string& hint = {});
int status_of(base::Code code);
/// What the transport shows for its own refusals and for what handlers throw. An error that is not an Error
/// is logged and shown without its words.
http::ErrorPages error_pages();

}  // namespace caitu::api
