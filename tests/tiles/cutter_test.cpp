#include "tiles/cutter.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace caitu::tiles;
using caitu::geometry::Geometry;
using caitu::geometry::Kind;
using caitu::geometry::Position;

namespace {

const TileFrame kFrame{{14, 13500, 6200}, 4096, 64, caitu::geometry::Datum::cgcs2000};
using Points = std::vector<TilePoint>;

/// Degrees of a place given in units of kFrame's tile.
Position at(double x, double y) {
  const double side = std::ldexp(4096.0, 14);
  const double mx = (13500 * 4096.0 + x) / side, my = (6200 * 4096.0 + y) / side;
  return {mx * 360 - 180, std::atan(std::sinh(M_PI * (1 - 2 * my))) * 180 / M_PI};
}

void add_path(Geometry& geometry, const std::vector<std::pair<double, double>>& units) {
  for (const auto& [x, y] : units) geometry.positions.push_back(at(x, y));
  if (geometry.kind == Kind::polygon)
    geometry.positions.push_back(at(units.front().first, units.front().second));
  geometry.end_path();
}
Geometry polygon(const std::vector<std::vector<std::pair<double, double>>>& rings) {
  Geometry geometry;
  geometry.kind = Kind::polygon;
  for (const auto& ring : rings) add_path(geometry, ring);
  geometry.end_part();
  return geometry;
}
Geometry line(const std::vector<std::pair<double, double>>& path) {
  Geometry geometry;
  geometry.kind = Kind::line;
  add_path(geometry, path);
  return geometry;
}
TileGeometry cut(const Geometry& geometry, const TileFrame& frame = kFrame) {
  TileGeometry out;
  Cutter(frame).cut(geometry, out);
  return out;
}
std::int64_t twice_area(const TileGeometry& shape, std::size_t ring) {
  const std::size_t begin = ring == 0 ? 0 : shape.path_ends[ring - 1], end = shape.path_ends[ring];
  std::int64_t sum = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const TilePoint a = shape.points[i], b = shape.points[i + 1 == end ? begin : i + 1];
    sum += std::int64_t{a.x} * b.y - std::int64_t{b.x} * a.y;
  }
  return sum;
}

}  // namespace

TEST_CASE("a polygon inside the tile keeps its vertices, with its shell positive and its hole negative") {
  for (const bool clockwise : {false, true}) {
    std::vector<std::pair<double, double>> shell = {{100, 100}, {900, 120}, {880, 700}, {90, 650}};
    std::vector<std::pair<double, double>> hole = {{300, 300}, {300, 400}, {400, 400}, {400, 300}};
    if (clockwise) std::reverse(shell.begin(), shell.end());
    if (clockwise) std::reverse(hole.begin(), hole.end());
    const TileGeometry shape = cut(polygon({shell, hole}));
    REQUIRE(shape.path_ends == std::vector<std::uint32_t>{4, 8});
    CHECK(twice_area(shape, 0) > 0);
    CHECK(twice_area(shape, 1) == -20000);
    for (const TilePoint p :
         {TilePoint{100, 100}, TilePoint{900, 120}, TilePoint{880, 700}, TilePoint{90, 650}})
      CHECK(std::count(shape.points.begin(), shape.points.end(), p) == 1);
  }
}

TEST_CASE("a polygon over the border is cut at the buffer") {
  const TileGeometry shape = cut(polygon({{{-500, 1000}, {500, 1000}, {500, 2000}, {-500, 2000}}}));
  REQUIRE(shape.path_ends.size() == 1);
  CHECK(twice_area(shape, 0) == 2 * 564 * 1000);
  for (const TilePoint p : shape.points) CHECK((p.x == -64 || p.x == 500));
}

TEST_CASE(
    "a polygon around the tile fills it with its buffer, and one in whose hole it lies leaves nothing") {
  const std::vector<std::pair<double, double>> wide = {
      {-9000, -9000}, {9000, -9000}, {9000, 9000}, {-9000, 9000}};
  const std::vector<std::pair<double, double>> hole = {
      {-5000, -5000}, {6000, -5000}, {6000, 6000}, {-5000, 6000}};
  const TileGeometry full = cut(polygon({wide}));
  CHECK(full.points.size() == 4);
  CHECK(twice_area(full, 0) == 2 * 4224 * 4224);
  const TileGeometry ring = cut(polygon({wide, hole}));
  // The hole covers all that the shell shows; both are drawn and cancel out.
  REQUIRE(ring.path_ends.size() == 2);
  CHECK(twice_area(ring, 0) + twice_area(ring, 1) == 0);
}

