#pragma once

#include "api/context.hpp"
#include "http/router.hpp"

namespace caitu::api {

/// Vector tiles and their descriptions.
http::Response tilesets(const Context& context, const http::Request& request);
/// TileJSON 3.0; `as_of` describes, and asks for, tiles of that date. Tiles of a date or edition say in the
/// header Caitu-Editions what they have read ("parcels=3, towns=1"); of the current ones TileJSON says it.
http::Response tileset(const Context& context, const http::Request& request, const http::PathValues& path);
http::Response tile(const Context& context, const http::Request& request, const http::PathValues& path);
/// The same from memory, on an I/O thread; false when it has to be rendered.
bool cached_tile(const Context& context, const http::Request& request, const http::PathValues& path,
                 http::Response& response);

http::Response style_list(const Context& context, const http::Request& request);
http::Response style(const Context& context, const http::Request& request, const http::PathValues& path);

}  // namespace caitu::api
