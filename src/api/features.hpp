#pragma once

#include <cstdint>

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// OGC API Features Part 1 (OGC 17-069r4): features of a layer; the layers themselves are in collections.hpp.
///
/// bbox, limit, cursor, datetime (as-of date), edition. A page and its `next` read one and the same edition,
/// whatever is published meanwhile.
http::Response items(const Context& context, const http::Request& request, const http::PathValues& path);
///
/// The ETag of a feature of a living layer is of the feature alone, and is what an edit's If-Match wants.
http::Response item(const Context& context, const http::Request& request, const http::PathValues& path);

/// The entity tag of a feature of a living layer.
std::string feature_etag(const geodata::Snapshot& snapshot, std::size_t item);
/// The id of an item's address; Error(invalid) when it is none.
std::uint64_t item_id(const http::PathValues& path);

}  // namespace caitu::api
