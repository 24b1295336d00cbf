#pragma once

#include <utility>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::geometry::test {

using Ring = std::vector<Position>;

/// Parts of rings, as given.
inline Geometry polygon(const std::vector<std::vector<Ring>>& parts) {
  Geometry made;
  made.kind = Kind::polygon;
  for (const auto& part : parts) {
    for (const Ring& ring : part) {
      made.positions.insert(made.positions.end(), ring.begin(), ring.end());
      made.end_path();
    }
    made.end_part();
  }
  return made;
}

inline Geometry line(std::vector<Position> positions) {
  Geometry made{Kind::line, std::move(positions), {}, {}};
  made.end_path();
  return made;
}

inline Ring square(double x, double y, double side) {
  return {{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}};
}

}  // namespace caitu::geometry::test
