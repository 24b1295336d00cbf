#include "analysis/land_once.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/fixture.hpp"
#include "geometry/join.hpp"
#include "geometry/measure.hpp"
#include "geometry/stars.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;

namespace {

double square_m2(double x, double y, double width, double height) {
  return geometry::area_m2(land(rectangle(x, y, width, height)));
}

}  // namespace

TEST_CASE("Fields that only touch count whole", "[land_once]") {
  std::vector<Geometry> fields;
  for (int i = 0; i < 10; ++i) {
    for (int j = 0; j < 10; ++j) fields.push_back(land(rectangle(i * 30, j * 30, 30, 30)));
  }
  const Layer layer(fields);
  const LandOnce found = land_once(*layer, {.threads = 2});
  CHECK(found.once_m2 == found.gross_m2);
  CHECK(found.twice.empty());
  CHECK(found.gross_m2.value() == Approx(square_m2(0, 0, 300, 300)).epsilon(1e-12));
}

TEST_CASE("Land under two fields, three, and the same one twice counts once", "[land_once]") {
  // 100 × 100 m; 100 × 100 m over its eastern half; the first once more; 20 × 20 m inside both.
  const Layer layer({land(rectangle(0, 0, 100, 100)), land(rectangle(50, 0, 100, 100)),
                     land(rectangle(0, 0, 100, 100)), land(rectangle(60, 40, 20, 20))});
  const LandOnce found = land_once(*layer, {.threads = 1});
  CHECK(found.gross_m2.value() ==
        Approx(3 * square_m2(0, 0, 100, 100) + square_m2(60, 40, 20, 20)).epsilon(1e-6));
  CHECK(found.once_m2.value() == Approx(square_m2(0, 0, 150, 100)).epsilon(1e-9));
  CHECK(found.twice.size() == 6);  // every two of the four
  CHECK(found.own.size() == 3);
}

TEST_CASE("A field divided in two covers as much as before", "[land_once]") {
  const Geometry under = land(rectangle(50, 20, 100, 40));
  const Layer whole({land({{0, 0}, {100, 7}, {93, 101}, {-4, 96}}), under});
  // Along an oblique line from the middle of one side to that of another, whose corners are rounded.
  const Layer parted({land({{0, 0}, {50, 3.5}, {44.5, 98.5}, {-4, 96}}),
                      land({{50, 3.5}, {100, 7}, {93, 101}, {44.5, 98.5}}), under});
  const double before = land_once(*whole, {.threads = 1}).once_m2.value();
  CHECK(land_once(*parted, {.threads = 1}).once_m2.value() == Approx(before).epsilon(1e-9));
}

TEST_CASE("Whatever lies over whatever, what counts once is the area of GEOS's union", "[land_once]") {
  std::size_t cases = 0, rough = 0;
  CHECK(rc::check([&] {
    std::vector<Geometry> lands;
    for (int count = *rc::gen::inRange(1, 9); count > 0; --count) {
      const Position centre = at(*rc::gen::inRange(0, 300), *rc::gen::inRange(0, 300));
      lands.push_back(geometry::oriented(geometry::test::star_land(centre, 90 / kLatM)));
    }
    Geometry united;
    for (const Geometry& one : lands) {
      const std::vector<geometry::GeometryView> both{united, one};
      united = united.empty() ? one : geometry::united(both);
    }
    const Layer layer(lands);
    const LandOnce found = land_once(*layer, {.threads = 1});
    const double off = std::abs(found.once_m2.value() - geometry::area_m2(united));
    // Two stars that only graze each other within 2 mm count for both.
    RC_ASSERT(off <= 0.05);
    rough += off > 1e-5;
    ++cases;
    RC_ASSERT(land_once(*layer, {.threads = 2}).once_m2 == found.once_m2);
  }));
  CHECK(rough * 50 <= cases);
}
