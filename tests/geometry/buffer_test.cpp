#include "geometry/buffer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"
#include "geometry/ops.hpp"
#include "geometry/shapes.hpp"
#include "geometry/stars.hpp"
#include "support/properties.hpp"

using namespace caitu::geometry;
using namespace caitu::geometry::test;

namespace {

double planar_area(GeometryView land) {
  const Geometry wound = oriented(land);
  double twice = 0;
  for (std::size_t i = 0; i < wound.path_ends.size(); ++i) twice += signed_twice_area(wound.view().path(i));
  return twice / 2;
}

double to_segment(Position p, Position a, Position b) {
  const double x = b.lon - a.lon, y = b.lat - a.lat, squared = x * x + y * y;
  const double t =
      squared > 0 ? std::clamp(((p.lon - a.lon) * x + (p.lat - a.lat) * y) / squared, 0.0, 1.0) : 0;
  return std::hypot(p.lon - a.lon - t * x, p.lat - a.lat - t * y);
}

double to_line(Position p, GeometryView line) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < line.path_ends.size(); ++i) {
    const auto path = line.path(i);
    for (std::size_t k = 1; k < path.size(); ++k)
      least = std::min(least, to_segment(p, path[k - 1], path[k]));
  }
  return least;
}

/// The least and the greatest distance from a line that an outline has, at its corners and between them.
std::pair<double, double> reach(GeometryView land, GeometryView line) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (std::size_t i = 0; i < land.path_ends.size(); ++i) {
    const auto ring = land.path(i);
    for (std::size_t k = 1; k < ring.size(); ++k) {
      for (const double t : {0.0, 0.25, 0.5, 0.75}) {
        const double away = to_line({ring[k - 1].lon + t * (ring[k].lon - ring[k - 1].lon),
                                     ring[k - 1].lat + t * (ring[k].lat - ring[k - 1].lat)},
                                    line);
        least = std::min(least, away);
        most = std::max(most, away);
      }
    }
  }
  return {least, most};
}

/// A road as a surveyor draws it: it bends a little at each of its places, and leads on.
std::vector<Position> road(int places, double least_step, double most_step, double bend) {
  std::vector<Position> path = {{0, 0}};
  double heading = 0;
  for (int i = 1; i < places; ++i) {
    heading = heading * 0.9 + real(-bend, bend);
    const double step = real(least_step, most_step);
    path.push_back({path.back().lon + step * std::cos(heading), path.back().lat + step * std::sin(heading)});
  }
  return path;
}

}  // namespace

TEST_CASE("The land about a straight line is a rectangle with half a disc at each end") {
  const Geometry land = buffered(line({{0, 0}, {5000, 0}}), 1000);
  CHECK_FALSE(flaw_of(land));
  CHECK(planar_area(land) == Approx(2 * 1000 * 5000 + std::numbers::pi * 1e6).epsilon(1e-4));
  CHECK(oriented(land) == land);
}

TEST_CASE("The outline of the land about a road keeps its distance to 0.01 %") {
  CHECK(rc::check([] {
    const int places = *rc::gen::inRange(2, 60);
    const double step = real(1, 400);
    const Geometry way = line(road(places, 0.2 * step, 2 * step, real(0.01, 0.5)));
    const Geometry land = buffered(way, 1000);
    RC_ASSERT(!flaw_of(land));
    const auto [least, most] = reach(land, way);
    RC_ASSERT(least >= 1000 * (1 - 1e-4));
    RC_ASSERT(most <= 1000 * (1 + 1e-6));
  }));
}

TEST_CASE("Left and right of a road are its land, each square metre once") {
  CHECK(rc::check([] {
    const int places = *rc::gen::inRange(2, 40);
    std::vector<Position> path = road(places, 50, 400, 0.2);
    const double both = planar_area(buffered(line(path), 1000));
    const Geometry left = buffered(line(path), 1000, Sides::left);
    std::reverse(path.begin(), path.end());
    const Geometry right = buffered(line(path), 1000, Sides::left);
    RC_ASSERT(!flaw_of(left));
    RC_ASSERT(!flaw_of(right));
    RC_ASSERT(std::abs(planar_area(left) + planar_area(right) - both) < 1e-6 * both);
    RC_ASSERT(planar_area(intersection(left, right)) < 1e-6 * both);
  }));
}

TEST_CASE("To the left of a road that leads east is what lies north of it") {
  const Geometry land = buffered(line({{0, 0}, {4000, 300}, {9000, 0}}), 1000, Sides::left);
  CHECK(covers(land, {4000, 1200}));
  CHECK_FALSE(covers(land, {4000, 290}));
  CHECK(covers(land, {-600, 300}));  // past its end, north of where it would go on
  CHECK_FALSE(covers(land, {-600, -300}));
  CHECK_FALSE(covers(land, {9600, -300}));
}

TEST_CASE("The bend of a junction in a road's last metres does not turn the divide beyond it") {
  const Geometry land = buffered(line({{0, 0}, {5000, 0}, {5010, 10}}), 1000, Sides::left);
  CHECK(covers(land, {5600, 300}));
  CHECK_FALSE(covers(land, {5600, -100}));
}

TEST_CASE("A road that crosses itself has valid land on its left, and none too far away") {
  const Geometry loop = line({{0, 0}, {3000, 0}, {3000, 800}, {1500, 800}, {1500, -2000}});
  const Geometry ring = line({{0, 0}, {2000, 0}, {1000, 1500}, {0, 0}});
  for (const Geometry& way : {loop, ring}) {
    const Geometry land = buffered(way, 400, Sides::left);
    CHECK_FALSE(flaw_of(land));
    CHECK_FALSE(land.empty());
    CHECK(reach(land, way).second <= 400.01);
  }
}

TEST_CASE("Paths are one where two ends meet, whichever way they run, and apart where three do") {
  Geometry way = line({{0, 0}, {10, 0}});
  for (const auto& [a, b] :
       {std::pair(Position{20, 5}, Position{10, 0}), std::pair(Position{20, 5}, Position{30, 0})}) {
    way.positions.insert(way.positions.end(), {a, b});
    way.end_path();
  }
  CHECK(chained(way).path_ends.size() == 1);
  way.positions.insert(way.positions.end(), {{10, 0}, {10, -10}});
  way.end_path();
  CHECK(chained(way).path_ends.size() == 3);
  CHECK(chained(Geometry{}).empty());
}

TEST_CASE("Several roads are one land, and nothing has none") {
  Geometry cross = line({{0, 0}, {6000, 0}});
  cross.positions.insert(cross.positions.end(), {{3000, -3000}, {3000, 3000}});
  cross.end_path();
  const Geometry land = buffered(cross, 500);
  CHECK(land.part_ends.size() == 1);
  CHECK(planar_area(land) ==
        Approx(2 * (2 * 500 * 6000 + std::numbers::pi * 250'000) - 1000 * 1000).epsilon(1e-4));
  CHECK(buffered(Geometry{}, 500).empty());
}

TEST_CASE("A buffer wants a line and a distance") {
  for (const double distance : {0.0, -1.0, std::nan(""), HUGE_VAL})
    CHECK_THROWS_WITH(buffered(line({{0, 0}, {1, 0}}), distance), Catch::Contains("no distance"));
  CHECK_THROWS_AS(buffered(make_point({0, 0}), 1), caitu::base::Error);
}
