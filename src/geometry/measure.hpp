#pragma once

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// Area on the CGCS2000 ellipsoid in m² of polygons in EPSG:4490 degrees, edges straight in (L, B); shells
/// count positive and holes negative whatever their winding; 0 for points and lines; NaN for coordinates that
/// are not finite.
///
/// ∮ L·M·N·cos B dB by Gauss–Legendre on each edge, 5 points (DOMAIN 1). Where a ring stays within 1.4° of
/// its first latitude, M·N·cos B is taken from its Taylor polynomial there, of an order whose remainder is
/// below a double's rounding; within 0.014° that is a cubic, for which 3 points are already exact. Longitudes
/// are relative to the ring's first position, so precision does not depend on where it lies.
///
/// Additive: pieces of a cut sum to the whole within 1e-12 of it, whatever order each was measured with. The
/// integrand is the same function for all rings and every one is integrated to rounding. (What rounding the
/// cut's new vertices to doubles moves is land, not measure.) The same positions give the same bits.
double area_m2(GeometryView geometry);
/// Signed area of one closed ring in m², positive when counter-clockwise.
double ring_area_m2(std::span<const Position> ring);

/// What a path adds to the area to the left of a closed boundary of which it is a stretch, seen from an
/// `origin` that is the same for all of it: the stretches' sum is the area. The origin lies near by, or
/// precision is lost.
double area_beside_m2(std::span<const Position> path, Position origin);

/// The survey's own formula (FACTS 2.5), rounded to 0.01 m²: only to be held against TBMJ.
double survey_area_m2(GeometryView geometry);

/// Geodesic distance in m on the CGCS2000 ellipsoid (Karney, by PROJ's geodesic.h).
double distance_m(Position a, Position b);
/// Geodesic length of all paths, in m; for a polygon its perimeter.
double length_m(GeometryView geometry);
/// What adds up when a geometry is parted: m² of polygons; m of lines along edges straight in (L, B), which
/// is not the geodesic between their ends (7e-8 longer on 10 km along a parallel here); the number of points.
double measure(GeometryView geometry);
/// Least geodesic distance in m from a point to a geometry with edges straight in (L, B), 0 inside a polygon,
/// infinite to an empty one. Exact to a millimetre within 100 km; costs a few geodesics, not one for each
/// edge.
double distance_m(Position from, GeometryView to);
/// A box that holds every place within `radius_m` of `centre`, at most 1 % too wide within 100 km; all
/// longitudes when it would reach past a pole or the 180th meridian.
Box box_around(Position centre, double radius_m);

}  // namespace caitu::geometry
