#pragma once

#include "checks/plan_tables.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks {

/// The land within `width_m` metres on the ground of a road, as one polygon, valid and canonical; Geometry{}
/// of an empty road. Both in EPSG:4490 degrees.
///
/// Worked out in a Gauss-Krüger plane of its own whose meridian runs through the middle of the road's box:
/// 40 km from it a metre is 20 µm too long, so that the width is true to 0.02 % (arcs are chords) as far as
/// roads of a district reach. Ends are round. Edges of the road that are straight in degrees stay so
/// to a millimetre, and so do edges of the result in the plane.
///
/// `north`: only what lies to the left of the road as one goes along it eastwards. Pieces of road that meet
/// in a place are one, whichever way they were drawn. At its ends the road is thought to go straight on.
///
/// Error(invalid) when the width is not positive and below kWidestM.
geometry::Geometry road_land(geometry::GeometryView road, double width_m, Side side);

/// More than any district of Beijing is wide from its middle: a greater one is a slip of the unit.
inline constexpr double kWidestM = 50'000;

/// Error(invalid), with the parameter's name, when it is no width for `road_land`.
void check_width(double width_m);

/// Whether a road leads further east and west than north and south, so that it has a north side to speak of.
bool leads_east(geometry::GeometryView road);

}  // namespace caitu::checks
