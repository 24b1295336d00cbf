#include "geometry/geometry.hpp"

#include <rapidcheck.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <numbers>

using namespace caitu::geometry;

namespace {

using Ring = std::vector<Position>;

double part_of_one() { return *rc::gen::inRange(0, 1 << 30) / double{1 << 30}; }

/// Polygons from open rings, grouped in parts.
Geometry land(const std::vector<std::vector<Ring>>& parts) {
  Geometry geometry{Kind::polygon, {}, {}, {}};
  for (const auto& rings : parts) {
    for (const Ring& ring : rings) {
      geometry.positions.insert(geometry.positions.end(), ring.begin(), ring.end());
      geometry.positions.push_back(ring.front());
      geometry.end_path();
    }
    geometry.end_part();
  }
  return geometry;
}

Ring star(Position centre, double least, double most) {
  const int corners = *rc::gen::inRange(3, 20);
  Ring ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners, radius = least + (most - least) * part_of_one();
    ring.push_back({centre.lon + radius * std::cos(angle), centre.lat + radius * std::sin(angle)});
  }
  return ring;
}

/// One to four parts apart from each other, each with none to two holes.
std::vector<std::vector<Ring>> any_parts() {
  std::vector<std::vector<Ring>> parts;
  const int count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) {
    const Position centre{116.0 + 0.1 * i, 40};
    std::vector<Ring> rings{star(centre, 0.03, 0.04)};
    const int holes = *rc::gen::inRange(0, 3);
    for (int j = 0; j < holes; ++j) {
      rings.push_back(star({centre.lon + 0.004 - 0.008 * j, centre.lat}, 0.001, 0.003));
    }
    parts.push_back(std::move(rings));
  }
  return parts;
}

/// The same land said otherwise: rings turned and reversed, holes and parts in another order.
std::vector<std::vector<Ring>> said_otherwise(std::vector<std::vector<Ring>> parts) {
  for (auto& rings : parts) {
    for (Ring& ring : rings) {
      std::rotate(ring.begin(), ring.begin() + *rc::gen::inRange<int>(0, static_cast<int>(ring.size())),
                  ring.end());
      if (*rc::gen::arbitrary<bool>()) std::reverse(ring.begin(), ring.end());
    }
    if (*rc::gen::arbitrary<bool>()) std::reverse(rings.begin() + 1, rings.end());
  }
  std::rotate(parts.begin(), parts.begin() + *rc::gen::inRange<int>(0, static_cast<int>(parts.size())),
              parts.end());
  return parts;
}

bool same_bytes(const Geometry& a, const Geometry& b) {
  return a == b &&
         std::memcmp(a.positions.data(), b.positions.data(), a.positions.size() * sizeof(Position)) == 0;
}

}  // namespace

TEST_CASE("an empty box holds nothing and grows to what it is given") {
  Box box;
  CHECK(box.empty());
  CHECK_FALSE(box.intersects({-180, -90, 180, 90}));
  box.grow(Position{116, 40});
  CHECK(box == Box{116, 40, 116, 40});
  box.grow(Box{115, 39, 115.5, 41});
  CHECK(box == Box{115, 39, 116, 41});
  box.grow(Box{});
  CHECK(box == Box{115, 39, 116, 41});
  CHECK(box.contains(Position{116, 41}));
}

TEST_CASE("parts are counted by kind") {
  CHECK(Geometry{}.view().parts() == 0);
  CHECK((Geometry{Kind::point, {{1, 2}, {3, 4}}, {}, {}}).view().parts() == 2);
  CHECK((Geometry{Kind::line, {{1, 2}, {3, 4}, {5, 6}, {7, 8}}, {2, 4}, {}}).view().parts() == 2);
  CHECK(land({{{{0, 0}, {1, 0}, {0, 1}}}, {{{5, 5}, {6, 5}, {5, 6}}}}).view().parts() == 2);
}

