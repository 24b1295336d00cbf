#include "geometry/measure.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace caitu::geometry;

namespace {

constexpr double kDegree = std::numbers::pi / 180;

/// A number in [least, most) of 2^30 steps: RapidCheck's own doubles are mostly huge or tiny.
double between(double least, double most) {
  return least + (most - least) * *rc::gen::inRange(0, 1 << 30) / double{1 << 30};
}

Geometry polygon(const std::vector<std::vector<Position>>& rings) {
  Geometry geometry{Kind::polygon, {}, {}, {}};
  for (const auto& ring : rings) {
    geometry.positions.insert(geometry.positions.end(), ring.begin(), ring.end());
    geometry.positions.push_back(ring.front());
    geometry.end_path();
  }
  geometry.end_part();
  return geometry;
}

double area(const std::vector<Position>& ring) { return area_m2(polygon({ring})); }

long double density(long double lat) {
  constexpr long double kA = 6378137.0L, kF = 1 / 298.257222101L, kE2 = kF * (2 - kF);
  const long double s = std::sin(lat), w2 = 1 - kE2 * s * s;
  return kA * kA * (1 - kE2) * std::cos(lat) / (w2 * w2);
}

/// The definition itself in long double: 5-point Gauss–Legendre of L·M·N·cos B on every edge, no polynomial.
double defined_area(std::span<const Position> ring) {
  constexpr long double kAt[] = {0.046910077030668003601L, 0.230765344947158454482L, 0.5L,
                                 0.769234655052841545518L, 0.953089922969331996399L};
  constexpr long double kWeight[] = {0.118463442528094543757L, 0.239314335249683234021L,
                                     0.284444444444444444444L, 0.239314335249683234021L,
                                     0.118463442528094543757L};
  constexpr long double kRadian = std::numbers::pi_v<long double> / 180;
  long double sum = 0;
  for (std::size_t i = 1; i < ring.size(); ++i) {
    const long double l0 = (ring[i - 1].lon - 116.0L) * kRadian, l1 = (ring[i].lon - 116.0L) * kRadian;
    // The difference is taken in degrees, where it is exact.
    const long double b0 = ring[i - 1].lat * kRadian, db = (ring[i].lat - ring[i - 1].lat) * kRadian;
    for (int j = 0; j < 5; ++j) {
      sum += kWeight[j] * (l0 + kAt[j] * (l1 - l0)) * density(b0 + kAt[j] * db) * db;
    }
  }
  return static_cast<double>(sum);
}

/// A star-shaped ring of `size` degrees, closed.
std::vector<Position> any_ring(double size) {
  const Position centre{between(115.5, 117.5), between(39.5, 41)};
  const int corners = *rc::gen::inRange(3, 40);
  std::vector<Position> ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners, radius = size * between(0.3, 1);
    ring.push_back({centre.lon + radius * std::cos(angle), centre.lat + radius * std::sin(angle)});
  }
  ring.push_back(ring.front());
  return ring;
}

/// Distance from a point to an edge by brute force: the edge in small steps.
double sampled_distance(Position from, Position a, Position b, int steps) {
  double best = distance_m(from, a);
  for (int i = 1; i <= steps; ++i) {
    const double t = double(i) / steps;
    best = std::min(best, distance_m(from, {a.lon + (b.lon - a.lon) * t, a.lat + (b.lat - a.lat) * t}));
  }
  return best;
}

}  // namespace

TEST_CASE("the test value of the survey box comes out of both formulas") {
  const Geometry box = make_box({116.50, 39.70, 116.51, 39.71});
  CHECK(area_m2(box) == Approx(952186.56298).margin(5e-6));
  CHECK(survey_area_m2(box) == 952186.56);
  CHECK(area_m2(make_box({116, 39, 117, 40})) == Approx(9549520093.97).margin(5e-3));
  CHECK(survey_area_m2(make_box({116, 39, 117, 40})) == Approx(9549520093.96).margin(5e-3));
}

TEST_CASE("four quarters from pole to pole are the whole ellipsoid") {
  CHECK(4 * area_m2(make_box({0, -90, 90, 90})) == Approx(510065621718491.26).epsilon(1e-14));
}

TEST_CASE("rings of any size have the area of the definition") {
  for (const double size : {1e-5, 1e-3, 0.006, 0.008, 0.1, 0.6, 0.8, 3.0}) {
    INFO("rings of " << size << " degrees");
    const auto holds = rc::check([size] {
      const auto ring = any_ring(size);
      RC_ASSERT(std::abs(ring_area_m2(ring) / defined_area(ring) - 1) < 1e-13);
    });
    CHECK(holds);
  }
}

