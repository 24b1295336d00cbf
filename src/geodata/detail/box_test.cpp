#include "geodata/detail/box_test.hpp"

#include <algorithm>
#include <cmath>

#include "geometry/ops.hpp"

namespace caitu::geodata::detail {
namespace {

using geometry::Box;
using geometry::GeometryView;
using geometry::Kind;
using geometry::Position;

enum class Side { left, right, on, unsure };

/// Where `p` lies by the line from `a` to `b`. The bound is Shewchuk's for this determinant: past it the sign
/// is right.
Side side_of(Position a, Position b, Position p) {
  constexpr double kRounding = 3.3306690738754716e-16;
  const double left = (b.lon - a.lon) * (p.lat - a.lat);
  const double right = (b.lat - a.lat) * (p.lon - a.lon);
  if (left == 0 && right == 0) return Side::on;
  const double doubt = kRounding * (std::abs(left) + std::abs(right));
  if (left - right > doubt) return Side::left;
  return left - right < -doubt ? Side::right : Side::unsure;
}

enum class Meeting { none, some, unsure };

/// Of an edge whose ends are both outside the box: they meet when neither axis nor the edge's line keeps them
/// apart.
Meeting edge_meeting(Position a, Position b, const Box& box) {
  const auto [west, east] = std::minmax(a.lon, b.lon);
  const auto [south, north] = std::minmax(a.lat, b.lat);
  if (!box.intersects({west, south, east, north})) return Meeting::none;
  bool left = false, right = false, unsure = false;
  for (const Position corner : {Position{box.min_lon, box.min_lat}, Position{box.max_lon, box.min_lat},
                                Position{box.max_lon, box.max_lat}, Position{box.min_lon, box.max_lat}}) {
    const Side side = side_of(a, b, corner);
    left |= side == Side::left || side == Side::on;
    right |= side == Side::right || side == Side::on;
    unsure |= side == Side::unsure;
  }
  if (left && right) return Meeting::some;
  return unsure ? Meeting::unsure : Meeting::none;
}

/// The box as a valid geometry of the dimension that it has.
geometry::Geometry geometry_of(const Box& box) {
  const Position low{box.min_lon, box.min_lat}, high{box.max_lon, box.max_lat};
  if (low == high) return geometry::make_point(low);
  if (low.lon != high.lon && low.lat != high.lat) return geometry::make_box(box);
  geometry::Geometry line;
  line.kind = Kind::line;
  line.positions = {low, high};
  line.end_path();
  return line;
}

Meeting edges_meeting(GeometryView geometry, const Box& box) {
  Meeting found = Meeting::none;
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i) {
    const auto path = geometry.path(i);
    for (std::size_t j = 1; j < path.size(); ++j) {
      const Meeting meeting = edge_meeting(path[j - 1], path[j], box);
      if (meeting == Meeting::some) return meeting;
      if (meeting == Meeting::unsure) found = meeting;
    }
  }
  return found;
}

}  // namespace

bool meets(GeometryView geometry, const Box& box) {
  if (box.empty()) return false;
  if (std::ranges::any_of(geometry.positions, [&](Position p) { return box.contains(p); })) return true;
  if (geometry.kind == Kind::point) return false;
  switch (edges_meeting(geometry, box)) {
    case Meeting::some:
      return true;
    case Meeting::unsure:
      return geometry::intersects(geometry, geometry_of(box));
    case Meeting::none:
      break;
  }
  // No border passes through the box, so it lies wholly inside or wholly outside.
  return geometry::covers(geometry, {box.min_lon, box.min_lat});
}

}  // namespace caitu::geodata::detail