TEST_CASE("a box as a polygon winds counter-clockwise, and an empty box is no polygon") {
  const Geometry box = make_box({116, 39, 117, 40});
  CHECK(signed_twice_area(box.positions) == 2);
  CHECK(box_of(box) == Box{116, 39, 117, 40});
  CHECK(make_box(Box{}).empty());
}

TEST_CASE("coordinates that are not finite are seen") {
  Geometry point = make_point({116, 39});
  CHECK(finite(point));
  point.positions[0].lat = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(finite(point));
  point.positions[0].lat = -std::numeric_limits<double>::infinity();
  CHECK_FALSE(finite(point));
}

TEST_CASE("equal land has equal bytes, however it was said") {
  const auto holds = rc::check([] {
    const auto parts = any_parts();
    const Geometry first = oriented(land(parts)), second = oriented(land(said_otherwise(parts)));
    RC_ASSERT(same_bytes(first, second));
    RC_ASSERT(same_bytes(oriented(first), first));
  });
  CHECK(holds);
}

TEST_CASE(
    "the canonical form has shells counter-clockwise, holes clockwise, rings from their least position") {
  const auto holds = rc::check([] {
    const Geometry form = oriented(land(said_otherwise(any_parts())));
    std::size_t path = 0;
    for (const std::uint32_t end : form.part_ends) {
      for (bool shell = true; path < end; ++path, shell = false) {
        const auto ring = form.view().path(path);
        RC_ASSERT((signed_twice_area(ring) > 0) == shell);
        RC_ASSERT(ring.front() == ring.back());
        const auto least = std::min_element(ring.begin(), ring.end(), [](Position a, Position b) {
          return std::pair(a.lon, a.lat) < std::pair(b.lon, b.lat);
        });
        RC_ASSERT(*least == ring.front());
      }
    }
  });
  CHECK(holds);
}

TEST_CASE("open rings are closed, a ring that touches its own least position has one form, -0 is 0") {
  const Geometry open{Kind::polygon, {{1, 1}, {0, 0}, {1, 0}}, {3}, {1}};
  CHECK(oriented(open).positions == Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}});
  const Ring touching{{0, 0}, {1, -1}, {1, -0.5}, {0, 0}, {1, 0.5}, {1, 1}};
  Ring turned = touching;
  std::rotate(turned.begin(), turned.begin() + 3, turned.end());
  CHECK(same_bytes(oriented(land({{touching}})), oriented(land({{turned}}))));
  CHECK(same_bytes(oriented(land({{{{-0.0, 0}, {1, 0}, {0, 1}}}})),
                   oriented(land({{{{0, -0.0}, {1, 0}, {0, 1}}}}))));
  CHECK(oriented(Geometry{Kind::polygon, {}, {0}, {1}}).positions.empty());
}

TEST_CASE("lines and points keep their order") {
  const Geometry line{Kind::line, {{3, 4}, {1, 2}}, {2}, {}};
  CHECK(oriented(line) == line);
}

TEST_CASE("a point on a polygon lies inside it, off its edges and holes") {
  const auto holds = rc::check([] {
    const Geometry geometry = land(any_parts());
    const Position p = point_on(geometry);
    RC_ASSERT(covers(geometry, p));
    // Strictly inside: a step aside stays in.
    for (const double step : {-1e-9, 1e-9}) RC_ASSERT(covers(geometry, {p.lon + step, p.lat}));
  });
  CHECK(holds);
}

TEST_CASE("a point on a polygon avoids the notch and the hole in its middle") {
  const Geometry u_shape = land({{{{0, 0}, {4, 0}, {4, 4}, {3, 4}, {3, 2}, {1, 2}, {1, 4}, {0, 4}}}});
  const Position p = point_on(u_shape);
  CHECK(covers(u_shape, p));
  CHECK(p.lat != 2);  // the notch's bottom is the middle of the box
  const Geometry frame = land({{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}, {{1, 1}, {3, 1}, {3, 3}, {1, 3}}}});
  CHECK(covers(frame, point_on(frame)));
}

