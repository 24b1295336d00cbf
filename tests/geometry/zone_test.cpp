#include "geometry/zone.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "geometry/shapes.hpp"
#include "geometry/stars.hpp"
#include "support/properties.hpp"

using namespace caitu::geometry;
using namespace caitu::geometry::test;

namespace {

/// Some 400 m across, near the others.
Geometry near_land() { return star_land({real(116.498, 116.502), real(39.698, 39.702)}, 0.003); }

/// A mesh of quadrilaterals whose corners are moved about: what is put together of its cells shares borders,
/// corners and parts of borders, bit for bit, with what else is.
class Mesh {
 public:
  explicit Mesh(double jitter) {
    for (auto& column : corners_) {
      for (Position& corner : column) {
        const auto i = static_cast<double>(&column - corners_.data()),
                   j = static_cast<double>(&corner - column.data());
        corner = {116.5 + 0.0005 * i + real(-jitter, jitter), 39.7 + 0.0005 * j + real(-jitter, jitter)};
      }
    }
  }
  /// The union of some of its blocks; with holes, several parts, touching in corners.
  Geometry land() const {
    Geometry land;
    for (int blocks = *rc::gen::inRange(1, 12); blocks > 0; --blocks) {
      const int wide = *rc::gen::inRange(1, 3), high = *rc::gen::inRange(1, 3);
      land = joined(land, block(*rc::gen::inRange(0, kCells - wide + 1),
                                *rc::gen::inRange(0, kCells - high + 1), wide, high));
    }
    return oriented(land);
  }

 private:
  static constexpr int kCells = 7;

  Geometry block(int i, int j, int wide, int high) const {
    Ring ring;
    for (int a = 0; a < wide; ++a) ring.push_back(corners_[i + a][j]);
    for (int b = 0; b < high; ++b) ring.push_back(corners_[i + wide][j + b]);
    for (int a = wide; a > 0; --a) ring.push_back(corners_[i + a][j + high]);
    for (int b = high; b > 0; --b) ring.push_back(corners_[i][j + b]);
    ring.push_back(ring.front());
    return polygon({{ring}});
  }
  /// What of b is outside a, beside a; GEOS makes one land of it.
  static Geometry joined(const Geometry& a, const Geometry& b) {
    if (a.empty()) return b;
    Geometry both = a;
    const auto positions = static_cast<std::uint32_t>(both.positions.size());
    const auto paths = static_cast<std::uint32_t>(both.path_ends.size());
    both.positions.insert(both.positions.end(), b.positions.begin(), b.positions.end());
    for (const std::uint32_t end : b.path_ends) both.path_ends.push_back(positions + end);
    for (const std::uint32_t end : b.part_ends) both.part_ends.push_back(paths + end);
    return repaired(both).geometry;
  }

  std::array<std::array<Position, kCells + 1>, kCells + 1> corners_{};
};

/// Held against GEOS alone: the same land inside, the same outside, both valid, and the same bits whoever is
/// cut.
void check_against_geos(const Geometry& land, const Geometry& zone_land) {
  const Zone zone(zone_land);
  const Cut cut = zone.cut(land);
  const double whole = area_m2(land), rounding = 1e-6 + 1e-11 * whole;
  const double inside = cut.share == Share::some ? area_m2(cut.inside) : cut.share == Share::all ? whole : 0;
  RC_ASSERT(std::abs(inside - area_m2(intersection(land, zone_land))) <= rounding);
  if (cut.share == Share::some) {
    RC_ASSERT(!flaw_of(cut.inside));
    RC_ASSERT(!flaw_of(cut.outside));
    RC_ASSERT(cut.inside == oriented(cut.inside));
    RC_ASSERT(std::abs(inside + area_m2(cut.outside) - whole) <= 1e-12 * whole + 2e-9 * length_m(land));
  }
  const Cut other = Zone(land).cut(zone_land);
  RC_ASSERT((other.share == Share::none) == (cut.share == Share::none));
  if (cut.share == Share::none || cut.by != Cut::By::outlines || other.by != Cut::By::outlines) return;
  RC_ASSERT((cut.share == Share::all ? oriented(land) : cut.inside) ==
            (other.share == Share::all ? oriented(zone_land) : other.inside));
}

}  // namespace

TEST_CASE("Land that crosses a zone anyhow is parted as GEOS parts it") {
  CHECK(rc::check([] {
    const Geometry land = near_land(), zone = near_land();
    check_against_geos(land, zone);
  }));
}

TEST_CASE("Land that shares borders and corners with a zone is parted as GEOS parts it, and without GEOS") {
  std::size_t by_outlines = 0, all = 0;
  CHECK(rc::check([&] {
    const Mesh mesh(*rc::gen::arbitrary<bool>() ? 0.0002 : 0);
    const Geometry land = mesh.land(), zone = mesh.land();
    RC_PRE(!land.empty() && !zone.empty() && !flaw_of(land) && !flaw_of(zone));
    check_against_geos(land, zone);
    ++all;
    by_outlines += Zone(zone).cut(land).by == Cut::By::outlines ? 1 : 0;
  }));
  CHECK(by_outlines == all);
}

