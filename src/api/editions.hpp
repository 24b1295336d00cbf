#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// The editions of a layer, oldest first, withdrawn ones too.
http::Response editions(const Context& context, const http::Request& request, const http::PathValues& path);

/// What changed from one edition to another (catalog/edition_difference.hpp): the changed features as GeoJSON
/// with a member `summary`. `from` and `to` are numbers or dates; without `to`, the current edition.
/// Error(too_large) past kMostChanges.
http::Response edition_difference(const Context& context, const http::Request& request,
                                  const http::PathValues& path);

}  // namespace caitu::api
