#include "checks/road_land.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "geometry/buffer.hpp"
#include "geometry/crs.hpp"
#include "geometry/ops.hpp"

namespace caitu::checks {
namespace {

using geometry::Box;
using geometry::Crs;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Kind;
using geometry::Position;
using geometry::Transform;

// An edge of 170 to 220 m that is straight in degrees bends by less than a millimetre in the plane.
constexpr double kLongestEdgeDeg = 0.002;

Crs plane_about(const Box& box) {
  return Crs::parse(fmt::format(
      "+proj=tmerc +lat_0=0 +lon_0={:.6f} +k=1 +x_0=0 +y_0=0 +a=6378137 +rf=298.257222101 +units=m +no_defs",
      (box.min_lon + box.max_lon) / 2));
}

Geometry divided(GeometryView road) {
  Geometry out;
  out.kind = Kind::line;
  for (std::size_t i = 0; i < road.path_ends.size(); ++i) {
    const auto path = road.path(i);
    for (std::size_t k = 0; k < path.size(); ++k) {
      if (k > 0) {
        const Position a = path[k - 1], b = path[k];
        const double longest = std::max(std::abs(b.lon - a.lon), std::abs(b.lat - a.lat));
        const double pieces = std::ceil(longest / kLongestEdgeDeg);
        for (double piece = 1; piece < pieces; ++piece) {
          const double t = piece / pieces;
          out.positions.push_back({a.lon + t * (b.lon - a.lon), a.lat + t * (b.lat - a.lat)});
        }
      }
      out.positions.push_back(path[k]);
    }
    out.end_path();
  }
  return out;
}

/// Each path from its western end to its eastern one; one that ends where it began stays as it is.
Geometry eastward(const Geometry& road) {
  Geometry turned = road;
  std::uint32_t begin = 0;
  for (const std::uint32_t end : road.path_ends) {
    const auto first = turned.positions.begin() + begin, last = turned.positions.begin() + end;
    if (geometry::before(*(last - 1), *first)) std::reverse(first, last);
    begin = end;
  }
  return turned;
}

}  // namespace

Geometry road_land(GeometryView road, double width_m, Side side) {
  if (road.empty()) return {};
  check_width(width_m);
  if (road.kind != Kind::line) throw base::Error(base::Code::internal, "Only a line is a road.");
  Geometry line = geometry::chained(road);
  if (side == Side::north) line = eastward(line);
  const Crs plane = plane_about(geometry::box_of(line));
  line = divided(line);
  if (Transform(Crs::cgcs2000(), plane).apply(line.positions) > 0)
    throw base::Error(base::Code::invalid, "A road has places that lie nowhere on the earth.");
  const Geometry land =
      geometry::buffered(line, width_m, side == Side::north ? geometry::Sides::left : geometry::Sides::both);
  Geometry placed = geometry::transform_edges(land, Transform(plane, Crs::cgcs2000())).geometry;
  // Rounding in degrees may close a gap of a millionth of a millimetre.
  if (geometry::flaw_of(placed)) placed = geometry::repaired(placed).geometry;
  return geometry::oriented(placed);
}

void check_width(double width_m) {
  if (width_m > 0 && width_m < kWidestM) return;
  throw base::Error(
      base::Code::invalid, fmt::format("A belt cannot be {} m wide.", width_m),
      base::Where{.field = "width_m"},
      fmt::format("Give metres on each side of the road, more than 0 and less than {}.", kWidestM));
}

bool leads_east(GeometryView road) {
  if (road.empty()) return false;
  const Geometry line = geometry::chained(road);
  double east = 0, north = 0;
  for (std::size_t i = 0; i < line.path_ends.size(); ++i) {
    const auto path = line.view().path(i);
    const double degree = std::cos(path.front().lat * std::numbers::pi / 180);
    east += std::abs(path.back().lon - path.front().lon) * degree;
    north += std::abs(path.back().lat - path.front().lat);
  }
  return east > north;
}

}  // namespace caitu::checks
