#include "catalog/intake.hpp"

#include "base/error.hpp"
#include "catalog/quality_row.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"

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

/// Source coordinates → EPSG:4490, valid, wound; empty with a refusal when that cannot be had.
geometry::Geometry take_geometry(const geodata::Declaration& declaration, const DeliveredFile& file,
                                 const geometry::Geometry& delivered, TakenRow& taken) {
  geodata::Placed placed =
      geodata::place(file.placement, file.source.driver(), delivered, declaration.schema.kinds);
  for (std::string& note : placed.notes) taken.notes.push_back(std::move(note));
  taken.refusal = std::move(placed.refusal);
  if (!placed.box.empty())
    taken.outside_region = !declaration.region.empty() && !declaration.region.intersects(placed.box);
  if (placed.flaw) {
    taken.repair_kind = placed.flaw->reason;
    taken.repair_at = placed.flaw->at;
    taken.repair = std::move(placed.repair);
  }
  return std::move(placed.geometry);
}

}  // namespace

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
