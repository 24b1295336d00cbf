#include "geometry/join.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "geometry/shapes.hpp"
#include "geometry/stars.hpp"
#include "geometry/zone.hpp"
#include "support/properties.hpp"

using namespace caitu::geometry;
using namespace caitu::geometry::test;

namespace {

/// West or south of a seam, and the other side.
Cut divided(const Geometry& land, const Seam& seam) {
  const Box all{116, 39, 117, 40};
  Box side = all;
  (seam.meridian ? side.max_lon : side.max_lat) = seam.at;
  return Zone(make_box(side)).cut(land);
}

/// All parts divided by one more seam.
std::vector<Geometry> divided(const std::vector<Geometry>& parts, const Seam& seam) {
  std::vector<Geometry> result;
  for (const Geometry& part : parts) {
    Cut cut = divided(part, seam);
    if (cut.share != Share::some) {
      result.push_back(part);
      continue;
    }
    RC_PRE(cut.by == Cut::By::outlines);
    result.push_back(std::move(cut.inside));
    result.push_back(std::move(cut.outside));
  }
  return result;
}

}  // namespace

TEST_CASE("Land divided along seams grows together again to the last bit") {
  CHECK(rc::check([] {
    const Geometry land = oriented(star_land({116.5, 39.7}, 0.003));
    std::vector<Seam> seams;
    std::vector<Geometry> parts{land};
    for (int count = *rc::gen::inRange(1, 5); count > 0; --count) {
      const bool meridian = *rc::gen::arbitrary<bool>();
      seams.push_back({meridian, (meridian ? 116.5 : 39.7) + real(-0.002, 0.002)});
      parts = divided(parts, seams.back());
    }
    RC_ASSERT(joined(parts, seams) == land);
  }));
}

TEST_CASE("What is cut out of the parts of divided land is missing in the whole") {
  CHECK(rc::check([] {
    const Geometry land = oriented(star_land({116.5, 39.7}, 0.003));
    const Geometry taken = star_land({real(116.498, 116.502), real(39.698, 39.702)}, 0.002);
    const std::vector<Seam> seams{{true, 116.5 + real(-0.001, 0.001)}, {false, 39.7 + real(-0.001, 0.001)}};
    std::vector<Geometry> parts{land};
    for (const Seam& seam : seams) parts = divided(parts, seam);
    const Zone zone(taken);
    std::vector<Geometry> rests;
    for (const Geometry& part : parts) {
      Geometry rest = zone.outside(part);
      if (!rest.empty()) rests.push_back(std::move(rest));
    }
    const Geometry rest = joined(rests, seams), at_once = zone.outside(land);
    RC_ASSERT(!flaw_of(rest));
    RC_ASSERT(rest == oriented(rest));
    RC_ASSERT(std::abs(area_m2(rest) - area_m2(at_once)) <= 1e-9 * area_m2(land) + 2e-9 * length_m(land));
    // No corner is left of the dividing but where the border of the land itself meets a seam.
    RC_ASSERT(rest.positions.size() == at_once.positions.size());
  }));
}

TEST_CASE("Neighbours become one land, and a yard in the middle its hole") {
  std::vector<Geometry> cells;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      if (i != 1 || j != 1) cells.push_back(polygon({{square(116 + i * 0.125, 39 + j * 0.125, 0.125)}}));
    }
  }
  const std::vector<GeometryView> views(cells.begin(), cells.end());
  const Geometry land = united(views);
  CHECK(land.part_ends.size() == 1);
  CHECK(land.path_ends.size() == 2);
  CHECK(area_m2(land) == Approx(8 * area_m2(cells[0])).epsilon(0.01));
  CHECK_FALSE(flaw_of(land));
}

TEST_CASE("Lands that touch in a corner stay apart in one geometry") {
  const Geometry a = polygon({{square(116, 39, 0.125)}}), b = polygon({{square(116.125, 39.125, 0.125)}});
  const std::vector<GeometryView> views{a, b};
  const Geometry land = united(views);
  CHECK(land.part_ends.size() == 2);
  CHECK(area_m2(land) == Approx(area_m2(a) + area_m2(b)).epsilon(1e-12));
}

TEST_CASE("Lands that overlap are united by GEOS") {
  const Geometry a = polygon({{square(116, 39, 0.25)}}), b = polygon({{square(116.125, 39.125, 0.25)}});
  const std::vector<GeometryView> views{a, b};
  const Geometry land = united(views);
  CHECK(land.part_ends.size() == 1);
  CHECK(area_m2(land) == Approx(area_m2(a) + area_m2(b) - area_m2(intersection(a, b))).epsilon(1e-12));
  CHECK_FALSE(land_left_of({}).has_value());
}
