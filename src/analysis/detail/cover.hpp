#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/progress.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::analysis::detail {

struct Cover {
  std::uint32_t place, item;
  auto operator<=>(const Cover&) const = default;
};

/// Which polygons of a snapshot cover which of these places, sorted. A place on a border may be taken to lie
/// on either side of it. A polygon of many positions that lies over many places is indexed once.
std::vector<Cover> covers_of(const geodata::Snapshot& snapshot, const std::vector<geometry::Position>& places,
                             std::size_t threads, const base::Progress& progress);

}  // namespace caitu::analysis::detail
