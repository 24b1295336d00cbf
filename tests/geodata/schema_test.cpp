#include "geodata/schema.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

namespace caitu::geodata {
namespace {

Schema parcels() {
  Schema schema;
  schema.layer = "parcels";
  schema.title = "地类图斑";
  schema.title_en = "Land parcels";
  schema.kinds = {geometry::Kind::polygon, geometry::Kind::point};
  schema.fields = {
      {.name = "DLBM", .title = "地类编码", .width = 5, .aliases = {"dlbm_2", "地类"}, .required = true},
      {.name = "TBMJ", .title = "图斑面积", .type = FieldType::real, .unit = "m2"},
      {.name = "SJNF", .type = FieldType::integer},
      {.name = "filed", .type = FieldType::boolean},
      {.name = "built_on", .type = FieldType::date},
      {.name = "seen_at", .type = FieldType::datetime},
      {.name = "extra"},
  };
  schema.key = {"ZLDWDM", "TBBH"};
  schema.class_field = "DLBM";
  schema.label_field = "DLMC";
  schema.living = true;
  return schema;
}

base::Code code_of(const base::Json& json) {
  try {
    schema_from_json(json);
  } catch (const base::Error& error) {
    return error.code();
  }
  FAIL("the schema was read");
  return base::Code::internal;
}

TEST_CASE("a schema read back from its JSON text is the same schema") {
  const std::string text = to_json(parcels()).dump();
  CHECK(schema_from_json(base::parse_json(text)) == parcels());
  CHECK(schema_from_json(to_json(Schema{})) == Schema{});
}

TEST_CASE("every field type has a name that reads back as itself, and no other text is a type") {
  for (const FieldType type : {FieldType::text, FieldType::integer, FieldType::real, FieldType::boolean,
                               FieldType::date, FieldType::datetime}) {
    CHECK(parse_field_type(name(type)) == type);
  }
  CHECK(parse_field_type("Text") == std::nullopt);
  CHECK(parse_field_type("") == std::nullopt);
}

TEST_CASE("a field is found by its exact name only") {
  CHECK(parcels().index_of("TBMJ") == 1u);
  CHECK(parcels().index_of("tbmj") == std::nullopt);
  CHECK(parcels().index_of("dlbm_2") == std::nullopt);
}

TEST_CASE("a schema allows the kinds it lists and no other") {
  CHECK(parcels().allows(geometry::Kind::point));
  CHECK_FALSE(parcels().allows(geometry::Kind::line));
}

TEST_CASE("a schema with a part missing, of the wrong type or unknown is corrupt") {
  const base::Json whole = to_json(parcels());
  for (const auto& [key, value] : whole.items()) {
    base::Json without = to_json(parcels());
    without.erase(key);
    CHECK(code_of(without) == base::Code::corrupt);
    base::Json wrong = to_json(parcels());
    wrong[key] = 7;
    CHECK(code_of(wrong) == base::Code::corrupt);
  }
  base::Json kind = to_json(parcels());
  kind["kinds"][0] = "cube";
  CHECK(code_of(kind) == base::Code::corrupt);
  base::Json type = to_json(parcels());
  type["fields"][0]["type"] = "blob";
  CHECK(code_of(type) == base::Code::corrupt);
  CHECK(code_of(base::Json::array()) == base::Code::corrupt);
}

}  // namespace
}  // namespace caitu::geodata
