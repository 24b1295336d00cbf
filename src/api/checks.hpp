#pragma once

#include "access/caller.hpp"
#include "api/context.hpp"
#include "checks/retention_desks.hpp"
#include "checks/rule_set.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// What the addresses of checks need of a server beside its catalog and its jobs. Outlives it; thread-safe.
struct CheckService {
  const checks::RuleSet& rules;
  checks::RetentionDesks& desks;
};

/// `GET /checks`: what can be checked, by which rules, and whether the layers that they need are there.
http::Response check_list(const Context& context, const http::Request& request);

/// `/checks/retention/what-if`: what an edit that nobody has made would do to 人均菜地保有面积. GET is the
/// measure as it is, and makes ready for questions; a POST asks with {add, remove, residents,
/// population_year, threshold_li, as_of}, and changes nothing. Error(invalid) names the member that is wrong;
/// past kMaxPostedPositions Error(too_large).
http::Response retention_now(const Context& context, const http::Request& request);
http::Response retention_what_if(const Context& context, const http::Request& request);

}  // namespace caitu::api
