#include "api/tiles.hpp"

#include "api/asked.hpp"
#include "api/params.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "http/negotiate.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Json;

constexpr std::string_view kMvt = "application/vnd.mapbox-vector-tile";

tiles::TileQuery parse_query(const http::Request& request) {
  tiles::TileQuery query;
  if (request.query.empty()) return query;
  const Params params(request, {"as_of", "edition", "datum"});
  query.as_of = params.date("as_of");
  if (const auto edition = params.integer("edition", 1, 4'000'000'000))
    query.edition = static_cast<std::uint32_t>(*edition);
  query.datum = params.datum().value_or(geometry::Datum::cgcs2000);
  return query;
}

std::optional<tiles::TileAddress> parse_path(const http::PathValues& path) {
  return tiles::parse_address(path.find("z")->second, path.find("x")->second, path.find("y")->second);
}

/// `gzip` is the compressed body where it is at hand; the transport takes it for clients that accept it.
http::Response shape(const tiles::Tile& tile, http::SharedBytes gzip) {
  http::Response response;
  response.status = tile.plain ? 200 : 204;
  response.set("Cache-Control", "no-cache");
  if (!tile.editions.empty()) response.set("Caitu-Editions", tile.editions);
  if (!tile.plain) return response;
  response.set("Content-Type", std::string(kMvt));
  response.body = tile.plain;
  response.gzip_body = std::move(gzip);
  response.etag = tile.etag;
  return response;
}

http::Response described(const Json& json) {
  std::string body = json.dump();
  const std::string etag = base::hex(base::digest128(body));
  http::Response response = http::text_response(200, "application/json", std::move(body));
  response.etag = etag;
  response.set("Cache-Control", "no-cache");
  return response;
}

}  // namespace

http::Response tilesets(const Context& context, const http::Request& request) {
  Params params(request, {});
  const std::string base = base_url(request);
  Json list = Json::array();
  for (const auto& [id, tileset] : context.tiles.tilesets()) {
    list.push_back({{"id", id},
                    {"title", tileset.title},
                    {"minzoom", tileset.min_zoom},
                    {"maxzoom", tileset.max_zoom},
                    {"tilejson", base + "/tiles/" + id + ".json"}});
  }
  return described({{"tilesets", std::move(list)}});
}

http::Response tileset(const Context& context, const http::Request& request, const http::PathValues& path) {
  const Params params(request, {"as_of"});
  const std::string& id = path.at("tileset");
  const auto at = context.tiles.tilesets().find(id);
  if (at == context.tiles.tilesets().end()) {
    std::string known;
    for (const auto& [name, tileset] : context.tiles.tilesets()) known += (known.empty() ? "" : ", ") + name;
    throw Error(Code::not_found, "there is no tileset \"" + id + "\"", "there is " + known);
  }
  Json json = tiles::tilejson(at->second, *asked_state(context, params), base_url(request));
  if (const auto as_of = params.date("as_of")) {
    for (Json& address : json["tiles"]) address = address.get<std::string>() + "?as_of=" + *as_of;
  }
  return described(json);
}

http::Response tile(const Context& context, const http::Request& request, const http::PathValues& path) {
  const tiles::TileQuery query = parse_query(request);
  const auto address = parse_path(path);
  if (!address) {
    throw Error(Code::invalid,
                "\"" + path.at("z") + "/" + path.at("x") + "/" + path.at("y") + "\" is no tile address",
                "z/x/y are whole numbers, x and y below 2^z");
  }
  const tiles::Tile tile = context.tiles.tile(path.at("tileset"), *address, query);
  return shape(tile, http::accepts_gzip(request.header("accept-encoding")) ? tile.gzip() : nullptr);
}

bool cached_tile(const Context& context, const http::Request& request, const http::PathValues& path,
                 http::Response& response) {
  const auto address = parse_path(path);
  if (!address) return false;
  const auto tile = context.tiles.cached(path.find("tileset")->second, *address, parse_query(request));
  if (!tile) return false;
  // An I/O thread compresses nothing: the first client that wants gzip goes the long way.
  http::SharedBytes gzip = tile->gzip_ready();
  if (tile->plain && !gzip && http::accepts_gzip(request.header("accept-encoding"))) return false;
  response = shape(*tile, std::move(gzip));
  return true;
}

http::Response style_list(const Context& context, const http::Request& request) {
  Params params(request, {});
  Json list = Json::array();
  for (const std::string& name : context.styles.names()) {
    list.push_back({{"id", name}, {"href", base_url(request) + "/styles/" + name + ".json"}});
  }
  return described({{"styles", std::move(list)}});
}

http::Response style(const Context& context, const http::Request& request, const http::PathValues& path) {
  Params params(request, {});
  return described(context.styles.style(path.at("style"), base_url(request)));
}

}  // namespace caitu::api
