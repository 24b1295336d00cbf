#pragma once

#include <ogr_geometry.h>

#include <memory>
#include <string>

#include "geometry/geometry.hpp"

namespace caitu::geodata::detail {

/// Arcs become chords that turn by at most this much: 0.004 % of the radius off the arc (4 mm at 100 m).
inline constexpr double kStrokeDegrees = 1.0;

struct FromOgr {
  geometry::Geometry geometry;
  std::string note;  ///< what was changed, parts joined by "; "
  std::string flaw;  ///< not empty: the geometry is not to be used
};

/// Any OGR geometry as a value. Heights and measures are dropped, and noted when one of them is not zero;
/// arcs are stroked; a collection of one kind is joined, one of several kinds is a flaw, as is an empty or
/// missing geometry. Rings left open are closed, and that is noted. `swap`: the source's coordinates come y
/// first.
FromOgr from_ogr(const OGRGeometry* source, bool swap);

/// As OGR holds it: always the multi-part type, empty for an empty geometry.
std::unique_ptr<OGRGeometry> to_ogr(geometry::GeometryView source);
OGRwkbGeometryType ogr_type(geometry::Kind kind);

}  // namespace caitu::geodata::detail
