#include "buildings.hpp"

#include <cmath>

#include "geometry/measure.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

/// The share `along` from a to b.
Position between(Position a, Position b, double along) {
  return {a.lon + along * (b.lon - a.lon), a.lat + along * (b.lat - a.lat)};
}

}  // namespace

Path rectangle(double angle, double west, double east, double south, double north) {
  const Point along{std::cos(angle), std::sin(angle)}, up{-along.y, along.x};
  const auto at = [&](double a, double u) { return on_grid(a * along + u * up); };
  return {at(west, south), at(east, south), at(east, north), at(west, north)};
}

bool fits(const Path& field, const Path& building) {
  for (std::size_t i = 0; i < building.size(); ++i) {
    if (!inside(field, building[i])) return false;
    for (std::size_t k = 0; k < field.size(); ++k) {
      const Point a = field[k], b = field[(k + 1) % field.size()];
      if (crossing(building[i], building[(i + 1) % building.size()], a, b)) return false;
      if (distance_to_segment(building[i], a, b) < kFromBorder) return false;
    }
  }
  return true;
}

std::optional<Ring> building_on(const Piece& land, double angle, Sides sides) {
  const Path field = to_plane(land.ring);
  const Point middle = ring_centroid(field), along{std::cos(angle), std::sin(angle)};
  const double a = dot(along, middle), u = cross(along, middle);
  const Path building =
      rectangle(angle, a - sides.length / 2, a + sides.length / 2, u - sides.depth / 2, u + sides.depth / 2);
  if (!fits(field, building)) return std::nullopt;
  return to_degrees(building);
}

Ring part_of(const Ring& building, const Part& part) {
  const auto at = [&](double along, double up) {
    return between(between(building[0], building[1], along), between(building[3], building[2], along), up);
  };
  return {at(part.west, part.south), at(part.east, part.south), at(part.east, part.north),
          at(part.west, part.north)};
}

double depth_m(const Ring& building) { return geometry::distance_m(building[3], building[0]); }

bool resize(Ring& building, double m2, double deepest) {
  Ring sized = building;
  for (int step = 0; step < 4; ++step) {
    const double factor = m2 / geometry::area_m2(polygon(sized));
    sized[0] = between(sized[3], sized[0], factor);
    sized[1] = between(sized[2], sized[1], factor);
  }
  if (depth_m(sized) > deepest) return false;
  building = std::move(sized);
  return true;
}

Position south_of(const Ring& building, double metres) {
  const Position wall = between(building[0], building[1], 0.5),
                 inner = between(building[3], building[2], 0.5);
  return between(wall, inner, -metres / geometry::distance_m(wall, inner));
}

}  // namespace caitu::demo
