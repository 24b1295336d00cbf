#include "catalog/intake.hpp"

#include <cmath>

#include "base/error.hpp"
#include "catalog/quality_row.hpp"
#include "catalog/transforms.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::catalog {
namespace {

using geodata::Value;

/// Adds `"name":value` to a JSON object text that may be empty.
void add_member(std::string& object, const std::string& name, const Value& value) {
  if (object.empty()) object = "{}";
  object.pop_back();
  if (object.size() > 1) object += ',';
  base::append_json_string(object, name);
  object += ':';
  geodata::append_json_value(object, value, geodata::FieldType::text);
  object += '}';
}

/// All that was delivered with a refused row, under our names where they are known.
std::string attributes_json(const geodata::Schema& schema, const DeliveredFile& file,
                            const geodata::SourceRow& row) {
  std::string json = row.extra.empty() ? "{}" : row.extra;
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (file.places[i] < 0) continue;
    const Value& value = row.values[static_cast<std::size_t>(file.places[i])];
    if (!std::holds_alternative<std::monostate>(value)) add_member(json, schema.fields[i].name, value);
  }
  return json;
}

bool has_type(const Value& value, geodata::FieldType type) {
  switch (type) {
    case geodata::FieldType::text:
    case geodata::FieldType::datetime:
      return std::holds_alternative<std::string>(value);
    case geodata::FieldType::integer:
      return std::holds_alternative<std::int64_t>(value);
    case geodata::FieldType::real:
      return std::holds_alternative<double>(value);
    default:
      return false;
  }
}

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string json;
  geodata::append_json_value(json, value, geodata::FieldType::text);
  return json;
}

/// Fills the feature's values; what has no reading in its field's type moves to `extra` as it came.
void take_values(const geodata::Schema& schema, const DeliveredFile& file, geodata::SourceRow& row,
                 TakenRow& taken) {
  auto& values = taken.feature->values;
  values.resize(schema.fields.size());
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (file.places[i] < 0) continue;
    const geodata::Field& field = schema.fields[i];
    Value& delivered = row.values[static_cast<std::size_t>(file.places[i])];
    if (has_type(delivered, field.type)) {
      values[i] = std::move(delivered);
    } else if (auto converted = convert(delivered, field.type)) {
      values[i] = std::move(*converted);
    } else {
      taken.notes.push_back("field " + field.name + " is not a " + std::string(geodata::name(field.type)) +
                            ": kept in extra");
      taken.unread.push_back({i, text_of(delivered)});
      add_member(row.extra, field.name, delivered);
    }
  }
  if (!row.extra.empty()) values.back() = std::move(row.extra);
}

/// Says whose land class code it is where the delivery does not and the code can only be of one system.
void say_code_system(const geodata::Schema& schema, const CodeEvidence& evidence, TakenRow& taken) {
  auto& values = taken.feature->values;
  const auto text = [&](std::string_view field) -> std::string_view {
    const auto at = schema.index_of(field);
    const auto* found = at ? std::get_if<std::string>(&values[*at]) : nullptr;
    return found == nullptr ? std::string_view() : *found;
  };
  auto system = code_system_of(evidence, text(kCodeField), text(kCodeNameField));
  if (!system) return;
  values[*schema.index_of(kCodeSystemField)] = std::string(system->system);
  taken.notes.push_back(std::move(system->why));
}

std::string missing_required(const geodata::Schema& schema, const std::vector<Value>& values) {
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (!schema.fields[i].required || !std::holds_alternative<std::monostate>(values[i])) continue;
    return "the field " + schema.fields[i].name + " (" + schema.fields[i].title +
           ") is required and has no value";
  }
  return {};
}

/// Drawings have no polygons: their outlines are lines that end where they begin.
bool closed_outline(const geometry::Geometry& line) {
  if (line.kind != geometry::Kind::line) return false;
  constexpr std::size_t kTriangle = 4;
  for (std::size_t i = 0; i < line.path_ends.size(); ++i) {
    const auto path = geometry::GeometryView(line).path(i);
    if (path.size() < kTriangle || path.front() != path.back()) return false;
  }
  return true;
}

bool is_drawing(const std::string& driver) { return driver == "DXF" || driver == "DGN"; }

/// A drawing's closed lines as polygons, one part for each.
geometry::Geometry filled(const geometry::Geometry& line) {
  geometry::Geometry area;
  area.kind = geometry::Kind::polygon;
  area.positions = line.positions;
  area.path_ends = line.path_ends;
  for (std::uint32_t i = 1; i <= area.path_ends.size(); ++i) area.part_ends.push_back(i);
  return area;
}

