#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// The whole HTTP interface as one table. `context` must outlive the router.
http::Router make_router(const Context& context);

}  // namespace caitu::api
