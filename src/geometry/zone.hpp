#pragma once

#include <cstdint>
#include <memory>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// inside: no point of it lies outside the zone (its boundary counts as zone). crossing: anything else that
/// shares a point with the zone, if only of the boundary.
enum class Relation : std::uint8_t { outside, inside, crossing };

/// How much of some land lies in a zone.
enum class Share : std::uint8_t { none, all, some };

/// A geometry parted by a zone's outline.
struct Cut {
  Share share = Share::none;
  /// Where some of it does, both of its kind: valid, in canonical form, land with the same bits along the
  /// cut. A border in common is no land; it is a part of a line.
  Geometry inside, outside;
  /// Who worked it out: coordinates alone; GEOS; GEOS on a grid of 1e-9 of the unit, which moves what it cuts
  /// by as much.
  enum class By : std::uint8_t { outlines, overlay, grid } by = By::outlines;
};

/// A valid polygon asked many times; keeps a copy. One thread, on which it must also be destroyed.
class Zone {
 public:
  explicit Zone(GeometryView polygon);
  ~Zone();
  Zone(Zone&&) noexcept;
  Zone& operator=(Zone&&) noexcept;

  Relation relation(GeometryView other) const;
  /// Of a valid geometry. `Zone(a).cut(b)` and `Zone(b).cut(a)` find the same land inside, bit for bit, when
  /// both are by outlines.
  Cut cut(GeometryView geometry) const;
  bool intersects(GeometryView other) const;
  /// The part that lies outside, of its kind; Geometry{} when there is none.
  Geometry outside(GeometryView other) const;
  /// Ellipsoidal area in m² of the part of `other` inside; its whole area when it lies inside; 0 for points
  /// and lines.
  double area_inside_m2(GeometryView other) const;
  /// Geodesic length in m of the part of a line inside; 0 for points and polygons.
  double length_inside_m(GeometryView other) const;
  const Box& box() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geometry