TEST_CASE(
    "a point on a geometry is in its largest part, half-way along its longest path, or its first point") {
  const Geometry two = land({{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, {{{5, 0}, {8, 0}, {8, 3}, {5, 3}}}});
  CHECK(point_on(two).lon > 5);
  const Geometry line{Kind::line, {{0, 0}, {0, 1}, {5, 0}, {5, 1}, {5, 4}}, {2, 5}, {}};
  CHECK(point_on(line) == Position{5, 2});
  CHECK(point_on(make_point({116, 39})) == Position{116, 39});
  CHECK(std::isnan(point_on(Geometry{}).lon));
}

TEST_CASE("degenerate polygons and lines still have a point of their own") {
  CHECK(point_on(land({{{{1, 1}, {2, 1}, {3, 1}}}})) == Position{1, 1});
  CHECK(point_on(Geometry{Kind::line, {{7, 7}, {7, 7}}, {2}, {}}) == Position{7, 7});
}

TEST_CASE("a polygon covers its corners, its edges and its inside, and not its holes") {
  const Geometry frame = land({{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}, {{1, 1}, {3, 1}, {3, 3}, {1, 3}}}});
  for (const Position p :
       {Position{0, 0}, {4, 4}, {2, 0}, {4, 2}, {0.5, 2}, {1, 1}, {3, 3}, {2, 1}, {1, 2}}) {
    CAPTURE(p.lon, p.lat);
    CHECK(covers(frame, p));
  }
  for (const Position p : {Position{2, 2}, {-1, 0}, {5, 4}, {-1, 4}, {2, 4.0001}, {5, 2}}) {
    CAPTURE(p.lon, p.lat);
    CHECK_FALSE(covers(frame, p));
  }
  CHECK_FALSE(covers(make_point({1, 1}), {1, 1}));
}

TEST_CASE("a point on the common edge of neighbours is in one of them at least") {
  const auto holds = rc::check([] {
    const auto near = [] { return Position{116 + part_of_one(), 39 + part_of_one()}; };
    const Position a = near(), b = near();
    const double t = part_of_one();
    const Position p{a.lon + (b.lon - a.lon) * t, a.lat + (b.lat - a.lat) * t};
    const Position left{(a.lon + b.lon) / 2 - (b.lat - a.lat), (a.lat + b.lat) / 2 + (b.lon - a.lon)};
    const Position right{(a.lon + b.lon) / 2 + (b.lat - a.lat), (a.lat + b.lat) / 2 - (b.lon - a.lon)};
    RC_ASSERT(covers(land({{{a, b, left}}}), p) || covers(land({{{b, a, right}}}), p));
  });
  CHECK(holds);
}

TEST_CASE("Paths that go on where others end become one, and rings close") {
  Geometry line{Kind::line, {}, {}, {}};
  const auto add = [&line](std::vector<Position> path) {
    line.positions.insert(line.positions.end(), path.begin(), path.end());
    line.end_path();
  };
  add({{2, 0}, {3, 0}});
  add({{0, 0}, {1, 0}});
  add({{9, 9}, {8, 8}});
  add({{1, 0}, {1.5, 1}, {2, 0}});
  const Geometry joined = paths_joined(line);
  REQUIRE(joined.path_ends.size() == 2);
  CHECK(std::vector<Position>(joined.view().path(0).begin(), joined.view().path(0).end()) ==
        std::vector<Position>{{0, 0}, {1, 0}, {1.5, 1}, {2, 0}, {3, 0}});

  Geometry ring{Kind::line, {{0, 0}, {1, 0}, {1, 1}, {1, 1}, {0, 0}}, {3, 5}, {}};
  const Geometry closed = paths_joined(ring);
  REQUIRE(closed.path_ends.size() == 1);
  CHECK(closed.positions.size() == 4);
  CHECK(closed.positions.front() == closed.positions.back());
}
