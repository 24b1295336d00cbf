#pragma once

#include <cstdint>
#include <vector>

#include "base/progress.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::analysis::detail {

/// A side of a polygon, the land of its item to its left.
struct Edge {
  geometry::Position from, to;
  std::uint32_t item = 0;
};

/// The sides of all polygons of a snapshot but those that exactly one neighbour has from end to end, the
/// other way round and bit for bit: such a border is settled, for what lies left and right of it is covered
/// equally often. In the order of items and of their rings. Winding of the rings is free.
///
/// O(n): each side is hashed (96 bits of XXH3: that two different sides meet is as likely as a fault of the
/// machine), put into one of 1024 parts by its hash, and a part is matched in a table that fits a core's
/// cache. Some 17 bytes a side while it runs. A layer of more than 2^32 positions is Error(too_large).
///
/// Polygons farther than `apart_m` from any other, of one ring, are passed over.
std::vector<Edge> unshared_edges(const geodata::Snapshot& snapshot, double apart_m, std::size_t threads,
                                 const base::Progress& progress);

/// The same within groups: sides of different groups do not meet. `groups` by item; kNoGroup is passed over.
inline constexpr std::uint32_t kNoGroup = 0xffffffff;
std::vector<Edge> unshared_edges(const geodata::Snapshot& snapshot, const std::vector<std::uint32_t>& groups,
                                 std::size_t threads, const base::Progress& progress);

}  // namespace caitu::analysis::detail
