#include "api/feature_json.hpp"

#include "base/units.hpp"
#include "geometry/codec.hpp"

namespace caitu::api {
namespace {

void append_column(std::string& out, const geodata::Field& field, const geodata::Column& column,
                   std::size_t item) {
  if (column.null(item)) {
    out += "null";
  } else if (field.name == geodata::kExtraField) {
    out += column.text(column.code(item));
  } else if (geodata::textual(field.type)) {
    base::append_json_string(out, column.text(column.code(item)));
  } else if (field.type == geodata::FieldType::boolean) {
    out += column.integer(item) != 0 ? "true" : "false";
  } else if (field.type == geodata::FieldType::integer) {
    base::append_json_number(out, column.integer(item));
  } else {
    base::append_json_number(out, column.real(item));
  }
}

}  // namespace

void append_properties(std::string& out, const geodata::Snapshot& snapshot, std::size_t item, bool with_id) {
  out += '{';
  if (with_id) {
    out += "\"id\":";
    base::append_json_number(out, snapshot.id(item));
  }
  const auto& fields = snapshot.schema().fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const geodata::Column& column = snapshot.column(i);
    if (fields[i].name == geodata::kExtraField && column.null(item)) continue;
    if (out.back() != '{') out += ',';
    base::append_json_string(out, fields[i].name);
    out += ':';
    append_column(out, fields[i], column, item);
  }
  if (snapshot.kind(item) == geometry::Kind::polygon) {
    if (out.back() != '{') out += ',';
    out += "\"mu\":";
    base::append_json_number(out, base::mu_from_m2(snapshot.area_m2(item)));
  }
  out += '}';
}

void append_feature(std::string& out, const geodata::Snapshot& snapshot, std::size_t item) {
  out += R"({"type":"Feature","id":)";
  base::append_json_number(out, snapshot.id(item));
  out += R"(,"geometry":)";
  geometry::append_geojson(out, snapshot.geometry(item), kDegreeDecimals);
  out += R"(,"properties":)";
  append_properties(out, snapshot, item, false);
  out += '}';
}

}  // namespace caitu::api