TEST_CASE("repeated points and ways back on themselves vanish in rounding") {
  const TileGeometry shape = cut(
      polygon({{{10, 10}, {10.2, 10.1}, {50, 10}, {90, 10.3}, {60, 9.8}, {60, 60}, {60.3, 60.4}, {10, 60}}}));
  CHECK(shape.points.size() >= 4);
  for (std::size_t i = 0; i < shape.points.size(); ++i) {
    const TilePoint a = shape.points[i], b = shape.points[(i + 1) % shape.points.size()];
    CHECK(a != b);
    CHECK(a != TilePoint{90, 10});
  }
  CHECK(twice_area(shape, 0) == 2 * 50 * 50);
}

TEST_CASE("a polygon smaller than a unit is shown as a unit square where it lies") {
  const TileGeometry shape = cut(polygon({{{70.1, 80.1}, {70.4, 80.1}, {70.4, 80.4}}}));
  CHECK(shape.points == Points{{70, 80}, {71, 80}, {71, 81}, {70, 81}});
  CHECK(twice_area(shape, 0) == 2);
}

TEST_CASE(
    "a thin strip over the border is shown once by each tile that it crosses, never by the buffer alone") {
  const auto strip = polygon({{{3000, 500.1}, {5000, 500.1}, {5000, 500.3}, {3000, 500.3}}});
  const TileFrame east{{14, 13501, 6200}, 4096, 64, caitu::geometry::Datum::cgcs2000};
  CHECK(cut(strip).points.size() == 4);
  CHECK(cut(strip, east).points.size() == 4);
  const auto in_buffer = polygon({{{4100, 500.1}, {4120, 500.1}, {4120, 500.3}, {4100, 500.3}}});
  CHECK(cut(in_buffer).empty());
  CHECK(cut(in_buffer, east).points.size() == 4);
}

TEST_CASE("a hole that rounding closes goes, its shell stays") {
  const TileGeometry shape =
      cut(polygon({{{0, 0}, {100, 0}, {100, 100}, {0, 100}}, {{50.1, 50.1}, {50.3, 50.1}, {50.3, 50.3}}}));
  CHECK(shape.path_ends == std::vector<std::uint32_t>{4});
}

TEST_CASE("a line that leaves the tile and returns becomes two paths") {
  const TileGeometry shape = cut(line({{100, 100}, {-300, 100}, {-300, 300}, {100, 300}}));
  REQUIRE(shape.path_ends == std::vector<std::uint32_t>{2, 4});
  CHECK(shape.points == Points{{100, 100}, {-64, 100}, {-64, 300}, {100, 300}});
}

TEST_CASE("a line that only passes by leaves nothing, and one across the tile both its ends") {
  CHECK(cut(line({{-3000, 1000}, {1000, -3000}})).empty());
  CHECK(cut(line({{-1000, 500}, {6000, 500}})).points == Points{{-64, 500}, {4160, 500}});
}

TEST_CASE("a line shorter than a unit is shown as a line of one unit") {
  CHECK(cut(line({{10.1, 10.1}, {10.3, 10.2}})).points == Points{{10, 10}, {11, 10}});
}

TEST_CASE("points are taken with the buffer, each by itself") {
  Geometry points;
  points.kind = Kind::point;
  for (const auto& [x, y] : {std::pair{5.0, 5.0}, {-60.0, 4100.0}, {-70.0, 5.0}, {5.0, 5000.0}})
    points.positions.push_back(at(x, y));
  CHECK(cut(points).points == Points{{5, 5}, {-60, 4100}});
}

TEST_CASE("what the reach leaves out cannot come on the tile, in any datum") {
  using caitu::geometry::Datum;
  for (const Datum datum : {Datum::cgcs2000, Datum::gcj02, Datum::bd09})
    for (const int z : {0, 3, 5, 8, 12, 16}) {
      const TileFrame frame{tile_at({116.4, 39.9}, z), 4096, 64, datum};
      Cutter cutter(frame);
      const auto tile = tile_box(frame.address, 64.0 / 4096);
      for (int i = 0; i <= 20; ++i)
        for (int k = 0; k <= 20; ++k) {
          const Position shown{tile.min_lon + (tile.max_lon - tile.min_lon) * i / 20,
                               tile.min_lat + (tile.max_lat - tile.min_lat) * k / 20};
          const Position land = caitu::geometry::shift(shown, datum, Datum::cgcs2000);
          INFO(static_cast<int>(datum) << " " << z << " " << shown.lon << " " << shown.lat);
          CHECK(cutter.reach().contains(land));
        }
    }
}
