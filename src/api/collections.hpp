#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// What there is: OGC API Features Part 1 (OGC 17-069r4) over current editions, and the schemas of Part 5
/// (OGC 23-058r2, returnables). Titles follow Accept-Language.
http::Response landing_page(const Context& context, const http::Request& request);
http::Response conformance(const http::Request& request);
http::Response collections(const Context& context, const http::Request& request);
http::Response collection(const Context& context, const http::Request& request, const http::PathValues& path);
/// JSON Schema 2020-12 of the features as `items` gives them.
http::Response collection_schema(const Context& context, const http::Request& request,
                                 const http::PathValues& path);

}  // namespace caitu::api
