#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// Per town or district: features and 亩 of each layer, as GeoJSON points inside the units; what lies in no
/// unit stands beside them, so that all of it sums to the edition's 亩.
/// `as_of` reads layers and units of that date; `edition` pins the one layer that is named.
http::Response query_totals(const Context& context, const http::Request& request);

}  // namespace caitu::api
