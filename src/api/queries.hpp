#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// Questions that a person asks of the map; the same answers as `caitu query`.
/// Everything at a point: each layer's features there with their attributes and 亩, and the district and
/// town.
http::Response query_at(const Context& context, const http::Request& request);
/// Nearest first, with distance in metres.
http::Response query_near(const Context& context, const http::Request& request);
/// Per layer and class: features, 亩 inside the drawn area, share of it.
http::Response query_summary(const Context& context, const http::Request& request);

}  // namespace caitu::api