TEST_CASE("winding gives the sign of a ring, and none to a polygon") {
  const Box outer{116, 39, 116.01, 39.01}, inner{116.002, 39.002, 116.004, 39.004};
  const Geometry shell = make_box(outer), hole = make_box(inner);
  std::vector<Position> reversed(shell.positions.rbegin(), shell.positions.rend());
  CHECK(ring_area_m2(shell.positions) > 0);
  CHECK(ring_area_m2(reversed) == Approx(-ring_area_m2(shell.positions)).epsilon(1e-15));
  const double net = area_m2(shell) - area_m2(hole);
  CHECK(area_m2(polygon({shell.positions, hole.positions})) == Approx(net).epsilon(1e-14));
  CHECK(area_m2(polygon({reversed, hole.positions})) == Approx(net).epsilon(1e-14));
  CHECK(survey_area_m2(polygon({reversed, hole.positions})) == Approx(net).margin(0.0051));
}

TEST_CASE("points, lines, nothing, and coordinates that are not finite") {
  CHECK(area_m2(make_point({116, 39})) == 0);
  CHECK(area_m2(Geometry{Kind::line, {{116, 39}, {117, 39}, {117, 40}, {116, 39}}, {4}, {}}) == 0);
  CHECK(area_m2(Geometry{}) == 0);
  CHECK(ring_area_m2({}) == 0);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK(std::isnan(area({{116, 39}, {117, bad}, {117, 40}})));
    CHECK_FALSE(std::isfinite(area({{116, 39}, {bad, 39.001}, {117, 39.002}})));
  }
}

TEST_CASE("an oblique cut of a field sums to the whole") {
  // The field is a box, so that the cut's ends lie on its edges exactly, and what is tested is the measure
  // alone.
  const auto holds = rc::check([] {
    const double size = std::pow(10, between(-4, 0.3));
    const double west = between(115.5, 117), south = between(39.5, 41);
    const double east = west + size, north = south + size * between(0.05, 1);
    const Position p{between(west, east), south}, q{between(west, east), north};
    RC_PRE(west < p.lon && west < q.lon && p.lon < east && q.lon < east);
    const double whole = area({{west, south}, {east, south}, {east, north}, {west, north}});
    const double left = area({p, q, {west, north}, {west, south}});
    const double right = area({{east, north}, q, p, {east, south}});
    RC_ASSERT(std::abs(left + right - whole) <= 1e-12 * whole);
  });
  CHECK(holds);
}

TEST_CASE("pieces sum to the whole whatever position and size each is measured from") {
  // A fan around an inner point: every triangle has a reference of its own, and rings of one size mix with
  // far smaller ones, which are measured with another order.
  const auto holds = rc::check([] {
    const double size = std::pow(10, between(-4, 0.3));
    auto ring = any_ring(size);
    const Position hub{(ring[0].lon + ring[ring.size() / 2].lon) / 2,
                       (ring[0].lat + ring[ring.size() / 2].lat) / 2};
    const double whole = std::abs(ring_area_m2(ring));
    double sum = 0, gross = 0;
    for (std::size_t i = 1; i < ring.size(); ++i) {
      std::vector<Position> triangle{hub, ring[i - 1], ring[i]};
      std::rotate(triangle.begin(), triangle.begin() + *rc::gen::inRange(0, 3), triangle.end());
      triangle.push_back(triangle.front());
      const double piece = ring_area_m2(triangle);
      sum += piece;
      gross += std::abs(piece);
    }
    RC_ASSERT(std::abs(std::abs(sum) - whole) <= 1e-12 * std::min(whole, gross));
  });
  CHECK(holds);
}

TEST_CASE("a thin oblique strip, the worst case for cancelling, still sums to 1e-12") {
  const auto holds = rc::check([] {
    const double west = between(115.5, 117), south = between(39.5, 41), angle = between(0.3, 1.2);
    const double length = 0.01, width = 0.01 / 300;
    const auto at = [&](double along, double across) {
      return Position{west + along * std::cos(angle) - across * std::sin(angle),
                      south + along * std::sin(angle) + across * std::cos(angle)};
    };
    const Position a = at(0, 0), b = at(length, 0), c = at(length, width), d = at(0, width);
    const Position p = at(between(0.2, 0.8) * length, 0), q = at(between(0.2, 0.8) * length, width);
    const double whole = area({a, p, b, c, q, d});
    RC_ASSERT(std::abs(area({a, p, q, d}) + area({p, b, c, q}) - whole) <= 1e-12 * whole);
  });
  CHECK(holds);
}

