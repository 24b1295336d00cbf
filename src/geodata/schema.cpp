#include "geodata/schema.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"

namespace caitu::geodata {
namespace {

using base::Json;

constexpr std::array<std::pair<FieldType, std::string_view>, 6> kTypeNames{{
    {FieldType::text, "text"},
    {FieldType::integer, "integer"},
    {FieldType::real, "real"},
    {FieldType::boolean, "boolean"},
    {FieldType::date, "date"},
    {FieldType::datetime, "datetime"},
}};

[[noreturn]] void fail(const std::string& message) {
  throw base::Error(base::Code::corrupt, "The stored schema cannot be read: " + message + ".",
                    "Rebuild what carries it: `caitu doctor WS --repair`.");
}

geometry::Kind kind_named(const std::string& text) {
  using geometry::Kind;
  for (const Kind kind : {Kind::empty, Kind::point, Kind::line, Kind::polygon}) {
    if (geometry::name(kind) == text) return kind;
  }
  fail("\"" + text + "\" is no kind of geometry");
}

FieldType type_named(const std::string& text) {
  if (const auto type = parse_field_type(text)) return *type;
  fail("\"" + text + "\" is no field type");
}

Json to_json(const Field& field) {
  return {{"name", field.name},        {"title", field.title}, {"type", name(field.type)},
          {"width", field.width},      {"unit", field.unit},   {"aliases", field.aliases},
          {"required", field.required}};
}

Field field_from_json(const Json& json) {
  Field field;
  json.at("name").get_to(field.name);
  json.at("title").get_to(field.title);
  field.type = type_named(json.at("type").get<std::string>());
  json.at("width").get_to(field.width);
  json.at("unit").get_to(field.unit);
  json.at("aliases").get_to(field.aliases);
  json.at("required").get_to(field.required);
  return field;
}

}  // namespace

std::string_view name(FieldType type) {
  for (const auto& [known, text] : kTypeNames) {
    if (known == type) return text;
  }
  throw base::Error(base::Code::internal, "A field has a type outside its enumeration.");
}

std::optional<FieldType> parse_field_type(std::string_view text) {
  for (const auto& [type, known] : kTypeNames) {
    if (known == text) return type;
  }
  return std::nullopt;
}

std::optional<std::size_t> Schema::index_of(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &Field::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

bool Schema::allows(geometry::Kind kind) const { return std::ranges::find(kinds, kind) != kinds.end(); }

Json to_json(const Schema& schema) {
  Json kinds = Json::array();
  for (const geometry::Kind kind : schema.kinds) kinds.push_back(geometry::name(kind));
  Json fields = Json::array();
  for (const Field& field : schema.fields) fields.push_back(to_json(field));
  return {{"layer", schema.layer},
          {"title", schema.title},
          {"title_en", schema.title_en},
          {"kinds", std::move(kinds)},
          {"fields", std::move(fields)},
          {"key", schema.key},
          {"class_field", schema.class_field},
          {"label_field", schema.label_field},
          {"living", schema.living}};
}

Schema schema_from_json(const Json& json) try {
  Schema schema;
  json.at("layer").get_to(schema.layer);
  json.at("title").get_to(schema.title);
  json.at("title_en").get_to(schema.title_en);
  for (const Json& kind : json.at("kinds")) schema.kinds.push_back(kind_named(kind.get<std::string>()));
  for (const Json& field : json.at("fields")) schema.fields.push_back(field_from_json(field));
  json.at("key").get_to(schema.key);
  json.at("class_field").get_to(schema.class_field);
  json.at("label_field").get_to(schema.label_field);
  json.at("living").get_to(schema.living);
  return schema;
} catch (const Json::exception& error) {
  fail(error.what());
}

}  // namespace caitu::geodata
