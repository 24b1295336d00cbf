#pragma once

#include <exception>
#include <string>

#include "base/error.hpp"
#include "http/listener.hpp"

namespace caitu::api {

/// RFC 9457 application/problem+json: the one place where an Error becomes an HTTP status.
http::Response problem(int status, const std::string& detail);
http::Response problem(const base::Error& error);
int status_of(base::Code code);
/// What the transport shows for its own refusals and for what handlers throw. An error that is not an Error
/// is logged and shown without its words.
http::ErrorPages error_pages();

}  // namespace caitu::api
