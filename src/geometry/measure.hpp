#pragma once

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// Area on the CGCS2000 ellipsoid in m² of polygons in EPSG:4490 degrees, edges straight in (L, B); shells count
/// positive and holes negative whatever their winding; 0 for points and lines. ∮ L·M·N·cos B dB by 5-point
/// Gauss–Legendre on each edge, hence additive: pieces of a cut sum to the whole (DOMAIN 1). Longitudes are taken
/// relative to the ring's first position, so precision does not depend on where it lies.
double area_m2(GeometryView geometry);
/// Signed area of one closed ring in m², positive when counter-clockwise.
double ring_area_m2(std::span<const Position> ring);

/// The survey's own formula (FACTS 2.5), rounded to 0.01 m²: only to be held against TBMJ.
double survey_area_m2(GeometryView geometry);

/// Geodesic distance in m on the CGCS2000 ellipsoid (Karney, by PROJ's geodesic.h).
double distance_m(Position a, Position b);
/// Geodesic length of all paths, in m; for a polygon its perimeter.
double length_m(GeometryView geometry);
/// Least distance in m from a point to a geometry, 0 inside a polygon. Exact to a millimetre within 100 km.
double distance_m(Position from, GeometryView to);
/// The box that holds every place within `radius_m` of `centre`.
Box box_around(Position centre, double radius_m);

}  // namespace caitu::geometry