TEST_CASE("the survey's formula agrees with the exact area on rectangular fields up to 20 ha") {
  const auto holds = rc::check([] {
    const Position origin{between(115.5, 117), between(39.5, 41)};
    const double angle = between(0, 6.2), length = between(1e-4, 0.005), width = between(1e-4, 0.003);
    const Position along{length * std::cos(angle), length * std::sin(angle)};
    const Position across{-width * std::sin(angle), width * std::cos(angle)};
    const std::vector<Position> field{
        origin,
        {origin.lon + along.lon, origin.lat + along.lat},
        {origin.lon + along.lon + across.lon, origin.lat + along.lat + across.lat},
        {origin.lon + across.lon, origin.lat + across.lat}};
    RC_ASSERT(std::abs(survey_area_m2(polygon({field})) - area(field)) <= 0.005 + 1.1e-4);
  });
  CHECK(holds);
}

TEST_CASE("the survey's formula is off by what its trapezia leave out on oblique edges, and no more") {
  // Each edge leaves out dL·dB²·f'(B)/12; on rectangles opposite edges cancel, on triangles they do not.
  const auto holds = rc::check([] {
    const auto ring = any_ring(0.01);
    double left_out = 0;
    for (std::size_t i = 1; i < ring.size(); ++i) {
      const double dl = (ring[i].lon - ring[i - 1].lon) * kDegree,
                   db = (ring[i].lat - ring[i - 1].lat) * kDegree;
      const double slope =
          static_cast<double>(density(ring[i].lat * kDegree + 1e-4L) - density(ring[i].lat * kDegree)) / 1e-4;
      left_out += dl * db * db * slope / 12;
    }
    const double survey = survey_area_m2(polygon({{ring.begin(), ring.end() - 1}}));
    RC_ASSERT(std::abs(survey - std::abs(ring_area_m2(ring) - left_out)) <= 0.006);
  });
  CHECK(holds);
}

TEST_CASE("distances are geodesics on the ellipsoid") {
  CHECK(distance_m({116, 39}, {116, 39}) == 0);
  CHECK(distance_m({0, 0}, {1, 0}) == Approx(6378137 * kDegree).epsilon(1e-12));
  CHECK(distance_m({116, -90}, {116, 90}) == Approx(20003931.4586).margin(1e-3));
  CHECK(distance_m({116.3, 39.6}, {117.2, 40.5}) == distance_m({117.2, 40.5}, {116.3, 39.6}));
}

TEST_CASE("length is that of all paths, and the perimeter of a polygon") {
  const Position a{116, 39}, b{116.1, 39}, c{116.1, 39.1};
  CHECK(length_m(Geometry{Kind::line, {a, b, b, c}, {2, 4}, {}}) == distance_m(a, b) + distance_m(b, c));
  CHECK(length_m(polygon({{a, b, c}})) == Approx(distance_m(a, b) + distance_m(b, c) + distance_m(c, a)));
  CHECK(length_m(make_point(a)) == 0);
}

TEST_CASE("the distance to an edge is the least over the edge, to a millimetre") {
  const auto holds = rc::check([] {
    const Position from{between(115.5, 117.5), between(39.5, 41)};
    const double reach = std::pow(10, between(-4, 0));
    const auto near = [&] {
      return Position{from.lon + between(-reach, reach), from.lat + between(-reach, reach) * 0.8};
    };
    const Position a = near(), b = near();
    const double found = distance_m(from, Geometry{Kind::line, {a, b}, {2}, {}});
    const double sampled = sampled_distance(from, a, b, 2000);
    const double step = distance_m(a, b) / 2000;
    RC_ASSERT(found <= sampled + 1e-6);
    // Between two samples the distance can dip by no more than the sagitta of half a step.
    RC_ASSERT(found >=
              sampled - step * step / (8 * std::max(sampled, step)) - step * (sampled < step ? 1 : 0) - 1e-3);
  });
  CHECK(holds);
}

