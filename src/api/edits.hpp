#pragma once

#include "access/caller.hpp"
#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// OGC API Features Part 4 (OGC 20-002): features of living layers, one at a time. A body is a GeoJSON
/// Feature in CRS84; a PATCH is merged by RFC 7396. An edit that is answered is on the disk, and any reader
/// sees it within a second.
///
/// A feature that is there is changed only under `If-Match` with the ETag of its GET or of the edit before
/// (428 without one, 412 when it holds something else by now; `*` takes it as it is). 409: its key is
/// another's. 405: the layer is not living. 403: it stands outside the caller's districts.
http::Response insert_item(const Context& context, const http::Request& request, const http::PathValues& path,
                           const access::Caller& caller);
http::Response replace_item(const Context& context, const http::Request& request,
                            const http::PathValues& path, const access::Caller& caller);
http::Response merge_item(const Context& context, const http::Request& request, const http::PathValues& path,
                          const access::Caller& caller);
http::Response remove_item(const Context& context, const http::Request& request, const http::PathValues& path,
                           const access::Caller& caller);

}  // namespace caitu::api
