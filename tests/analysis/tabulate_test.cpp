#include "analysis/tabulate.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/input_fixture.hpp"
#include "analysis/overlay.hpp"
#include "base/error.hpp"
#include "geometry/stars.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;

TEST_CASE("Land is tabulated by the values of either layer", "[tabulate]") {
  const geodata::test::TempFolder folder;
  const InputLayer fields = layer(
      {land(rectangle(0, 0, 100, 100)), land(rectangle(100, 0, 100, 100)), land(rectangle(200, 0, 100, 100))},
      "fields", folder, {"wheat", "leek", "wheat"});
  const InputLayer towns = layer({land(rectangle(-10, -10, 160, 120)), land(rectangle(150, -10, 100, 120))},
                                 "towns", folder, {"A", "B"});
  const Table table = tabulate(fields, towns,
                               {.rows = find_field(fields, towns, "b_name", "--rows"),
                                .columns = find_field(fields, towns, "a_name", "--cols")},
                               {});
  REQUIRE(table.rows.size() == 2);
  REQUIRE(table.columns.size() == 2);
  CHECK(std::get<std::string>(table.columns[0]) == "leek");
  CHECK(table.at(0, 0).value() == Approx(5000).epsilon(1e-4));
  CHECK(table.at(0, 1).value() == Approx(10000).epsilon(1e-4));
  CHECK(table.at(1, 0).value() == Approx(5000).epsilon(1e-4));
  CHECK(table.at(1, 1).value() == Approx(5000).epsilon(1e-4));
  CHECK(table.pairs == 4);
  CHECK(table.a_m2.value() == Approx(30000).epsilon(1e-4));
}

TEST_CASE("A field of both layers must say of which it is", "[tabulate]") {
  const geodata::test::TempFolder folder;
  const InputLayer a = layer({land(rectangle(0, 0, 100, 100))}, "a", folder);
  const InputLayer b = layer({land(rectangle(0, 0, 100, 100))}, "b", folder);
  const auto refusal = [&](const std::string& name) -> std::string {
    try {
      find_field(a, b, name, "--rows");
    } catch (const base::Error& error) {
      return error.full();
    }
    return {};
  };
  CHECK_THAT(refusal("name"), Catch::Contains("--rows") && Catch::Contains("a_name or b_name"));
  CHECK_THAT(refusal("nane"), Catch::Contains("did you mean \"name\"?"));
}

TEST_CASE("A table holds the land that an overlay writes, on any number of threads", "[tabulate]") {
  CHECK(rc::check([] {
    const geodata::test::TempFolder folder;
    const auto stars = [] {
      std::vector<Geometry> lands;
      for (int count = *rc::gen::inRange(1, 6); count > 0; --count) {
        const Position centre = at(*rc::gen::inRange(0, 200), *rc::gen::inRange(0, 200));
        lands.push_back(geometry::oriented(geometry::test::star_land(centre, 90 / kLatM)));
      }
      return lands;
    };
    const InputLayer a = layer(stars(), "a", folder), b = layer(stars(), "b", folder);
    TabulateOptions options{.rows = {.of_right = false, .place = 0, .name = "name"},
                            .columns = {.of_right = true, .place = 0, .name = "name"},
                            .threads = 1};
    const Table table = tabulate(a, b, options, {});
    std::filesystem::create_directory(folder / "run");
    const Account account = overlay(a, b, {.threads = 1}, folder / "run", nullptr, {});
    const double common = account.left[2].common.value();
    RC_ASSERT(std::abs(table.common_m2.value() - common) <= 1e-10 * common + 1e-6);
    RC_ASSERT(table.pairs == account.pieces);
    options.threads = 3;
    RC_ASSERT(tabulate(a, b, options, {}).m2 == table.m2);
  }));
}
