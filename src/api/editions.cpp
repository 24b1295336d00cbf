#include "api/editions.hpp"

#include "api/asked.hpp"
#include "api/feature_json.hpp"
#include "api/links.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "catalog/edition_difference.hpp"
#include "geometry/codec.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;
using Difference = std::shared_ptr<const catalog::EditionDifference>;

/// Land of this many features is compared in some seconds.
constexpr std::uint64_t kMostChanges = 50'000;
constexpr std::size_t kChunkFeatures = 200;
constexpr std::string_view kChangedField = "changed";

Json edition_json(const store::EditionRecord& record, bool current, const std::string& items) {
  const std::string number = std::to_string(record.edition);
  return {{"number", record.edition},
          {"as_of", record.as_of},
          {"imported_at", record.imported_at},
          {"rows", record.rows},
          {"mu", base::mu_from_m2(record.area_m2)},
          {"current", current},
          {"withdrawn", record.withdrawn},
          {"follows", record.follows},
          {"links", Json::array({link(items + "?edition=" + number, "items", std::string(kGeoJson))})}};
}

std::shared_ptr<const catalog::Edition> asked_edition(const Context& context, const Params& params,
                                                      const char* name, const std::string& layer) {
  const auto text = params.text(name);
  try {
    return text ? context.catalog.edition_named(layer, *text) : context.catalog.edition(layer);
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    throw Error(Code::invalid, error.what(), Where{.field = name, .position = 1}, error.hint());
  }
}

void append_change(std::string& out, const catalog::EditionDifference& difference,
                   const geodata::Schema& schema, const catalog::FeatureChange& change) {
  const geodata::Feature feature = catalog::difference_feature(difference, change);
  out += R"({"type":"Feature","id":)";
  base::append_json_number(out, feature.id);
  out += R"(,"geometry":)";
  geometry::append_geojson(out, feature.geometry, kDegreeDecimals);
  out += R"(,"properties":{)";
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    append_member(out, schema.fields[i].name);
    if (schema.fields[i].name != kChangedField) {
      geodata::append_json_value(out, feature.values[i], schema.fields[i].type);
      continue;
    }
    out += '[';
    for (const std::uint32_t field : change.fields) {
      if (out.back() != '[') out += ',';
      base::append_json_string(out, difference.fields[field]);
    }
    out += ']';
  }
  out += "}}";
}

/// Feature by feature as the client takes them; the summary is the last member.
http::ChunkSource streamed(const Difference& difference) {
  return [difference, schema = catalog::difference_schema(*difference),
          at = std::size_t{0}](std::string& chunk) mutable {
    const auto& changes = difference->changes;
    if (at > changes.size()) return false;
    if (at == 0) chunk += R"({"type":"FeatureCollection","features":[)";
    const std::size_t last = std::min(changes.size(), at + kChunkFeatures);
    for (; at < last; ++at) {
      if (at > 0) chunk += ',';
      append_change(chunk, *difference, schema, changes[at]);
    }
    if (at == changes.size()) {
      chunk += R"(],"numberReturned":)" + std::to_string(changes.size()) +
               ",\"summary\":" + catalog::summary_json(*difference).dump() + "}";
      ++at;
    }
    return true;
  };
}

}  // namespace

http::Response editions(const Context& context, const http::Request& request, const http::PathValues& path) {
  const Params params(request, {"f"});
  const std::string& layer = path.at("layer");
  const std::uint32_t current = context.catalog.edition(layer)->record.edition;
  const std::string collection = base_url(request) + "/ogc/collections/" + layer;
  Json list = Json::array();
  const auto state = context.catalog.state();
  for (const store::EditionRecord& record : state->editions.at(layer))
    list.push_back(edition_json(record, record.edition == current, collection + "/items"));
  return answer(Json{{"layer", layer},
                     {"current", current},
                     {"editions", std::move(list)},
                     {"links", Json::array({link(collection + "/editions", "self", "application/json"),
                                            link(collection, "collection", "application/json")})}}
                    .dump());
}

http::Response edition_difference(const Context& context, const http::Request& request,
                                  const http::PathValues& path) {
  const Params params(request, {"from", "to", "f"});
  const std::string& layer = path.at("layer");
  if (!params.text("from")) {
    throw Error(Code::invalid, "the parameter \"from\" is missing", Where{.field = "from"},
                "an edition like 3, or a date like 2024-06-30");
  }
  const auto before = asked_edition(context, params, "from", layer);
  const auto after = asked_edition(context, params, "to", layer);
  const Difference difference = std::make_shared<const catalog::EditionDifference>(
      catalog::difference(context.catalog, before, after, {.threads = 1, .most = kMostChanges}));
  http::Response response;
  response.set("Content-Type", std::string(kGeoJson));
  response.set("Cache-Control", "no-cache");
  response.set("Content-Crs", "<" + std::string(kCrs84) + ">");
  response.chunks = streamed(difference);
  return response;
}

}  // namespace caitu::api
