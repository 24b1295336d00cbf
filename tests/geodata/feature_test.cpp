#include "geodata/feature.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace caitu::geodata {
namespace {

geometry::Geometry two_rings(bool as_hole) {
  geometry::Geometry polygon;
  polygon.kind = geometry::Kind::polygon;
  polygon.positions = {{0, 0}, {9, 0}, {9, 9}, {0, 0}, {5, 1}, {6, 2}, {6, 1}, {5, 1}};
  polygon.path_ends = {4, 8};
  polygon.part_ends = as_hole ? std::vector<std::uint32_t>{2} : std::vector<std::uint32_t>{1, 2};
  return polygon;
}

std::string json(const Value& value, FieldType type) {
  std::string out;
  append_json_value(out, value, type);
  return out;
}

TEST_CASE("equal land with equal attributes has an equal digest, every time") {
  const std::vector<Value> values{std::string("0102"), 1.5, std::int64_t{7}, Value{}};
  CHECK(content_digest(two_rings(true), values) == content_digest(two_rings(true), values));
  CHECK(geometry_digest(two_rings(true)) == geometry_digest(two_rings(true)));
}

TEST_CASE("a hole and a second part over the same positions differ") {
  CHECK(geometry_digest(two_rings(true)) != geometry_digest(two_rings(false)));
  CHECK(content_digest(two_rings(true), {}) != content_digest(two_rings(false), {}));
}

TEST_CASE("the last bit of one coordinate changes the digest") {
  geometry::Geometry moved = two_rings(true);
  moved.positions[2].lat = std::nextafter(9.0, 10.0);
  CHECK(geometry_digest(moved) != geometry_digest(two_rings(true)));
}

TEST_CASE("attributes differ by type, by place and by where one text ends") {
  const auto digest = [](const std::vector<Value>& values) { return content_digest({}, values); };
  CHECK(digest({std::int64_t{1}}) != digest({1.0}));
  CHECK(digest({std::string()}) != digest({Value{}}));
  CHECK(digest({std::string("ab"), std::string("c")}) != digest({std::string("a"), std::string("bc")}));
  CHECK(digest({Value{}, std::string("a")}) != digest({std::string("a"), Value{}}));
  CHECK(digest({}) != digest({Value{}}));
}

TEST_CASE("a value becomes the JSON of its field's type") {
  CHECK(json(Value{}, FieldType::text) == "null");
  CHECK(json(std::string("菜\"地"), FieldType::text) == "\"菜\\\"地\"");
  CHECK(json(std::string("2023-10-31"), FieldType::date) == "\"2023-10-31\"");
  CHECK(json(std::int64_t{-7}, FieldType::integer) == "-7");
  CHECK(json(std::int64_t{1}, FieldType::boolean) == "true");
  CHECK(json(std::int64_t{0}, FieldType::boolean) == "false");
  CHECK(json(0.1, FieldType::real) == "0.1");
  CHECK(json(std::numeric_limits<double>::infinity(), FieldType::real) == "null");
}

}  // namespace
}  // namespace caitu::geodata
