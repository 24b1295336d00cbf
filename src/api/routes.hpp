#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "api/guard.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// One row of the interface: an address, who may call it, and what answers.
struct GuardedRoute {
  http::Method method;
  std::string pattern;  ///< as http::Route
  std::string summary;
  Rule rule;
  GuardedHandler handle;
  GuardedFastHandler fast = nullptr;
  /// Of a body that goes to a file; it is admitted by the rule before it comes.
  std::shared_ptr<const http::BodyToFile> body_to_file = nullptr;
};
using RouteTable = std::vector<GuardedRoute>;

/// The whole HTTP interface as one table. `described` is the text of /ogc/api, filled in when the table is
/// whole. `context` must outlive the table.
RouteTable route_table(const Context& context, const std::shared_ptr<const std::string>& described);
/// The same behind its rules, as the server takes it.
http::Router make_router(const Context& context);

}  // namespace caitu::api
