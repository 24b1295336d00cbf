#pragma once

#include <geos_c.h>

#include <memory>
#include <string_view>

#include "geometry/geometry.hpp"

namespace caitu::geometry::detail {

/// The GEOS context of the calling thread, made on first use. It captures error messages and swallows
/// notices.
GEOSContextHandle_t geos();

/// Error(internal) with what was being done and the message that GEOS left on this thread.
[[noreturn]] void throw_geos(std::string_view doing);

/// A GEOS predicate's char: 0 no, 1 yes, and 2 an exception inside GEOS, which becomes an Error.
bool answer(char tri_state, std::string_view doing);

struct GeomDeleter {
  void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(geos(), geometry); }
};
struct PreparedDeleter {
  void operator()(const GEOSPreparedGeometry* prepared) const {
    GEOSPreparedGeom_destroy_r(geos(), prepared);
  }
};
struct StringDeleter {
  void operator()(char* text) const { GEOSFree_r(geos(), text); }
};

/// These belong to the thread that made them and must be destroyed on it.
using Geom = std::unique_ptr<GEOSGeometry, GeomDeleter>;
using Prepared = std::unique_ptr<const GEOSPreparedGeometry, PreparedDeleter>;
using GeosString = std::unique_ptr<char, StringDeleter>;

/// Takes over what GEOS returned; null is an Error.
Geom owned(GEOSGeometry* geometry, std::string_view doing);

/// One part gives the single type, several the Multi type, none an empty collection. Rings must be closed and
/// have four positions or more, paths two or more: GEOS refuses others, which is an Error(internal).
Geom to_geos(GeometryView view);

/// The parts of `kind`, however deep they lie in collections; Geometry{} when there are none.
Geometry from_geos(const GEOSGeometry& geometry, Kind kind);

}  // namespace caitu::geometry::detail
