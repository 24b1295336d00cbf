#include "tiles/mvt.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/ids.hpp"
#include "support/mvt_reader.hpp"
#include "support/properties.hpp"

using namespace caitu::tiles;
using caitu::geometry::Kind;
using caitu::test::read_mvt;

namespace {

const TileGeometry kSquare{Kind::polygon, {{0, 0}, {10, 0}, {10, 10}, {0, 10}}, {4}};

}  // namespace

TEST_CASE("keys and values stand once, in the order of their first use") {
  LayerEncoder layer("parcels", 4096);
  const auto unused = layer.add_field("unused"), code = layer.add_field("DLBM"),
             year = layer.add_field("year");
  for (const std::uint64_t id : {5, 6, 7}) {
    layer.begin(id);
    layer.integer(year, 2020);
    layer.text(code, id == 6 ? 1 : 0, [&] { return std::string_view(id == 6 ? "0103" : "0102"); });
    layer.end(kSquare);
  }
  (void)unused;
  std::string tile;
  layer.append_to(tile);
  const auto parcels = read_mvt(tile).at("parcels");
  CHECK(parcels.version == 2);
  CHECK(parcels.extent == 4096);
  CHECK(parcels.keys == std::vector<std::string>{"year", "DLBM"});
  REQUIRE(parcels.values.size() == 3);
  CHECK(std::get<std::string>(parcels.values[1]) == "0102");
  REQUIRE(parcels.features.size() == 3);
  CHECK(parcels.features[1].id == 6);
  CHECK(std::get<std::string>(parcels.features[1].tags.at("DLBM")) == "0103");
  CHECK(std::get<std::string>(parcels.features[2].tags.at("DLBM")) == "0102");
}

TEST_CASE("values keep their type: whole, negative, real, truth, text") {
  LayerEncoder layer("spots", 4096);
  std::vector<std::uint32_t> field;
  for (const char* name : {"whole", "negative", "real", "one", "truth", "text", "nan"})
    field.push_back(layer.add_field(name));
  layer.begin(1);
  layer.integer(field[0], 9007199254740993);
  layer.integer(field[1], -42);
  layer.real(field[2], 0.1);
  layer.real(field[3], 1.0);
  layer.boolean(field[4], true);
  layer.text(field[5], 0, [] { return std::string_view("水浇地"); });
  layer.real(field[6], std::nan(""));
  layer.end(kSquare);
  std::string tile;
  layer.append_to(tile);
  const auto tags = read_mvt(tile).at("spots").features.at(0).tags;
  CHECK(std::get<std::uint64_t>(tags.at("whole")) == 9007199254740993u);
  CHECK(std::get<std::int64_t>(tags.at("negative")) == -42);
  CHECK(std::get<double>(tags.at("real")) == 0.1);
  CHECK(std::get<double>(tags.at("one")) == 1.0);
  CHECK(std::get<bool>(tags.at("truth")));
  CHECK(std::get<std::string>(tags.at("text")) == "水浇地");
  CHECK(tags.size() == 6);
}

TEST_CASE("a layer without features leaves no trace") {
  std::string tile;
  LayerEncoder("empty", 4096).append_to(tile);
  CHECK(tile.empty());
}

TEST_CASE("any paths come back as they were written") {
  CHECK(rc::check([] {
    const auto coordinate = rc::gen::inRange(-64, 4161);
    TileGeometry shape;
    shape.kind = *rc::gen::element(Kind::point, Kind::line, Kind::polygon);
    const int paths = *rc::gen::inRange(1, 5);
    std::vector<std::vector<caitu::test::MvtPoint>> expected;
    for (int i = 0; i < paths; ++i) {
      const int count = shape.kind == Kind::point ? 1 : *rc::gen::inRange(3, 9);
      expected.emplace_back();
      for (int k = 0; k < count; ++k) {
        shape.points.push_back({*coordinate, *coordinate});
        expected.back().push_back({shape.points.back().x, shape.points.back().y});
      }
      shape.path_ends.push_back(static_cast<std::uint32_t>(shape.points.size()));
    }
    LayerEncoder layer("any", 4096);
    layer.begin(caitu::base::kMaxFeatureId);
    layer.end(shape);
    std::string tile;
    layer.append_to(tile);
    const auto feature = read_mvt(tile).at("any").features.at(0);
    RC_ASSERT(feature.id == caitu::base::kMaxFeatureId);
    RC_ASSERT(feature.type == static_cast<int>(shape.kind));
    RC_ASSERT(feature.paths == expected);
  }));
}

TEST_CASE("thousands of values are told apart") {
  ValueIndex index;
  bool added = false;
  for (std::uint32_t round = 0; round < 2; ++round)
    for (std::uint32_t i = 0; i < 20000; ++i) {
      REQUIRE(index.place(i % 7, i, added) == i);
      REQUIRE(added == (round == 0));
    }
  CHECK(index.size() == 20000);
}
