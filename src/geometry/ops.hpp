#pragma once

#include <memory>
#include <optional>
#include <string>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// Planar operations in degrees, by GEOS. Each thread has a GEOS context of its own behind these functions; values cross
/// threads, GEOS objects never do. A failure inside GEOS is Error(internal) with its message, never an answer.

struct Flaw {
  std::string reason;  ///< as GEOS says it: "Self-intersection", "Ring Self-intersection", "Hole lies outside shell" …
  Position at;
};
/// Nothing when the geometry is valid by OGC rules. Small single rings are decided without GEOS.
std::optional<Flaw> flaw_of(GeometryView geometry);

struct Repaired {
  Geometry geometry;   ///< of the same kind; empty when nothing of that kind was left
  std::string what;    ///< the reason and how it was mended
  double area_before_m2 = 0, area_after_m2 = 0;
};
/// Mends an invalid geometry (closes rings, drops repeated points, then GEOS make-valid, "structure" method).
Repaired repaired(GeometryView geometry);

bool intersects(GeometryView a, GeometryView b);
/// The part of `a` inside `b`, of a's kind.
Geometry intersection(GeometryView a, GeometryView b);

enum class Relation : std::uint8_t { outside, inside, crossing };

/// A polygon asked many times. One thread.
class Zone {
 public:
  explicit Zone(GeometryView polygon);
  ~Zone();
  Zone(Zone&&) noexcept;
  Zone& operator=(Zone&&) noexcept;

  Relation relation(GeometryView other) const;
  bool intersects(GeometryView other) const;
  /// Ellipsoidal area in m² of the part of `other` inside; its whole area when it lies inside.
  double area_inside_m2(GeometryView other) const;
  double length_inside_m(GeometryView other) const;
  const Box& box() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geometry