TEST_CASE("the distance to a polygon is the least over its edges, and none of them is missed") {
  const auto holds = rc::check([] {
    const auto ring = any_ring(std::pow(10, between(-3.5, -0.5)));
    const Geometry land = polygon({{ring.begin(), ring.end() - 1}});
    const Position from{between(115.5, 117.5), between(39.5, 41)};
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < ring.size(); ++i) {
      least = std::min(least, distance_m(from, Geometry{Kind::line, {ring[i - 1], ring[i]}, {2}, {}}));
    }
    const double expected = covers(land, from) ? 0 : least;
    RC_ASSERT(std::abs(distance_m(from, land) - expected) <= 1e-4);
  });
  CHECK(holds);
}

TEST_CASE("inside a polygon the distance is none, in its hole it is that to the hole's edge") {
  const Geometry shell = make_box({116, 39, 116.1, 39.1}), hole = make_box({116.04, 39.04, 116.06, 39.06});
  std::vector<Position> hole_ring(hole.positions.begin(), hole.positions.end() - 1);
  const Geometry land = polygon({{shell.positions.begin(), shell.positions.end() - 1}, hole_ring});
  CHECK(distance_m({116.02, 39.02}, land) == 0);
  CHECK(distance_m({116, 39.05}, land) == 0);
  CHECK(distance_m({116.05, 39.05}, land) ==
        Approx(distance_m({116.05, 39.05}, {116.04, 39.05})).margin(1.0));
  CHECK(distance_m({116.05, 39.05}, land) > 800);
}

TEST_CASE("points count in the distance, and nothing is infinitely far") {
  const Geometry points{Kind::point, {{116, 39}, {116.2, 39.3}}, {}, {}};
  CHECK(distance_m({116.2, 39.31}, points) == distance_m({116.2, 39.31}, {116.2, 39.3}));
  CHECK(std::isinf(distance_m({116, 39}, Geometry{})));
}

TEST_CASE("the box around a place holds all that is within the radius, and little more") {
  const auto holds = rc::check([] {
    const Position centre{between(-170, 170), between(-80, 80)};
    const double radius = std::pow(10, between(0, 5));
    const Box box = box_around(centre, radius);
    const Position beyond{centre.lon + between(-1, 1) * 6, centre.lat + between(-1, 1) * 2};
    RC_ASSERT(box.contains(centre));
    RC_ASSERT(box.contains(beyond) || distance_m(centre, beyond) > radius);
    RC_ASSERT(distance_m(centre, {centre.lon, box.max_lat}) >= radius);
    RC_ASSERT(distance_m(centre, {centre.lon, box.max_lat}) <= radius * 1.01);
  });
  CHECK(holds);
}

TEST_CASE("a box that would reach a pole or the 180th meridian takes all longitudes") {
  CHECK(box_around({0, 89.9}, 100'000).min_lon == -180);
  CHECK(box_around({0, 89.9}, 100'000).max_lat == 90);
  CHECK(box_around({179.9, 40}, 100'000).max_lon == 180);
}

TEST_CASE("The measure of a line adds up however it is divided, and is the geodesic within 1e-7 on 10 km") {
  const Position a{116.4, 39.7}, b{116.5, 39.75}, middle{116.45, 39.725};
  const auto line = [](std::vector<Position> positions) {
    Geometry made{Kind::line, std::move(positions), {}, {}};
    made.end_path();
    return made;
  };
  const double whole = measure(line({a, b}));
  CHECK(std::abs(measure(line({a, middle})) + measure(line({middle, b})) - whole) <= 1e-13 * whole);
  CHECK(std::abs(whole - distance_m(a, b)) <= 1e-7 * whole);
  CHECK(measure(Geometry{Kind::point, {a, b}, {}, {}}) == 2);
  CHECK(measure(Geometry{}) == 0);
}

TEST_CASE("Stretches of a boundary add up to the land within it, seen from any origin near by") {
  const std::vector<Position> ring{
      {116.5, 39.7}, {116.51, 39.7}, {116.51, 39.71}, {116.5, 39.71}, {116.5, 39.7}};
  const double whole = ring_area_m2(ring);
  const std::span<const Position> all(ring);
  for (const Position origin : {ring[0], ring[2], Position{116.6, 39.75}}) {
    const double sum = area_beside_m2(all.subspan(0, 3), origin) + area_beside_m2(all.subspan(2, 2), origin) +
                       area_beside_m2(all.subspan(3, 2), origin);
    CHECK(std::abs(sum - whole) <= 1e-11 * whole);
  }
}
