#pragma once

#include "api/context.hpp"

namespace caitu::api {

/// Alive: answers as long as the process does.
http::Response healthz();
/// Ready: 200 when every current snapshot is mapped, else 503.
http::Response readyz(const Context& context);
/// Prometheus text format 0.0.4.
http::Response metrics(const Context& context);

}  // namespace caitu::api
