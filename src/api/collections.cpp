#include "api/collections.hpp"

#include <algorithm>
#include <set>

#include "api/answer.hpp"
#include "api/language.hpp"
#include "api/links.hpp"
#include "api/params.hpp"
#include "base/units.hpp"

namespace caitu::api {
namespace {

using base::Json;

constexpr std::string_view kJsonSchema = "application/schema+json";
constexpr std::string_view kSchemaRelation = "http://www.opengis.net/def/rel/ogc/1.0/schema";

const geodata::Declaration* declaration_of(const catalog::State& state, const std::string& layer) {
  const auto declared = state.declarations.find(layer);
  return declared == state.declarations.end() ? nullptr : &declared->second;
}

/// What the import was told to say of the delivery, or empty.
std::string notice_of(const catalog::Edition& edition) { return edition.record.source.value("notice", ""); }

Json extent_json(const catalog::Edition& edition) {
  const geometry::Box& box = edition.snapshot->extent();
  Json extent = Json::object();
  if (!box.empty()) {
    extent["spatial"] = {
        {"bbox", Json::array({Json::array({box.min_lon, box.min_lat, box.max_lon, box.max_lat})})},
        {"crs", kCrs84}};
  }
  extent["temporal"] = {
      {"interval", Json::array({Json::array({edition.record.as_of + "T00:00:00Z", nullptr})})}};
  return extent;
}

Json links_json(const std::string& self) {
  return Json::array({link(self, "self", "application/json"),
                      link(self + "/items", "items", std::string(kGeoJson), "features as GeoJSON"),
                      link(self + "/schema", std::string(kSchemaRelation), std::string(kJsonSchema),
                           "what a feature is made of")});
}

Json describe(const catalog::State& state, const catalog::Edition& edition, const std::string& base,
              Language language) {
  const std::string& layer = edition.record.layer;
  const geodata::Declaration* declared = declaration_of(state, layer);
  Json json{{"id", layer},
            {"title", title_of(state, layer, language)},
            {"description", title_of(state, layer, Language::english) + " · edition " +
                                std::to_string(edition.record.edition) + ", as of " + edition.record.as_of},
            {"itemType", "feature"},
            {"itemCount", edition.snapshot->size()},
            {"crs", Json::array({kCrs84})},
            {"storageCrs", "http://www.opengis.net/def/crs/EPSG/0/4490"},
            {"edition", edition.record.edition},
            {"as_of", edition.record.as_of},
            {"features", edition.snapshot->size()},
            {"extent", extent_json(edition)},
            {"caitu:group", declared == nullptr ? "own" : declared->group},
            {"caitu:order", declared == nullptr ? geodata::Declaration::kLastOrder : declared->order},
            {"caitu:edition", edition.record.edition},
            {"caitu:as_of", edition.record.as_of},
            {"caitu:mu", base::mu_from_m2(edition.snapshot->total_area_m2())}};
  if (edition.changes > 0) json["caitu:changes"] = edition.changes;
  if (const std::string notice = notice_of(edition); !notice.empty()) json["caitu:notice"] = notice;
  json["links"] = links_json(base + "/ogc/collections/" + layer);
  return json;
}

/// Layers in the order of lists.
std::vector<std::shared_ptr<const catalog::Edition>> listed(const catalog::State& state) {
  std::vector<std::shared_ptr<const catalog::Edition>> editions;
  for (const auto& [layer, edition] : state.current) editions.push_back(edition);
  const auto order = [&state](const auto& edition) {
    const geodata::Declaration* declared = declaration_of(state, edition->record.layer);
    return declared == nullptr ? geodata::Declaration::kLastOrder : declared->order;
  };
  std::stable_sort(editions.begin(), editions.end(),
                   [&](const auto& a, const auto& b) { return order(a) < order(b); });
  return editions;
}

Json type_json(const geodata::Field& field) {
  switch (field.type) {
    case geodata::FieldType::integer:
      return {{"type", "integer"}};
    case geodata::FieldType::real:
      return {{"type", "number"}};
    case geodata::FieldType::boolean:
      return {{"type", "boolean"}};
    case geodata::FieldType::date:
      return {{"type", "string"}, {"format", "date"}};
    case geodata::FieldType::datetime:
      return {{"type", "string"}, {"format", "date-time"}};
    case geodata::FieldType::text:
      break;
  }
  if (field.name == geodata::kExtraField) return {{"type", "object"}};
  return {{"type", "string"}};
}

/// Multi-part by nature, so one kind has two forms and the schema names the wider one.
std::string geometry_format(const geodata::Schema& schema) {
  if (schema.kinds.size() != 1) return "geometry-any";
  switch (schema.kinds.front()) {
    case geometry::Kind::point:
      return "geometry-point-or-multipoint";
    case geometry::Kind::line:
      return "geometry-linestring-or-multilinestring";
    default:
      return "geometry-polygon-or-multipolygon";
  }
}

Json properties_json(const geodata::Schema& schema, const geodata::Declaration* declared, Language language) {
  const bool english = language == Language::english;
  Json properties{
      {"id", {{"title", english ? "Feature id" : "要素编号"}, {"type", "integer"}, {"x-ogc-role", "id"}}},
      {"geometry",
       {{"title", english ? "Geometry" : "几何"},
        {"format", geometry_format(schema)},
        {"x-ogc-role", "primary-geometry"}}}};
  for (const geodata::Field& field : schema.fields) {
    Json property{{"title", declared == nullptr ? field.title : title_of(*declared, field, language)}};
    property.update(type_json(field));
    if (field.width > 0 && field.type == geodata::FieldType::text) property["maxLength"] = field.width;
    if (!field.unit.empty()) property["x-ogc-unit"] = field.unit;
    properties[field.name] = std::move(property);
  }
  if (schema.allows(geometry::Kind::polygon)) {
    properties["mu"] = {
        {"title", english ? "Area" : "面积"}, {"type", "number"}, {"x-ogc-unit", "mu"}, {"readOnly", true}};
  }
  return properties;
}

}  // namespace

http::Response landing_page(const Context& context, const http::Request& request) {
  Params params(request, {"f"});
  const std::string base = base_url(request);
  Json json{
      {"title", "caitu 菜图"},
      {"description", "Vegetable land of Beijing: layers, tiles and queries. caitu " + context.version}};
  std::string notices;
  std::set<std::string> said;
  for (const auto& edition : listed(*context.catalog.state())) {
    const std::string notice = notice_of(*edition);
    if (!notice.empty() && said.insert(notice).second) notices += (notices.empty() ? "" : "\n") + notice;
  }
  if (!notices.empty()) json["caitu:notice"] = notices;
  json["links"] = Json::array(
      {link(base + "/ogc", "self", "application/json"),
       link(base + "/ogc/conformance", "conformance", "application/json"),
       link(base + "/ogc/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0"),
       link(base + "/ogc/collections", "data", "application/json"),
       link(base + "/ogc/processes", "http://www.opengis.net/def/rel/ogc/1.0/processes", "application/json"),
       link(base + "/ogc/jobs", "http://www.opengis.net/def/rel/ogc/1.0/job-list", "application/json"),
       link(base + "/tiles", "tilesets", "application/json", "vector tiles (TileJSON)"),
       link(base + "/", "alternate", "text/html", "map")});
  return json_answer(json);
}

http::Response conformance(const http::Request& request) {
  Params params(request, {"f"});
  return json_answer(
      {{"conformsTo",
        Json::array({"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
                     "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
                     "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
                     "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
                     "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
                     "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
                     "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/job-list",
                     "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/dismiss",
                     "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
                     "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
                     "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
                     "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features"})}});
}

http::Response collections(const Context& context, const http::Request& request) {
  Params params(request, {"f"});
  const Language language = asked_language(request);
  const auto state = context.catalog.state();
  const std::string base = base_url(request);
  Json list = Json::array();
  for (const auto& edition : listed(*state)) list.push_back(describe(*state, *edition, base, language));
  return in_language(
      json_answer({{"collections", std::move(list)},
                   {"links", Json::array({link(base + "/ogc/collections", "self", "application/json")})}}),
      language);
}

http::Response collection(const Context& context, const http::Request& request,
                          const http::PathValues& path) {
  Params params(request, {"f"});
  const Language language = asked_language(request);
  const auto edition = context.catalog.edition(path.at("layer"));
  return in_language(json_answer(describe(*context.catalog.state(), *edition, base_url(request), language)),
                     language);
}

http::Response collection_schema(const Context& context, const http::Request& request,
                                 const http::PathValues& path) {
  Params params(request, {"f"});
  const Language language = asked_language(request);
  const std::string& layer = path.at("layer");
  const auto edition = context.catalog.edition(layer);
  const auto state = context.catalog.state();
  const Json json{
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"$id", base_url(request) + "/ogc/collections/" + layer + "/schema"},
      {"title", title_of(*state, layer, language)},
      {"type", "object"},
      {"properties", properties_json(edition->snapshot->schema(), declaration_of(*state, layer), language)}};
  return in_language(json_answer(json, 200, kJsonSchema), language);
}

}  // namespace caitu::api
