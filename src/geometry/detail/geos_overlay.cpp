#include "geometry/detail/geos_overlay.hpp"

namespace caitu::geometry::detail {
namespace {

constexpr double kGridDeg = 1e-9;

}  // namespace

Overlaid intersection_of(const GEOSGeometry* a, const GEOSGeometry* b, bool on_grid) {
  if (!on_grid) {
    if (Geom shared{GEOSIntersection_r(geos(), a, b)}) return {std::move(shared), false};
  }
  return {owned(GEOSIntersectionPrec_r(geos(), a, b, kGridDeg), "intersecting"), true};
}

Overlaid difference_of(const GEOSGeometry* a, const GEOSGeometry* b, bool on_grid) {
  if (!on_grid) {
    if (Geom rest{GEOSDifference_r(geos(), a, b)}) return {std::move(rest), false};
  }
  return {owned(GEOSDifferencePrec_r(geos(), a, b, kGridDeg), "subtracting"), true};
}

Overlaid union_of(const GEOSGeometry* members) {
  if (Geom all{GEOSUnaryUnion_r(geos(), members)}) return {std::move(all), false};
  return {owned(GEOSUnaryUnionPrec_r(geos(), members, kGridDeg), "uniting"), true};
}

}  // namespace caitu::geometry::detail
