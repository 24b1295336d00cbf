#pragma once

#include <string>

#include "http/router.hpp"

namespace caitu::api {

/// OpenAPI 3.0 of a route table: every path, its summary, its path parameters, and the query parameters it
/// takes.
std::string describe_api(const http::Router& router, const std::string& version);
http::Response openapi(const std::string& description, const http::Request& request);

}  // namespace caitu::api