/// Source coordinates → EPSG:4490, valid, wound; empty with a refusal when that cannot be had.
geometry::Geometry take_geometry(const geodata::Declaration& declaration, const DeliveredFile& file,
                                 const geometry::Geometry& delivered, TakenRow& taken) {
  const geodata::Schema& schema = declaration.schema;
  if (is_drawing(file.source.driver()) && closed_outline(delivered) && !schema.allows(geometry::Kind::line) &&
      schema.allows(geometry::Kind::polygon)) {
    taken.notes.emplace_back("closed outlines of a drawing taken as polygons");
    return take_geometry(declaration, file, filled(delivered), taken);
  }
  if (!declaration.schema.allows(delivered.kind)) {
    taken.refusal = "the geometry is a " + std::string(geometry::name(delivered.kind)) +
                    ", which this layer does not hold";
    return {};
  }
  if (!geometry::finite(delivered)) {
    taken.refusal = "a coordinate is not a finite number";
    return {};
  }
  auto moved = geometry::transform_edges(delivered, to_cgcs2000(file.crs));
  if (moved.failed > 0) {
    taken.refusal = "the coordinates have no place in " + file.crs.name() + ", near " +
                    position_text(delivered.positions[0]) + " (" + std::to_string(moved.failed) +
                    " positions)";
    return {};
  }
  if (moved.split > 0) taken.notes.emplace_back("edges split to stay within 1 mm of the source");
  geometry::Geometry geometry = std::move(moved.geometry);
  geometry::shift(geometry.positions, file.datum, geometry::Datum::cgcs2000);
  const geometry::Box box = geometry::box_of(geometry);
  if (box.min_lon < -180 || box.max_lon > 180 || box.min_lat < -90 || box.max_lat > 90) {
    taken.refusal =
        "the coordinates lie outside the Earth's degrees, near " + position_text(geometry.positions[0]);
    return {};
  }
  taken.outside_region = !declaration.region.empty() && !declaration.region.intersects(box);
  if (const auto flaw = geometry::flaw_of(geometry)) {
    geometry::Repaired mended = geometry::repaired(geometry);
    taken.repair_kind = flaw->reason;
    taken.repair_at = flaw->at;
    taken.repair = mended.what;
    geometry = std::move(mended.geometry);
    if (geometry.empty()) {
      taken.refusal = "the geometry is invalid (" + flaw->reason + ") and nothing of it is left after repair";
      return {};
    }
  }
  return geometry::oriented(geometry);
}

}  // namespace

std::string position_text(geometry::Position p) {
  std::string text;
  base::append_json_fixed(text, p.lon, 6);
  text += ", ";
  base::append_json_fixed(text, p.lat, 6);
  return text;
}

TakenRow take_row(const geodata::Declaration& declaration, const std::vector<std::size_t>& key_fields,
                  const DeliveredFile& file, geodata::SourceRow&& row, const RowAudit* audit) {
  TakenRow taken;
  taken.row = row.row;
  taken.refusal = row.flaw;
  if (!row.note.empty()) taken.notes.push_back(row.note);
  taken.feature.emplace();
  geodata::Feature& feature = *taken.feature;
  try {
    if (taken.refusal.empty()) feature.geometry = take_geometry(declaration, file, row.geometry, taken);
    if (taken.refusal.empty()) {
      take_values(declaration.schema, file, row, taken);
      if (file.codes) say_code_system(declaration.schema, *file.codes, taken);
      taken.refusal = missing_required(declaration.schema, feature.values);
      feature.area_m2 = geometry::area_m2(feature.geometry);
      taken.claim = claim_of(declaration.schema, key_fields, feature);
    }
  } catch (const base::Error& error) {
    taken.refusal = error.what();
  }
  if (audit != nullptr) audit->look(file, row, taken);
  if (taken.refusal.empty()) return taken;
  // Values that were taken have moved out of the row; they stand in the feature.
  if (!feature.values.empty()) {
    // `extra` is the last one and an object already.
    if (const auto* extra = std::get_if<std::string>(&feature.values.back())) taken.attributes = *extra;
    for (std::size_t i = 0; i + 1 < feature.values.size(); ++i) {
      if (std::holds_alternative<std::monostate>(feature.values[i])) continue;
      add_member(taken.attributes, declaration.schema.fields[i].name, feature.values[i]);
    }
  } else {
    taken.attributes = attributes_json(declaration.schema, file, row);
  }
  taken.feature.reset();
  taken.repair.clear();
  taken.delivered = std::move(row.geometry);
  return taken;
}

}  // namespace caitu::catalog
