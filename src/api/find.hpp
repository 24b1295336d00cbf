#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// Features by the names and numbers that their layers declare as searched: equal texts first, then those
/// that begin so, then those that hold it; then in the declared order of layers, then by value. Each with a
/// place inside it, its box, its district and town.
http::Response query_find(const Context& context, const http::Request& request);

}  // namespace caitu::api
