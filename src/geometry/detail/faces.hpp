#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::geometry::detail {

/// A stretch of a boundary with land on its left, or, when it is `reversed`, on its right. At least two
/// positions; it closes upon itself when the first is the last.
struct Stretch {
  std::span<const Position> positions;
  bool reversed = false;

  Position first() const { return reversed ? positions.back() : positions.front(); }
  Position last() const { return reversed ? positions.front() : positions.back(); }
  /// From its first position on.
  Position at(std::size_t i) const { return positions[reversed ? positions.size() - 1 - i : i]; }
};

/// The land whose whole boundary these stretches are, as a valid polygon. They cross nowhere and meet at
/// their ends only or, when they `may_touch`, in other positions of theirs as well. Not in canonical form.
/// nullopt when they bound nothing.
std::optional<Geometry> land_within(std::span<const Stretch> boundary, bool may_touch);

}  // namespace caitu::geometry::detail