TEST_CASE("Borders that come nearer than a cut can tell go to GEOS") {
  const Geometry land = polygon({{square(116.5, 39.7, 0.001)}});
  for (const double into : {1e-13, 1e-12, 3e-11}) {
    CAPTURE(into);
    const Cut cut = Zone(polygon({{square(116.501 - into, 39.7, 0.001)}})).cut(land);
    CHECK(cut.by != Cut::By::outlines);
    CHECK(area_m2(cut.inside) <= 1.2 * into * 86'000 * 111);
  }
  const Cut sliver = Zone(polygon({{square(116.501 - 1e-9, 39.7, 0.001)}})).cut(land);
  CHECK(sliver.by == Cut::By::outlines);
  CHECK(area_m2(sliver.inside) == Approx(1e-9 * 85'900 * 111).epsilon(0.01));
}

TEST_CASE("Land cut along a line, however the line is cut, fits together bit for bit") {
  CHECK(rc::check([] {
    const Geometry land = near_land();
    const Box box = box_of(land);
    const auto between = [](double a, double b) { return a + real(0.2, 0.8) * (b - a); };
    const double middle = between(box.min_lon, box.max_lon);
    const double low = between(box.min_lat, box.max_lat), high = between(box.min_lat, box.max_lat);
    const auto west = [&](double lat) { return Zone(make_box({116, 39, middle, lat})); };
    const auto crossings = [middle](const Geometry& part) {
      std::set<double> lats;
      for (const Position p : part.positions) {
        if (p.lon == middle) lats.insert(p.lat);
      }
      return lats;
    };
    const Cut whole = west(40.5).cut(land);
    RC_PRE(whole.share == Share::some && whole.by == Cut::By::outlines);
    for (const double lat : {low, high}) {
      const Cut part = west(lat).cut(land);
      if (part.share != Share::some) continue;
      for (const double at : crossings(part.inside))
        RC_ASSERT(at == lat || crossings(whole.inside).contains(at));
    }
  }));
}

TEST_CASE("A zone tells outside, inside and crossing apart, and measures the part inside") {
  const Geometry frame = polygon({{square(116, 39, 1), square(116.4, 39.4, 0.2)}});
  const Zone zone(frame);
  const auto at = [](double x, double y) { return polygon({{square(x, y, 0.1)}}); };
  CHECK(zone.box() == Box{116, 39, 117, 40});
  CHECK(zone.relation(at(118, 39)) == Relation::outside);
  CHECK(zone.relation(at(116.45, 39.45)) == Relation::outside);  // in the hole
  CHECK(zone.relation(at(116.1, 39.1)) == Relation::inside);
  CHECK(zone.relation(at(116, 39)) == Relation::inside);  // along the boundary
  CHECK(zone.relation(at(116.95, 39.1)) == Relation::crossing);
  CHECK_FALSE(zone.intersects(at(116.45, 39.45)));
  CHECK(zone.intersects(at(116.95, 39.1)));
  CHECK(zone.area_inside_m2(at(118, 39)) == 0);
  CHECK(zone.area_inside_m2(at(116.1, 39.1)) == area_m2(at(116.1, 39.1)));
  CHECK(zone.area_inside_m2(at(116.95, 39.1)) == Approx(area_m2(at(116.95, 39.1)) / 2).epsilon(1e-9));
  CHECK(zone.length_inside_m(line({{116.5, 39.1}, {117.5, 39.1}})) ==
        Approx(distance_m({116.5, 39.1}, {117, 39.1})).epsilon(1e-9));
  CHECK(zone.relation(make_point({116.1, 39.1})) == Relation::inside);
}

TEST_CASE("The parts of land inside and outside a zone sum to the land") {
  CHECK(rc::check([] {
    const auto corner = [](int reach) {
      return Position{116.5 + 1e-4 * *rc::gen::inRange(0, reach), 39.7 + 1e-4 * *rc::gen::inRange(0, reach)};
    };
    const Position a = corner(100), b = corner(100), c = corner(100), d = corner(50);
    const Geometry land = polygon({{{a, b, c, a}}});
    RC_PRE(!flaw_of(land));
    const Geometry left = polygon({{square(d.lon - 1, d.lat - 1, 1)}});
    const double inside = Zone(left).area_inside_m2(land);
    const Geometry east = polygon({{{{d.lon, 38}, {118, 38}, {118, 41}, {d.lon, 41}, {d.lon, 38}}}});
    const Geometry north = polygon({{{{115, d.lat}, {d.lon, d.lat}, {d.lon, 41}, {115, 41}, {115, d.lat}}}});
    const double outside = Zone(east).area_inside_m2(land) + Zone(north).area_inside_m2(land);
    RC_ASSERT(std::abs(inside + outside - area_m2(land)) <= 1e-9 * area_m2(land) + 1e-6);
    const Zone zone(left);
    RC_ASSERT(std::abs(area_m2(zone.outside(land)) - outside) <= 1e-9 * outside + 1e-6);
  }));
}

TEST_CASE("The part outside a zone is of the land's kind, and whole where it does not meet the zone") {
  const Zone zone(polygon({{square(0, 0, 10)}}));
  const Geometry far = polygon({{square(20, 20, 1)}}), held = polygon({{square(2, 2, 1)}});
  CHECK(zone.area_inside_m2(far) == 0);
  CHECK(zone.outside(far) == far);
  CHECK(zone.outside(held) == Geometry{});
  CHECK(zone.area_inside_m2(polygon({{square(5, 5, 10)}})) ==
        Approx(area_m2(polygon({{square(5, 5, 5)}}))).epsilon(1e-9));
  CHECK(area_m2(zone.outside(polygon({{square(5, 5, 10)}}))) ==
        Approx(area_m2(polygon({{square(5, 5, 10)}})) - area_m2(polygon({{square(5, 5, 5)}}))).epsilon(1e-9));
  CHECK(zone.area_inside_m2(polygon({{square(10, 0, 10)}})) == 0);  // they share an edge only
  CHECK(zone.outside(line({{-5, 5}, {15, 5}})).path_ends.size() == 2);
}
