#pragma once

#include <algorithm>
#include <cmath>

#include "geometry/geometry.hpp"

namespace caitu::geometry::detail {

/// How far apart places must be for arithmetic in doubles to tell them apart for certain, and how near they
/// are held to be the same. Between the two nothing is decided here. Of coordinates at 116°: 0.01 mm and
/// 3 nm.
struct Margin {
  double clear = 0;
  double same = 0;
};

inline Margin margin_of(const Box& box) {
  const double most =
      std::max({std::abs(box.min_lon), std::abs(box.max_lon), std::abs(box.min_lat), std::abs(box.max_lat)});
  return {most * 1e-12, most * 2.5e-16};
}

/// Twice the area of the triangle o, a, b: positive when b lies left of o → a. Differences of near doubles
/// are exact, so its error is a few roundings of its own terms.
inline double turn(Position o, Position a, Position b) {
  return (a.lon - o.lon) * (b.lat - o.lat) - (a.lat - o.lat) * (b.lon - o.lon);
}

inline double length(Position a, Position b) {
  const double x = b.lon - a.lon, y = b.lat - a.lat;
  return std::sqrt(x * x + y * y);
}

/// Where an end of one segment lies on another.
enum class On : unsigned char { off, first, second, between };

/// What two segments p and z have in common.
struct Meeting {
  enum class How : unsigned char { apart, crossing, touching, unclear };
  How how = How::apart;
  /// crossing: the place, the same bits whichever of the two is p and whichever way they run.
  Position at;
  double along_p = 0, along_z = 0;  ///< crossing: from 0 at the first end to 1 at the second
  /// touching: where the ends lie on the other segment.
  On p0 = On::off, p1 = On::off, z0 = On::off, z1 = On::off;
};

/// unclear when the two come nearer than `margin.clear` without being the same there to `margin.same`, or
/// when a segment has no length.
Meeting meet(Position p0, Position p1, Position z0, Position z1, Margin margin);

/// How far along a → b the foot of `at` lies, from 0 to 1 between the two.
inline double along(Position a, Position b, Position at) {
  const double x = b.lon - a.lon, y = b.lat - a.lat;
  return (x * (at.lon - a.lon) + y * (at.lat - a.lat)) / (x * x + y * y);
}

}  // namespace caitu::geometry::detail
