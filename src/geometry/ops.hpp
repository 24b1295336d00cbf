#pragma once

#include <optional>
#include <string>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// Planar operations in degrees, by GEOS. Each thread has a GEOS context of its own behind these functions;
/// values cross threads, GEOS objects never do. A failure inside GEOS is Error(internal) with its message,
/// never an answer. Only `flaw_of` and `repaired` take anything; the others want what `flaw_of` finds no flaw
/// in.

/// What geometry is worked out with: "GEOS 3.11.1-CAPI-1.17.1, PROJ 9.1.1".
std::string library_versions();

struct Flaw {
  std::string reason;  ///< as GEOS says it: "Self-intersection", "Hole lies outside shell" …
  Position at;
};
/// Nothing when the geometry is valid by OGC rules. Points, lines and polygons of one ring up to 256 edges
/// are mostly decided without GEOS. Coordinates that are not finite, rings that are not closed or too short
/// are flaws as well.
std::optional<Flaw> flaw_of(GeometryView geometry);

struct Repaired {
  Geometry geometry;          ///< of the same kind; empty when nothing of that kind was left
  std::string what;           ///< the reason and how it was mended; empty when nothing was done
  double area_before_m2 = 0;  ///< with its rings closed, holes taken off wherever they lie
  double area_after_m2 = 0;
};
/// Mends an invalid geometry: closes rings, drops repeated positions, rings without area and holes outside
/// their shells, then GEOS make-valid, "structure" method. The result is valid; its winding is free.
Repaired repaired(GeometryView geometry);

bool intersects(GeometryView a, GeometryView b);
/// The part of `a` inside `b`, of a's kind; Geometry{} when there is none. Floating overlay; a pair on which
/// it fails is tried again on a grid of 1e-9 of the unit.
Geometry intersection(GeometryView a, GeometryView b);
/// True when a disc of this radius, in the unit of the coordinates, fits into a polygon.
bool holds_disc(GeometryView polygon, double radius);

}  // namespace caitu::geometry
