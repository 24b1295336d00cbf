#include "api/queries.hpp"

#include <algorithm>

#include "api/asked.hpp"
#include "api/feature_json.hpp"
#include "api/language.hpp"
#include "api/posted_land.hpp"
#include "base/units.hpp"
#include "geodata/query.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::api {
namespace {

constexpr double kDefaultReachM = 5, kMaxReachM = 1'000;
constexpr double kDefaultRadiusM = 1'000, kMaxRadiusM = 100'000;
constexpr std::int64_t kDefaultNear = 20, kMaxNear = 1'000;

geometry::Position asked_position(const Params& params) {
  const geometry::Position p{params.required_number("lon", -180, 180),
                             params.required_number("lat", -90, 90)};
  return geometry::shift(p, params.datum().value_or(geometry::Datum::cgcs2000), geometry::Datum::cgcs2000);
}

void append_place(std::string& out, geometry::Position p) {
  append_member(out, "lon");
  base::append_json_fixed(out, p.lon, kDegreeDecimals);
  append_member(out, "lat");
  base::append_json_fixed(out, p.lat, kDegreeDecimals);
  append_member(out, "datum");
  out += "\"cgcs2000\"";
}

/// Opens a layer's object in a list of layers; the caller closes it.
void begin_layer(std::string& out, const Context& context, const std::string& layer, Language language) {
  if (out.back() != '[') out += ',';
  out += '{';
  append_text(out, "layer", layer);
  append_text(out, "title", title_of(*context.catalog.state(), layer, language));
}

void append_class_sums(std::string& out, const std::map<std::string, geodata::ClassSum>& sums,
                       double zone_m2) {
  append_member(out, "classes");
  out += '[';
  for (const auto& [name, sum] : sums) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_member(out, "class");
    base::append_json_string(out, name);
    append_member(out, "features");
    base::append_json_number(out, sum.features);
    append_member(out, "mu");
    base::append_json_number(out, base::mu_from_m2(sum.area_m2));
    append_member(out, "m2");
    base::append_json_number(out, sum.area_m2);
    if (sum.length_m > 0) {
      append_member(out, "length_m");
      base::append_json_number(out, sum.length_m);
    }
    append_member(out, "share");
    base::append_json_number(out, zone_m2 > 0 ? sum.area_m2 / zone_m2 : 0.0);
    out += '}';
  }
  out += ']';
}

}  // namespace

http::Response query_at(const Context& context, const http::Request& request) {
  const Params params(request, {"lon", "lat", "datum", "reach_m", "layer", "as_of", "edition"});
  const Language language = asked_language(request);
  const geometry::Position p = asked_position(params);
  const double reach = params.number("reach_m", 0, kMaxReachM).value_or(kDefaultReachM);
  const Editions editions = asked_editions(context, params);
  std::string out = "{";
  append_place(out, p);
  append_text(out, "district", name_at(editions, "districts", p));
  append_text(out, "town", name_at(editions, "towns", p));
  append_member(out, "layers");
  out += '[';
  for (const auto& [layer, edition] : editions) {
    const auto items = geodata::at(*edition->snapshot, p, reach);
    if (items.empty()) continue;
    begin_layer(out, context, layer, language);
    append_member(out, "features");
    out += '[';
    for (const std::size_t item : items) {
      if (out.back() != '[') out += ',';
      append_properties(out, *edition->snapshot, item, true);
    }
    out += "]}";
  }
  out += ']';
  append_editions(out, editions);
  return in_language(answer(out + "}"), language);
}

http::Response query_near(const Context& context, const http::Request& request) {
  const Params params(request, {"lon", "lat", "datum", "radius_m", "limit", "layer", "as_of", "edition"});
  const geometry::Position p = asked_position(params);
  const double radius = params.number("radius_m", 0, kMaxRadiusM).value_or(kDefaultRadiusM);
  const auto limit = static_cast<std::size_t>(params.integer("limit", 1, kMaxNear).value_or(kDefaultNear));
  const Editions editions = asked_editions(context, params);
  struct Found {
    const std::string* layer;
    const geodata::Snapshot* snapshot;
    geodata::Near near;
  };
  std::vector<Found> all;
  for (const auto& [layer, edition] : editions) {
    for (const geodata::Near& near : geodata::near(*edition->snapshot, p, radius, limit)) {
      all.push_back({&layer, edition->snapshot.get(), near});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Found& a, const Found& b) { return a.near.distance_m < b.near.distance_m; });
  if (all.size() > limit) all.resize(limit);
  std::string out = "{";
  append_place(out, p);
  append_member(out, "radius_m");
  base::append_json_number(out, radius);
  append_member(out, "features");
  out += '[';
  for (const Found& found : all) {
    if (out.back() != '[') out += ',';
    out += '{';
    append_member(out, "layer");
    base::append_json_string(out, *found.layer);
    append_member(out, "distance_m");
    base::append_json_fixed(out, found.near.distance_m, 3);
    append_member(out, "properties");
    append_properties(out, *found.snapshot, found.near.item, true);
    out += '}';
  }
  out += ']';
  append_editions(out, editions);
  return answer(out + "}");
}

http::Response query_summary(const Context& context, const http::Request& request) {
  const Params params(request, {"layer", "datum", "as_of", "edition"});
  const Language language = asked_language(request);
  geometry::Geometry zone = geometry::read_geojson(base::parse_json(request.body), kMaxPostedPositions);
  geometry::shift(zone.positions, params.datum().value_or(geometry::Datum::cgcs2000),
                  geometry::Datum::cgcs2000);
  check_posted_polygon(zone, "body");
  const geometry::Zone prepared(zone);
  const double zone_m2 = geometry::area_m2(zone);
  const Editions editions = asked_editions(context, params);
  std::string out = "{";
  append_member(out, "mu");
  base::append_json_number(out, base::mu_from_m2(zone_m2));
  append_member(out, "m2");
  base::append_json_number(out, zone_m2);
  append_member(out, "layers");
  out += '[';
  for (const auto& [layer, edition] : editions) {
    const geodata::Schema& schema = edition->snapshot->schema();
    const auto sums = geodata::summary(*edition->snapshot, prepared, schema.index_of(schema.class_field));
    if (sums.empty()) continue;
    begin_layer(out, context, layer, language);
    geodata::ClassSum total;
    for (const auto& [name, sum] : sums) total += sum;
    append_member(out, "features");
    base::append_json_number(out, total.features);
    append_member(out, "mu");
    base::append_json_number(out, base::mu_from_m2(total.area_m2));
    append_member(out, "class_field");
    base::append_json_string(out, schema.class_field);
    append_class_sums(out, sums, zone_m2);
    out += '}';
  }
  out += ']';
  append_editions(out, editions);
  return in_language(answer(out + "}"), language);
}

}  // namespace caitu::api
