#pragma once

#include <cstdint>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// Of a path as it runs.
enum class Sides : std::uint8_t { both, left };

/// A line's paths grown together where two ends, and no third, meet in one place to the last bit, whichever
/// way they run. By GEOS; the same bytes for the same line.
Geometry chained(GeometryView line);

/// The land within `distance` of a line in a plane, both in its unit; ends are round. Valid and canonical;
/// Geometry{} of an empty line.
///
/// Its outline keeps the distance to 0.01 % of it: arcs are chords, 256 to the full circle.
///
/// `left`: of the land about each path only what lies to the left of it as it runs. Past its ends the divide
/// goes straight on, as its last `distance` pointed. A path that crosses itself, or that its own prolongation
/// meets, has no clear left; what is taken then is valid and within the distance. By GEOS.
///
/// Error(invalid) when the distance is not positive and finite, Error(internal) for anything but a line.
Geometry buffered(GeometryView line, double distance, Sides sides = Sides::both);

}  // namespace caitu::geometry
