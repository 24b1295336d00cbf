#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <numbers>
#include <set>

#include "geometry/geometry.hpp"
#include "geometry/ops.hpp"
#include "geometry/shapes.hpp"

namespace caitu::geometry::test {

/// In steps of a hundred-thousandth, so that RapidCheck can shrink it.
inline double real(double least, double most) {
  return least + (most - least) * *rc::gen::inRange(0, 100'001) / 100'000;
}

/// A ring that is not convex, as a rule: corners at any distance between two circles.
inline Ring star(Position centre, double least, double most) {
  std::set<int> angles;
  for (int corners = *rc::gen::inRange(3, 17); corners > 0; --corners)
    angles.insert(*rc::gen::inRange(0, 3600));
  RC_PRE(angles.size() > 2);
  Ring ring;
  for (const int angle : angles) {
    const double turned = angle * std::numbers::pi / 1800, reach = real(least, most);
    ring.push_back({centre.lon + reach * std::cos(turned), centre.lat + reach * std::sin(turned)});
  }
  ring.push_back(ring.front());
  return ring;
}

/// Valid land of one star, mostly with another as its hole.
inline Geometry star_land(Position centre, double most) {
  std::vector<Ring> rings{star(centre, 0.3 * most, most)};
  if (*rc::gen::inRange(0, 3) > 0) rings.push_back(star(centre, 0.03 * most, 0.28 * most));
  Geometry land = polygon({rings});
  if (flaw_of(land)) land = polygon({{rings.front()}});  // the hole may lie outside
  RC_PRE(!flaw_of(land));
  return land;
}

}  // namespace caitu::geometry::test
