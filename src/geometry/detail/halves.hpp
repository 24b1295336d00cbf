#pragma once

#include <optional>

#include "geometry/detail/outline.hpp"
#include "geometry/geometry.hpp"
#include "geometry/zone.hpp"

namespace caitu::geometry::detail {

struct Halves {
  Share share = Share::none;  ///< how much of the land lies in the zone; a border in common is none of it
  Geometry inside, outside;   ///< filled in when some of it does; valid, not in canonical form
};

/// Parts the land by the zone's outline, in one pass and without GEOS. Both must be valid and wound as
/// `oriented` winds them. Decided from coordinates alone: where something comes nearer than Margin::clear to
/// something else without being the same, nullopt, and somebody slower must be asked.
///
/// The places where outlines cross are the same bits for `halves(a, b)` and `halves(b, a)`, so that the
/// pieces of a cut fit each other exactly.
std::optional<Halves> halves(const Outline& land, const Outline& zone);

struct MeasuredHalves {
  Share share = Share::none;
  double inside_m2 = 0;  ///< filled in when some of the land lies in the zone
};
/// The same, but only measured: no rings are put together.
std::optional<MeasuredHalves> measured_halves(const Outline& land, const Outline& zone);

}  // namespace caitu::geometry::detail
