#include "checks/road_land.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "geometry/shapes.hpp"

using namespace caitu;
using namespace caitu::checks;
using geometry::Geometry;
using geometry::Position;
using geometry::test::line;

namespace {

constexpr double kWidthM = 1000;

/// The least and the greatest distance on the ellipsoid from a road to an outline, at its corners and
/// half-way.
std::pair<double, double> widths(const Geometry& land, const Geometry& road) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (std::size_t i = 1; i < land.positions.size(); ++i) {
    const Position a = land.positions[i - 1], b = land.positions[i];
    for (const Position p : {b, Position{(a.lon + b.lon) / 2, (a.lat + b.lat) / 2}}) {
      const double away = geometry::distance_m(p, road);
      least = std::min(least, away);
      most = std::max(most, away);
    }
  }
  return {least, most};
}

/// A road in the south of 平谷 that leads east and bends, as one path.
std::vector<Position> winding() {
  std::vector<Position> path;
  for (int i = 0; i <= 100; ++i)
    path.push_back({116.93 + 0.0018 * i, 40.09 + 0.004 * std::sin(i * 0.11) + 0.0007 * std::sin(i * 0.9)});
  return path;
}

/// The land between a road that leads east and a parallel south of it.
Geometry south_of(const std::vector<Position>& path, double parallel) {
  geometry::test::Ring ring = {{path.front().lon, parallel}, {path.back().lon, parallel}};
  ring.insert(ring.end(), path.rbegin(), path.rend());
  ring.push_back({path.front().lon, parallel});
  return geometry::test::polygon({{ring}});
}

}  // namespace

TEST_CASE("A belt at 40° N is as wide as it should be, along a parallel and along a meridian, to 0.1 %") {
  for (const Geometry& road : {line({{116.6, 40}, {116.8, 40}}), line({{116.7, 39.9}, {116.7, 40.1}}),
                               line({{116.6, 39.95}, {116.9, 40.05}}), line(winding())}) {
    const Geometry land = road_land(road, kWidthM, Side::both);
    CHECK_FALSE(geometry::flaw_of(land));
    const auto [least, most] = widths(land, road);
    CHECK(least > kWidthM * 0.999);
    CHECK(most < kWidthM * 1.001);
  }
}

TEST_CASE("A straight belt has the area of a rectangle and a disc on the ellipsoid") {
  for (const double width : {200.0, 1000.0, 5000.0}) {
    const Geometry road = line({{116.7, 39.9}, {116.7, 40.1}});
    const double area = geometry::area_m2(road_land(road, width, Side::both));
    CHECK(area ==
          Approx(2 * width * geometry::length_m(road) + std::numbers::pi * width * width).epsilon(5e-4));
  }
}

TEST_CASE("A belt on the north side has nothing south of its road, and all that lies north") {
  const std::vector<Position> path = winding();
  const Geometry land = road_land(line(path), kWidthM, Side::north);
  const Geometry both = road_land(line(path), kWidthM, Side::both);
  const Geometry south = south_of(path, 40);
  const double length = geometry::length_m(line(path));
  CHECK(geometry::area_m2(geometry::intersection(land, south)) < 0.002 * length);  // 2 mm of road
  CHECK(geometry::area_m2(geometry::intersection(both, south)) > 0.95 * kWidthM * length);
  // Half of it all, but for what the road's bends make of either side.
  CHECK(geometry::area_m2(land) == Approx(geometry::area_m2(both) / 2).epsilon(0.02));
  CHECK(widths(land, line(path)).second < kWidthM * 1.001);
}

TEST_CASE("Which way a road was drawn, and in how many pieces, does not move its north side") {
  const std::vector<Position> path = winding();
  const Geometry whole = road_land(line(path), kWidthM, Side::north);
  std::vector<Position> back(path.rbegin(), path.rend());
  CHECK(road_land(line(back), kWidthM, Side::north) == whole);
  Geometry pieces = line({back.begin(), back.begin() + 41});
  pieces.positions.insert(pieces.positions.end(), path.begin(), path.begin() + 61);
  pieces.end_path();
  const Geometry joined = road_land(pieces, kWidthM, Side::north);
  CHECK(geometry::area_m2(joined) == Approx(geometry::area_m2(whole)).epsilon(1e-9));
}

TEST_CASE("Only a road that leads east has a north side to speak of") {
  CHECK(leads_east(line(winding())));
  CHECK_FALSE(leads_east(line({{116.84, 40.36}, {117.04, 40.01}})));  // 密三路, as FACTS guesses it
  CHECK_FALSE(leads_east(Geometry{}));
}

TEST_CASE("A width that is none is refused by its name") {
  const Geometry road = line({{116.7, 39.9}, {116.7, 40.1}});
  for (const double width : {0.0, -5.0, std::nan(""), kWidestM}) {
    try {
      road_land(road, width, Side::both);
      FAIL("nothing was thrown");
    } catch (const base::Error& error) {
      CHECK(error.code() == base::Code::invalid);
      CHECK(error.where().field == "width_m");
    }
  }
  CHECK(road_land(Geometry{}, 1000, Side::both).empty());
}
