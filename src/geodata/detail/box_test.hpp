#pragma once

#include "geometry/geometry.hpp"

namespace caitu::geodata::detail {

/// Whether a geometry and a box share a point, by geometry::intersects' rule (touching counts) and its
/// answer, in plain arithmetic wherever rounding cannot decide. The box may be a line or a point; an empty
/// one meets nothing.
bool meets(geometry::GeometryView geometry, const geometry::Box& box);

}  // namespace caitu::geodata::detail
