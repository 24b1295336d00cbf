#include "geometry/ops.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numbers>
#include <thread>

#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"
#include "geometry/shapes.hpp"
#include "geometry/zone.hpp"
#include "support/properties.hpp"

using namespace caitu::geometry;
using namespace caitu::geometry::test;

namespace {

const Ring kBowTie{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}};
const Ring kSpike{{0, 0}, {10, 0}, {10, 10}, {5, 10}, {5, 15}, {5, 10}, {0, 10}, {0, 0}};

struct Invalid {
  const char* what;
  Geometry geometry;
  const char* reason;
  double squares_left;  ///< planar area after the repair, in square degrees
};

std::vector<Invalid> invalid_shapes() {
  return {
      {"bow-tie", polygon({{kBowTie}}), "Self-intersection", 50},
      {"spike", polygon({{kSpike}}), "Ring Self-intersection", 100},
      {"hole outside", polygon({{square(0, 0, 10), square(20, 20, 2)}}), "Hole lies outside shell", 100},
      {"hole across the shell", polygon({{square(0, 0, 10), square(8, 8, 4)}}), "Self-intersection", 96},
      {"nested holes", polygon({{square(0, 0, 10), square(1, 1, 7), square(2, 2, 2)}}), "Holes are nested",
       51},
      {"nested shells", polygon({{square(0, 0, 10)}, {square(2, 2, 2)}}), "Nested shells", 100},
      {"the same part twice", polygon({{square(0, 0, 10)}, {square(0, 0, 10)}}), "Self-intersection", 100},
      {"hole equal to the shell", polygon({{square(0, 0, 10), square(0, 0, 10)}}), "Self-intersection", 0},
      {"overlapping parts", polygon({{square(0, 0, 10)}, {square(5, 0, 10)}}), "Self-intersection", 150},
      {"no area", polygon({{{{0, 0}, {5, 0}, {10, 0}, {0, 0}}}}), "Self-intersection", 0},
      {"interior cut in two by a hole",
       polygon({{square(0, 0, 10), {{0, 5}, {5, 0}, {10, 5}, {5, 10}, {0, 5}}}}), "Interior is disconnected",
       50},
      {"open ring", polygon({{{{0, 0}, {10, 0}, {10, 10}, {0, 10}}}}), "Ring is not closed", 100},
      {"two positions", polygon({{{{0, 0}, {10, 0}, {0, 0}}}}), "Too few points in geometry component", 0},
      {"a position that is not finite", polygon({{{{0, 0}, {10, 0}, {NAN, 5}, {10, 10}, {0, 10}, {0, 0}}}}),
       "Invalid Coordinate", 100},
  };
}

double planar_area(GeometryView geometry) {
  double twice = 0;
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i) {
    std::size_t part = 0;
    while (geometry.part_ends[part] <= i) ++part;
    const bool shell = i == (part == 0 ? 0 : geometry.part_ends[part - 1]);
    twice += (shell ? 1 : -1) * std::abs(signed_twice_area(geometry.path(i)));
  }
  return twice / 2;
}

/// GEOS's own answer: a second part far away keeps the short cut out.
bool valid_to_geos(const Ring& ring) { return !flaw_of(polygon({{ring}, {square(1e6, 1e6, 1)}})); }

