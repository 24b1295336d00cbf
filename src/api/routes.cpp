#include "api/routes.hpp"

#include "api/features.hpp"
#include "api/openapi.hpp"
#include "api/operations.hpp"
#include "api/pages.hpp"
#include "api/queries.hpp"
#include "api/tiles.hpp"

namespace caitu::api {

http::Router make_router(const Context& context) {
  using http::Method;
  using http::PathValues;
  using http::Request;
  using http::Response;
  const Context& c = context;
  const auto pages = std::make_shared<const Pages>(context.web);
  // The description of the interface is of this same table, which is whole only at the end.
  const auto described = std::make_shared<std::string>();

  http::Router router;
  const auto get = [&router](std::string pattern, std::string summary, http::Handler handle,
                             http::FastHandler fast = nullptr) {
    router.add({Method::get, std::move(pattern), std::move(summary), std::move(handle), std::move(fast)});
  };
  const auto post = [&router](std::string pattern, std::string summary, http::Handler handle) {
    router.add({Method::post, std::move(pattern), std::move(summary), std::move(handle)});
  };

  get("/tiles", "Tilesets", [&c](const Request& r, const PathValues&) { return tilesets(c, r); });
  get("/tiles/{tileset}.json", "TileJSON 3.0 of a tileset",
      [&c](const Request& r, const PathValues& p) { return tileset(c, r, p); });
  get(
      "/tiles/{tileset}/{z}/{x}/{y}", "A vector tile (MVT 2.1, XYZ)",
      [&c](const Request& r, const PathValues& p) { return tile(c, r, p); },
      [&c](const Request& r, const PathValues& p, Response& out) { return cached_tile(c, r, p, out); });
  get("/styles", "MapLibre styles", [&c](const Request& r, const PathValues&) { return style_list(c, r); });
  get("/styles/{style}.json", "A MapLibre style with its addresses filled in",
      [&c](const Request& r, const PathValues& p) { return style(c, r, p); });

  get("/ogc", "OGC API landing page",
      [&c](const Request& r, const PathValues&) { return landing_page(c, r); });
  get("/ogc/conformance", "Conformance classes",
      [](const Request& r, const PathValues&) { return conformance(r); });
  get("/ogc/api", "This interface as OpenAPI 3.0",
      [described](const Request& r, const PathValues&) { return openapi(*described, r); });
  get("/ogc/collections", "Layers", [&c](const Request& r, const PathValues&) { return collections(c, r); });
  get("/ogc/collections/{layer}", "A layer",
      [&c](const Request& r, const PathValues& p) { return collection(c, r, p); });
  get("/ogc/collections/{layer}/items", "Features of a layer",
      [&c](const Request& r, const PathValues& p) { return items(c, r, p); });
  get("/ogc/collections/{layer}/items/{id}", "One feature",
      [&c](const Request& r, const PathValues& p) { return item(c, r, p); });

  get("/query/at", "Everything at a point",
      [&c](const Request& r, const PathValues&) { return query_at(c, r); });
  get("/query/near", "What is near, nearest first",
      [&c](const Request& r, const PathValues&) { return query_near(c, r); });
  post("/query/summary", "Land by layer and class inside a polygon",
       [&c](const Request& r, const PathValues&) { return query_summary(c, r); });

  get("/healthz", "Alive", [](const Request&, const PathValues&) { return healthz(); });
  get("/readyz", "Ready", [&c](const Request&, const PathValues&) { return readyz(c); });
  get("/metrics", "Prometheus metrics", [&c](const Request&, const PathValues&) { return metrics(c); });

  get("/", "The map", [pages](const Request& r, const PathValues&) { return pages->page(r.path); });
  get("/{file*}", "Files of the map",
      [pages](const Request& r, const PathValues&) { return pages->page(r.path); });

  *described = describe_api(router, context.version);
  return router;
}

}  // namespace caitu::api
