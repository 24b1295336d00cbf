#pragma once

#include "geometry/detail/geos_handle.hpp"

namespace caitu::geometry::detail {

/// What GEOS made of two geometries, and whether floating overlay failed on them, so that they were laid on a
/// grid of 1e-9 of the unit: about 0.1 mm (DESIGN 3).
struct Overlaid {
  Geom geom;
  bool on_grid = false;
};

/// Throw Error(internal) when the grid did not help either.
Overlaid intersection_of(const GEOSGeometry* a, const GEOSGeometry* b, bool on_grid = false);
Overlaid difference_of(const GEOSGeometry* a, const GEOSGeometry* b, bool on_grid = false);
/// Of a collection's members, whatever they do to each other.
Overlaid union_of(const GEOSGeometry* members);

}  // namespace caitu::geometry::detail
