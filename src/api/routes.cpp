#include "api/routes.hpp"

#include <string>
#include <utility>
#include <vector>

#include "api/collections.hpp"
#include "api/features.hpp"
#include "api/find.hpp"
#include "api/openapi.hpp"
#include "api/operations.hpp"
#include "api/pages.hpp"
#include "api/queries.hpp"
#include "api/tiles.hpp"
#include "api/totals.hpp"

namespace caitu::api {
namespace {

using http::Method;
using http::PathValues;
using http::Request;
using http::Response;
using Routes = std::vector<http::Route>;

Routes tile_routes(const Context& c) {
  return {
      {Method::get, "/tiles", "Tilesets",
       [&c](const Request& r, const PathValues&) { return tilesets(c, r); }},
      {Method::get, "/tiles/{tileset}.json", "TileJSON 3.0 of a tileset",
       [&c](const Request& r, const PathValues& p) { return tileset(c, r, p); }},
      {Method::get, "/tiles/{tileset}/{z}/{x}/{y}", "A vector tile (MVT 2.1, XYZ)",
       [&c](const Request& r, const PathValues& p) { return tile(c, r, p); },
       [&c](const Request& r, const PathValues& p, Response& out) { return cached_tile(c, r, p, out); }},
      {Method::get, "/styles", "MapLibre styles",
       [&c](const Request& r, const PathValues&) { return style_list(c, r); }},
      {Method::get, "/styles/{style}.json", "A MapLibre style with its addresses filled in",
       [&c](const Request& r, const PathValues& p) { return style(c, r, p); }},
  };
}

Routes ogc_routes(const Context& c, const std::shared_ptr<const std::string>& described) {
  return {
      {Method::get, "/ogc", "OGC API landing page",
       [&c](const Request& r, const PathValues&) { return landing_page(c, r); }},
      {Method::get, "/ogc/conformance", "Conformance classes",
       [](const Request& r, const PathValues&) { return conformance(r); }},
      {Method::get, "/ogc/api", "This interface as OpenAPI 3.0",
       [described](const Request& r, const PathValues&) { return openapi(*described, r); }},
      {Method::get, "/ogc/collections", "Layers",
       [&c](const Request& r, const PathValues&) { return collections(c, r); }},
      {Method::get, "/ogc/collections/{layer}", "A layer",
       [&c](const Request& r, const PathValues& p) { return collection(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/schema", "What a layer's features are made of (JSON Schema)",
       [&c](const Request& r, const PathValues& p) { return collection_schema(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/items", "Features of a layer",
       [&c](const Request& r, const PathValues& p) { return items(c, r, p); }},
      {Method::get, "/ogc/collections/{layer}/items/{id}", "One feature",
       [&c](const Request& r, const PathValues& p) { return item(c, r, p); }},
  };
}

Routes query_routes(const Context& c) {
  return {
      {Method::get, "/query/at", "Everything at a point",
       [&c](const Request& r, const PathValues&) { return query_at(c, r); }},
      {Method::get, "/query/near", "What is near, nearest first",
       [&c](const Request& r, const PathValues&) { return query_near(c, r); }},
      {Method::get, "/query/find", "Features by name or number",
       [&c](const Request& r, const PathValues&) { return query_find(c, r); }},
      {Method::get, "/query/totals", "Land by town or district",
       [&c](const Request& r, const PathValues&) { return query_totals(c, r); }},
      {Method::post, "/query/summary", "Land by layer and class inside a polygon",
       [&c](const Request& r, const PathValues&) { return query_summary(c, r); }},
  };
}

Routes operation_routes(const Context& c) {
  return {
      {Method::get, "/healthz", "Alive", [](const Request&, const PathValues&) { return healthz(); }},
      {Method::get, "/readyz", "Ready", [&c](const Request&, const PathValues&) { return readyz(c); }},
      {Method::get, "/metrics", "Prometheus metrics",
       [&c](const Request&, const PathValues&) { return metrics(c); }},
  };
}

Routes page_routes(const Context& c) {
  const auto pages = std::make_shared<const Pages>(c.web);
  const http::Handler page = [pages](const Request& r, const PathValues&) { return pages->page(r.path); };
  return {
      {Method::get, "/", "The map", page},
      {Method::get, "/{file*}", "Files of the map", page},
  };
}

}  // namespace

http::Router make_router(const Context& context) {
  // The description of the interface is of this same table, which is whole only at the end.
  const auto described = std::make_shared<std::string>();
  http::Router router;
  for (Routes family : {tile_routes(context), ogc_routes(context, described), query_routes(context),
                        operation_routes(context), page_routes(context)})
    for (http::Route& route : family) router.add(std::move(route));
  *described = describe_api(router, context.version);
  return router;
}

}  // namespace caitu::api
