#include "analysis/dissolve.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/input_fixture.hpp"
#include "base/error.hpp"
#include "geodata/source.hpp"
#include "geometry/join.hpp"
#include "geometry/ops.hpp"
#include "geometry/stars.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;

namespace {

struct Dissolved {
  DissolveAccount account;
  std::vector<geodata::SourceRow> rows;
};

Dissolved dissolved(const InputLayer& input, const DissolveOptions& options) {
  const geodata::test::TempFolder folder;
  Dissolved result;
  {
    geodata::Sink sink(folder / "out.gpkg", dissolve_schema(input, options));
    result.account = dissolve(input, options, &sink, {});
    sink.finish();
  }
  geodata::Source source(folder / "out.gpkg", {});
  source.select({options.by.empty() ? "count" : options.by[0], "count"});
  result.rows = source.read(1000);
  return result;
}

}  // namespace

TEST_CASE("Fields of one name become one land, by their shared borders alone", "[dissolve]") {
  const geodata::test::TempFolder folder;
  std::vector<Geometry> fields;
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) {
    for (int j = 0; j < 30; ++j) {
      fields.push_back(land(rectangle(i * 30, j * 30, 30, 30)));
      names.push_back(i < 10 ? "west" : "east");
    }
  }
  const InputLayer input = layer(fields, "fields", folder, names);
  const Dissolved found = dissolved(input, {.by = {"name"}, .threads = 2});
  REQUIRE(found.rows.size() == 2);
  CHECK(std::get<std::string>(found.rows[0].values[0]) == "east");
  CHECK(std::get<std::int64_t>(found.rows[0].values[1]) == 600);
  for (const auto& row : found.rows) CHECK(row.geometry.path_ends.size() == 1);
  CHECK(found.account.by_borders == 2);
  CHECK(found.account.closes());
  CHECK(found.account.twice_m2 == ExactSum{});
}

TEST_CASE("A corner on a neighbour's side and land covered twice are noded", "[dissolve]") {
  const geodata::test::TempFolder folder;
  // The east side of the first has a corner of the others in its middle, off by a rounding.
  const InputLayer corner = layer({land(rectangle(0, 0, 100, 100)), land(rectangle(100, 0, 100, 31.7)),
                                   land(rectangle(100, 31.7, 100, 68.3))},
                                  "corner", folder);
  const Dissolved joined = dissolved(corner, {});
  REQUIRE(joined.rows.size() == 1);
  CHECK(joined.account.by_nodes == 1);
  CHECK(joined.rows[0].geometry.path_ends.size() == 1);
  CHECK(joined.account.written_m2.value() == Approx(20000).epsilon(1e-4));
  CHECK(std::abs(joined.account.twice_m2.value()) < 1e-5);

  const InputLayer over = layer(
      {land(rectangle(0, 0, 100, 100)), land(rectangle(50, 50, 100, 100)), land(rectangle(60, 60, 10, 10))},
      "over", folder);
  const Dissolved united = dissolved(over, {});
  CHECK(united.account.by_nodes == 1);
  CHECK(united.account.written_m2.value() == Approx(17500).epsilon(1e-4));
  CHECK(united.account.twice_m2.value() == Approx(2600).epsilon(1e-4));
  CHECK(united.account.closes());
}

TEST_CASE("Whatever lies over whatever, the union is GEOS's", "[dissolve]") {
  std::uint64_t by_overlay = 0, all = 0;
  CHECK(rc::check([&] {
    const geodata::test::TempFolder folder;
    std::vector<Geometry> lands;
    std::vector<geometry::GeometryView> views;
    for (int count = *rc::gen::inRange(1, 9); count > 0; --count) {
      const Position centre = at(*rc::gen::inRange(0, 300), *rc::gen::inRange(0, 300));
      lands.push_back(geometry::oriented(geometry::test::star_land(centre, 90 / kLatM)));
    }
    const InputLayer input = layer(lands, "stars", folder);
    const Dissolved found = dissolved(input, {.threads = 1});
    Geometry expected;
    for (const Geometry& one : lands) {
      if (expected.empty()) {
        expected = one;
        continue;
      }
      const std::vector<geometry::GeometryView> both{expected, one};
      expected = geometry::united(both);
    }
    RC_ASSERT(found.rows.size() == 1u);
    RC_ASSERT(!geometry::flaw_of(found.rows[0].geometry));
    const double area = geometry::area_m2(expected);
    RC_ASSERT(std::abs(geometry::area_m2(found.rows[0].geometry) - area) <= 1e-9 * area + 1e-5);
    by_overlay += found.account.by_overlay;
    ++all;
  }));
  CHECK(by_overlay * 50 <= all);
}

TEST_CASE("Only polygons can be united, by fields that are there", "[dissolve]") {
  const geodata::test::TempFolder folder;
  const InputLayer wells = layer({{geometry::Kind::point, {at(10, 10)}, {}, {}}}, "wells", folder);
  CHECK_THROWS_AS(dissolve(wells, {}, nullptr, {}), base::Error);
  try {
    dissolve_schema(wells, {.by = {"nane"}});
    FAIL("an unknown field was taken");
  } catch (const base::Error& error) {
    CHECK_THAT(error.full(), Catch::Contains("nane") && Catch::Contains("did you mean \"name\"?"));
  }
}
