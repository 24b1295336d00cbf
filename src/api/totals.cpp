#include "api/totals.hpp"

#include <algorithm>

#include "api/asked.hpp"
#include "api/feature_json.hpp"
#include "api/language.hpp"
#include "api/links.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "catalog/unit_totals.hpp"
#include "geometry/codec.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Where;

constexpr std::string_view kByOutline = "outline";
constexpr const char* kUnits[] = {"towns", "districts"};

struct Counted {
  std::string layer;
  std::shared_ptr<const catalog::Edition> edition;
  std::string unit_field;  ///< empty: by outline
  catalog::UnitTotals::Shared totals;
};

std::string asked_units(const Params& params) {
  const std::string by = params.text("by").value_or("");
  if (std::find(std::begin(kUnits), std::end(kUnits), by) != std::end(kUnits)) return by;
  throw Error(Code::invalid,
              by.empty() ? "the parameter \"by\" is missing" : "\"" + by + "\" is no kind of unit",
              Where{.field = "by"}, "by=towns or by=districts");
}

bool is_unit(const std::string& layer) {
  return std::find(std::begin(kUnits), std::end(kUnits), layer) != std::end(kUnits);
}

void check_counted(const std::string& layer, const catalog::Edition& edition, std::int64_t position) {
  if (is_unit(layer))
    throw Error(Code::invalid, "units are not counted by units",
                Where{.field = "layer", .position = position}, "name a layer of land or of the plan");
  if (!edition.snapshot->schema().allows(geometry::Kind::polygon))
    throw Error(Code::invalid, "layer \"" + layer + "\" has no area",
                Where{.field = "layer", .position = position}, "name a layer of polygons");
}

/// "a,b", or all layers with an area but the units themselves.
std::vector<Counted> asked_layers(const Context& context, const catalog::State& state, const Params& params) {
  std::vector<Counted> layers;
  const auto text = params.text("layer");
  const auto number = asked_edition_number(params, text);
  if (!text) {
    for (const auto& [layer, edition] : state.current)
      if (!is_unit(layer) && edition->snapshot->schema().allows(geometry::Kind::polygon))
        layers.push_back({layer, edition, catalog::unit_field_of(state, *edition), nullptr});
    return layers;
  }
  for (std::size_t begin = 0; begin <= text->size();) {
    const std::size_t end = std::min(text->find(',', begin), text->size());
    const std::string layer = text->substr(begin, end - begin);
    const auto edition = context.catalog.edition(layer, number, params.date("as_of"));
    check_counted(layer, *edition, static_cast<std::int64_t>(begin) + 1);
    if (std::any_of(layers.begin(), layers.end(), [&](const Counted& one) { return one.layer == layer; }))
      throw Error(Code::invalid, "layer \"" + layer + "\" is named twice",
                  Where{.field = "layer", .position = static_cast<std::int64_t>(begin) + 1});
    layers.push_back({layer, edition, catalog::unit_field_of(state, *edition), nullptr});
    begin = end + 1;
  }
  return layers;
}

void append_sum(std::string& out, const std::string& layer, const geodata::ClassSum& sum) {
  append_member(out, layer);
  out += "{\"features\":";
  base::append_json_number(out, sum.features);
  out += ",\"mu\":";
  base::append_json_number(out, base::mu_from_m2(sum.area_m2));
  out += '}';
}

/// The unit's own text attributes, where its layer has them.
void append_texts(std::string& out, const geodata::Snapshot& units, std::size_t unit) {
  for (const char* name : {"code", "name", "district"}) {
    const auto field = units.schema().index_of(name);
    if (!field || !geodata::textual(units.column(*field).type())) continue;
    const geodata::Column& column = units.column(*field);
    append_text(out, name, column.null(unit) ? std::nullopt : std::optional(column.text(column.code(unit))));
  }
}

void append_unit(std::string& out, const geodata::Snapshot& units, std::size_t unit,
                 const std::vector<Counted>& layers) {
  if (out.back() != '[') out += ',';
  out += R"({"type":"Feature","id":)";
  base::append_json_number(out, units.id(unit));
  out += R"(,"geometry":)";
  const geometry::GeometryView outline = units.geometry(unit);
  if (outline.empty()) {
    out += "null";
  } else {
    geometry::append_geojson(out, geometry::make_point(geometry::point_on(outline)), kDegreeDecimals);
  }
  out += R"(,"properties":{)";
  append_texts(out, units, unit);
  append_member(out, "mu");
  base::append_json_number(out, base::mu_from_m2(units.area_m2(unit)));
  append_member(out, "totals");
  out += '{';
  for (const Counted& layer : layers) append_sum(out, layer.layer, layer.totals->units[unit]);
  out += "}}}";
}

/// What each sum is of, and what it leaves.
void append_account(std::string& out, const std::vector<Counted>& layers, Language language) {
  append_member(out, "method");
  out += '{';
  for (const Counted& layer : layers) {
    append_member(out, layer.layer);
    base::append_json_string(out, layer.unit_field.empty() ? kByOutline : std::string_view(layer.unit_field));
  }
  out += '}';
  append_member(out, "elsewhere");
  out += '{';
  for (const Counted& layer : layers) append_sum(out, layer.layer, layer.totals->elsewhere);
  out += '}';
  append_member(out, "total");
  out += '{';
  for (const Counted& layer : layers)
    append_sum(out, layer.layer,
               {layer.edition->snapshot->size(), layer.edition->snapshot->total_area_m2(), 0});
  out += '}';
  append_member(out, "basis");
  base::append_json_string(out,
                           language == Language::english
                               ? "Sums of the features' areas on the ellipsoid: land that two features of a "
                                 "layer cover is counted twice."
                               : "按图斑椭球面积求和：同一图层中两个图斑重叠的土地计两次。");
}

std::string etag_of(const catalog::Edition& units, const std::vector<Counted>& layers, Language language) {
  std::string of = CAITU_VERSION;
  const auto add = [&of](const catalog::Edition& edition) {
    of += '\n' + edition.record.layer + ' ' + std::to_string(edition.record.edition) + ' ' +
          edition.record.as_of + ' ' + edition.snapshot->digest();
  };
  add(units);
  for (const Counted& layer : layers) {
    add(*layer.edition);
    of += ' ' + layer.unit_field;
  }
  of += language == Language::english ? "\nen" : "\nzh";
  return base::hex(base::digest128(of));
}

}  // namespace

http::Response query_totals(const Context& context, const http::Request& request) {
  const Params params(request, {"by", "layer", "as_of", "edition"});
  const Language language = asked_language(request);
  const std::string by = asked_units(params);
  const auto state = asked_state(context, params);
  const auto units = context.catalog.edition(by, {}, params.date("as_of"));
  std::vector<Counted> layers = asked_layers(context, *state, params);
  Editions editions{{by, units}};
  for (Counted& layer : layers) {
    layer.totals = context.totals.of(*layer.edition, *units, layer.unit_field);
    editions.emplace_back(layer.layer, layer.edition);
  }
  std::string out = R"({"type":"FeatureCollection","features":[)";
  for (std::size_t unit = 0; unit < units->snapshot->size(); ++unit)
    append_unit(out, *units->snapshot, unit, layers);
  out += ']';
  append_text(out, "by", by);
  append_account(out, layers, language);
  append_editions(out, editions);
  http::Response response = answer(out + "}");
  response.set("Content-Type", std::string(kGeoJson));
  response.etag = etag_of(*units, layers, language);
  return in_language(std::move(response), language);
}

}  // namespace caitu::api
