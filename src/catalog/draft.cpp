#include "catalog/draft.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;
using geodata::Value;

constexpr std::string_view kAreaProperty = "mu";

[[noreturn]] void refuse(const geodata::Schema& schema, const std::string& field, const std::string& message,
                         const std::string& hint = {}) {
  throw Error(Code::invalid, message, Where{.layer = schema.layer, .field = field}, hint);
}

Value plain_value(const geodata::Schema& schema, const geodata::Field& field, const Json& json) {
  if (json.is_null()) return {};
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean() && field.type == geodata::FieldType::boolean)
    return std::int64_t{json.get<bool>() ? 1 : 0};
  const bool past_64_bits = json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX;
  if (json.is_number_integer() && !past_64_bits) return json.get<std::int64_t>();
  if (json.is_number_float() || past_64_bits) return json.get<double>();
  refuse(schema, field.name, "the field " + field.name + " holds one value, not " + json.dump());
}

Value field_value(const geodata::Schema& schema, const geodata::Field& field, const Json& json) {
  auto value = convert(plain_value(schema, field, json), field.type);
  if (!value) {
    refuse(schema, field.name,
           json.dump() + " is no " + std::string(geodata::name(field.type)) + ", which the field " +
               field.name + " (" + field.title + ") holds");
  }
  return std::move(*value);
}

Value extra_value(const geodata::Schema& schema, const Json& json) {
  if (json.is_null() || (json.is_object() && json.empty())) return {};
  if (!json.is_object())
    refuse(schema, std::string(geodata::kExtraField), "extra is a JSON object, not " + json.dump());
  return json.dump();
}

std::size_t field_named(const geodata::Schema& schema, const std::string& name) {
  if (const auto place = schema.index_of(name)) return *place;
  std::vector<std::string> names;
  for (const geodata::Field& field : schema.fields) names.push_back(field.name);
  const std::string nearest = base::nearest_name(name, names);
  refuse(schema, name, "layer " + schema.layer + " has no field \"" + name + "\"",
         (nearest.empty() ? std::string() : "did you mean \"" + nearest + "\"? ") +
             "What the layer does not declare goes into the object \"extra\".");
}

void set_values(const geodata::Schema& schema, const Json& properties, bool merge,
                std::vector<Value>& values) {
  for (const auto& [name, json] : properties.items()) {
    if (name == kAreaProperty && !schema.index_of(name)) continue;
    const std::size_t place = field_named(schema, name);
    const geodata::Field& field = schema.fields[place];
    if (field.name != geodata::kExtraField) {
      values[place] = field_value(schema, field, json);
      continue;
    }
    const auto* before = std::get_if<std::string>(&values[place]);
    Json extra = json;
    if (merge && before != nullptr && json.is_object()) {
      extra = base::parse_json(*before);
      extra.merge_patch(json);
    }
    values[place] = extra_value(schema, extra);
  }
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (!schema.fields[i].required || !std::holds_alternative<std::monostate>(values[i])) continue;
    refuse(schema, schema.fields[i].name,
           "the field " + schema.fields[i].name + " (" + schema.fields[i].title +
               ") is required and has no value");
  }
}

geometry::Geometry sound(const geodata::Declaration& declaration, const geometry::Geometry& given) {
  const geodata::Schema& schema = declaration.schema;
  if (!schema.allows(given.kind)) {
    refuse(schema, "geometry",
           given.empty() ? "the feature has no geometry"
                         : "the geometry is a " + std::string(geometry::name(given.kind)) +
                               ", which this layer does not hold");
  }
  if (!geometry::finite(given)) refuse(schema, "geometry", "a coordinate is not a finite number");
  const geometry::Box box = geometry::box_of(given);
  if (box.min_lon < -180 || box.max_lon > 180 || box.min_lat < -90 || box.max_lat > 90) {
    refuse(schema, "geometry",
           "the coordinates lie outside the Earth's degrees, near " + geodata::position_text(given.positions[0]),
           "positions are longitude, latitude in degrees");
  }
  if (!declaration.region.empty() && !declaration.region.intersects(box)) {
    refuse(schema, "geometry",
           "the feature lies outside the layer's region, near " + geodata::position_text(given.positions[0]),
           "positions are longitude, then latitude, on CGCS2000 or WGS 84");
  }
  if (const auto flaw = geometry::flaw_of(given)) {
    refuse(schema, "geometry",
           "the geometry is invalid: " + flaw->reason + ", near " + geodata::position_text(flaw->at),
           "mend it there and send it again; edits are not repaired as deliveries are");
  }
  return geometry::oriented(given);
}

/// Answers give degrees with eight decimals; who sends them back has not moved anything.
bool as_read(const geometry::Geometry& given, const geometry::Geometry& held) {
  constexpr double kRounding = 0.5e-8 + 1e-12;
  return given.kind == held.kind && given.path_ends == held.path_ends && given.part_ends == held.part_ends &&
         std::equal(given.positions.begin(), given.positions.end(), held.positions.begin(),
                    held.positions.end(), [](geometry::Position a, geometry::Position b) {
                      return std::abs(a.lon - b.lon) <= kRounding && std::abs(a.lat - b.lat) <= kRounding;
                    });
}

void set_geometry(const geodata::Declaration& declaration, const geometry::Geometry& given,
                  const geodata::Feature* before, geodata::Feature& feature) {
  feature.geometry =
      before != nullptr && as_read(given, before->geometry) ? before->geometry : sound(declaration, given);
  feature.area_m2 = geometry::area_m2(feature.geometry);
}

}  // namespace

geodata::Feature whole_feature(const geodata::Declaration& declaration, const Draft& draft,
                               const geodata::Feature* before) {
  geodata::Feature feature;
  set_geometry(declaration, draft.geometry.value_or(geometry::Geometry{}), before, feature);
  feature.values.resize(declaration.schema.fields.size());
  set_values(declaration.schema, draft.properties, false, feature.values);
  return feature;
}

geodata::Feature merged_feature(const geodata::Declaration& declaration, const geodata::Feature& before,
                                const Draft& draft) {
  geodata::Feature feature = before;
  if (draft.geometry) set_geometry(declaration, *draft.geometry, &before, feature);
  set_values(declaration.schema, draft.properties, true, feature.values);
  return feature;
}

}  // namespace caitu::catalog