/// The files of a folder of the shared data; empty, and said, when it is not there.
std::vector<std::filesystem::path> shared_files(const std::string& folder) {
  const std::filesystem::path where =
      std::filesystem::path(CAITU_SOURCE_DIR) / ".." / "shared" / "data" / folder;
  if (!std::filesystem::exists(where)) {
    if (std::getenv("CI") != nullptr) FAIL("../shared/data/" << folder << " is missing");
    std::cout << "skipped: ../shared/data/" << folder << " is not there\n";
    return {};
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(where)) files.push_back(entry.path());
  return files;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("Every kind of invalid polygon is found, with GEOS's word for it, and mended") {
  for (const Invalid& shape : invalid_shapes()) {
    CAPTURE(shape.what);
    const auto flaw = flaw_of(shape.geometry);
    REQUIRE(flaw);
    CHECK(flaw->reason == shape.reason);
    const Repaired mended = repaired(shape.geometry);
    CHECK_FALSE(flaw_of(mended.geometry));
    CHECK(planar_area(mended.geometry) == Approx(shape.squares_left).margin(1e-9));
    CHECK(mended.area_after_m2 == area_m2(mended.geometry));
    CHECK_THAT(mended.what, Catch::StartsWith(shape.reason));
    CHECK(mended.geometry.kind == (shape.squares_left == 0 ? Kind::empty : Kind::polygon));
  }
}

TEST_CASE("A repair says what was wrong, where, and what was done") {
  CHECK(repaired(polygon({{kBowTie}})).what ==
        "Self-intersection near 5.00000, 5.00000; made valid by structure");
  CHECK(repaired(polygon({{{{0, 0}, {10, 0}, {10, 0}, {10, 10}}}})).what ==
        "Ring is not closed near 0.00000, 0.00000; closed 1 ring; dropped 1 repeated position");
  CHECK(repaired(polygon({{square(0, 0, 10), square(20, 20, 2), square(30, 30, 2)}})).what ==
        "Hole lies outside shell near 20.00000, 20.00000; dropped 2 holes outside their shells");
  CHECK(repaired(polygon({{square(0, 0, 10), {{2, 2}, {3, 3}, {2, 2}}}})).what ==
        "Too few points in geometry component near 2.00000, 2.00000; dropped 1 ring without area");
  CHECK_THAT(repaired(polygon({{{{0, 0}, {5, 0}, {10, 0}, {0, 0}}}})).what,
             Catch::EndsWith("nothing with an area was left"));
  const Repaired untouched = repaired(polygon({{square(0, 0, 10)}}));
  CHECK(untouched.what.empty());
  CHECK(untouched.area_before_m2 == untouched.area_after_m2);
}

TEST_CASE("Holes that touch their shell and parts that touch in a point are valid") {
  CHECK_FALSE(flaw_of(polygon({{square(0, 0, 10), {{0, 5}, {5, 4}, {5, 6}, {0, 5}}}})));
  CHECK_FALSE(flaw_of(polygon({{square(0, 0, 10)}, {square(10, 10, 10)}})));
  CHECK_FALSE(flaw_of(Geometry{}));
  CHECK_FALSE(flaw_of(make_point({116, 39})));
}

TEST_CASE("Points and lines have flaws too") {
  CHECK(flaw_of(make_point({INFINITY, 39}))->reason == "Invalid Coordinate");
  CHECK(flaw_of(line({{1, 1}, {1, 1}}))->reason == "Too few points in geometry component");
  CHECK_FALSE(flaw_of(line({{0, 0}, {1, 1}, {0, 1}, {1, 0}})));
  CHECK(repaired(line({{1, 1}, {1, 1}})).geometry.empty());
  CHECK(repaired(line({{1, 1}, {1, 1}, {2, 2}})).geometry.positions.size() == 2);
}

TEST_CASE("A ring that is found valid without GEOS is valid to GEOS, on grids full of touching vertices") {
  std::size_t valid = 0, invalid = 0;
  for (const double step : {1.0, 0.1, 1e-9}) {  // 0.1 and 1e-9 make points that are nearly in line
    CHECK(rc::check([&] {
      const int grid = *rc::gen::inRange(2, 9);
      const int corners = *rc::gen::inRange(3, 14);
      Ring ring;
      for (int i = 0; i < corners; ++i) {
        ring.push_back({116.3 + step * *rc::gen::inRange(0, grid), 39.9 + step * *rc::gen::inRange(0, grid)});
      }
      ring.push_back(Position(ring.front()));
      const bool geos = valid_to_geos(ring);
      ++(geos ? valid : invalid);
      RC_ASSERT(!flaw_of(polygon({{ring}})) == geos);
    }));
  }
  CHECK(valid > 100);
  CHECK(invalid > 100);
}

TEST_CASE("Stars, with and without spikes and crossings, get GEOS's answer") {
  std::size_t valid = 0, invalid = 0;
  CHECK(rc::check([&] {
    const int corners = *rc::gen::inRange(4, 300);
    Ring ring;
    for (int i = 0; i < corners; ++i) {
      const double radius = 1e-3 * *rc::gen::inRange(1, 100);
      const double angle = 2 * std::numbers::pi * i / corners;
      ring.push_back({116.5 + radius * std::cos(angle), 39.7 + radius * std::sin(angle)});
    }
    const auto any = [&] { return static_cast<std::size_t>(*rc::gen::inRange(0, corners)); };
    const int harm = *rc::gen::inRange(0, 5);
    if (harm == 1) std::swap(ring[any()], ring[any()]);
    if (harm == 2) ring[any()] = ring[any()];
    if (harm == 3) {
      const std::size_t at = any();
      const Position a = ring[at], b = ring[(at + 1) % ring.size()];
      ring[any()] = {(a.lon + b.lon) / 2, (a.lat + b.lat) / 2};
    }
    ring.push_back(Position(ring.front()));
    const bool geos = valid_to_geos(ring);
    ++(geos ? valid : invalid);
    RC_ASSERT(!flaw_of(polygon({{ring}})) == geos);
  }));
  CHECK(valid > 100);
  CHECK(invalid > 100);
}

TEST_CASE("A vertex within a few units in the last place of an edge is not misjudged") {
  std::size_t valid = 0, invalid = 0;
  CHECK(rc::check([&] {
    const auto any = [](int least, int most) {
      return 1e-6 * *rc::gen::inRange(least * 1000000, most * 1000000);
    };
    // Near the origin, between far ends, so that the differences of coordinates are rounded too.
    const Position near{any(0, 1) / 3, any(0, 1) / 3}, west{any(-12, -8), any(-12, -8)};
    const double onward = any(1, 3);
    const Position east{near.lon + onward * (near.lon - west.lon), near.lat + onward * (near.lat - west.lat)};
    const Ring ring{east, west, {west.lon, -99}, near, {east.lon, -99},
                    east};  // `near` is reached from below
    const bool geos = valid_to_geos(ring);
    ++(geos ? valid : invalid);
    RC_ASSERT(!flaw_of(polygon({{ring}})) == geos);
  }));
  CHECK(valid > 100);
  CHECK(invalid > 100);
}

TEST_CASE("Whatever its rings, a repair is valid and stable") {
  CHECK(rc::check([] {
    std::vector<Ring> rings(static_cast<std::size_t>(*rc::gen::inRange(1, 4)));
    for (Ring& ring : rings) {
      for (int i = *rc::gen::inRange(1, 9); i > 0; --i) {
        ring.push_back({1.0 * *rc::gen::inRange(0, 6), 1.0 * *rc::gen::inRange(0, 6)});
      }
    }
    const Repaired mended = repaired(polygon({rings}));
    RC_ASSERT(!flaw_of(mended.geometry));
    RC_ASSERT(repaired(mended.geometry).area_after_m2 == mended.area_after_m2);
  }));
}

TEST_CASE("An intersection keeps the kind of its first geometry") {
  const Geometry land = polygon({{square(0, 0, 10)}});
  CHECK(planar_area(intersection(land, polygon({{square(5, 5, 10)}}))) == Approx(25));
  CHECK(intersection(land, polygon({{square(10, 0, 10)}})).empty());  // they share an edge only
  CHECK(intersection(land, polygon({{square(11, 0, 10)}})) == Geometry{});
  CHECK(intersection(line({{-5, 5}, {15, 5}}), land).positions.size() == 2);
  CHECK(intersection(make_point({5, 5}), land) == make_point({5, 5}));
  CHECK(intersects(land, polygon({{square(10, 10, 10)}})));
  CHECK_FALSE(intersects(polygon({{kBowTie}}), polygon({{square(4, 8, 1)}})));
}

TEST_CASE("Each thread has a GEOS of its own") {
  std::vector<std::thread> threads;
  std::array<bool, 4> found{};
  for (bool& one : found) {
    threads.emplace_back([&one] {
      for (int i = 0; i < 200; ++i) one = repaired(polygon({{kBowTie}})).area_after_m2 > 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::all_of(found.begin(), found.end(), [](bool one) { return one; }));
}

TEST_CASE("What GEOS refuses is an error with its message") {
  const Geometry open = polygon({{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}});
  CHECK_THROWS_WITH(intersection(open, polygon({{square(0, 0, 1)}})),
                    Catch::Contains("Points of LinearRing do not form"));
}

TEST_CASE("Real polygons on which overlays have failed are mended and cut") {
  for (const auto& path : shared_files("ugly/planetiler_wkb/issue_700")) {
    CAPTURE(path.filename());
    const Geometry land = repaired(read_wkb(content(path))).geometry;
    CHECK_FALSE(flaw_of(land));
    const Box box = box_of(land);
    const double middle = (box.min_lon + box.max_lon) / 2;
    const Zone west(make_box({box.min_lon - 1, box.min_lat - 1, middle, box.max_lat + 1}));
    const Zone east(make_box({middle, box.min_lat - 1, box.max_lon + 1, box.max_lat + 1}));
    const double whole = planar_area(land);
    const double halves = planar_area(intersection(
                              land, make_box({box.min_lon - 1, box.min_lat - 1, middle, box.max_lat + 1}))) +
                          planar_area(intersection(
                              land, make_box({middle, box.min_lat - 1, box.max_lon + 1, box.max_lat + 1})));
    CHECK(halves == Approx(whole).epsilon(1e-9));
    CHECK(west.relation(land) == Relation::crossing);
    CHECK(east.relation(land) == Relation::crossing);
  }
}

TEST_CASE("A strip holds only discs that are narrower than it", "[ops]") {
  const Geometry strip = polygon({{{{0, 0}, {100, 0}, {100, 3}, {0, 3}, {0, 0}}}});
  CHECK(holds_disc(strip, 1.4));
  CHECK_FALSE(holds_disc(strip, 1.6));
  CHECK_FALSE(holds_disc(Geometry{}, 0.1));
}
