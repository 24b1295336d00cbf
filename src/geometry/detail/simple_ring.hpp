#pragma once

#include <span>

#include "geometry/geometry.hpp"

namespace caitu::geometry::detail {

/// True only when a closed ring is proved simple: it meets itself nowhere but at the vertices between
/// neighbouring edges. False means "not proved" (too long, degenerate, or too near to call), never "proved
/// invalid". Coordinates must be finite.
///
/// Every decision is either a comparison of stored doubles or an orientation whose sign a forward error bound
/// guarantees, so the answer agrees with exact arithmetic.
bool proved_simple(std::span<const Position> ring);

}  // namespace caitu::geometry::detail
