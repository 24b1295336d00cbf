#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::store::detail {

/// A row's box as SQLite's R*Tree holds it: single precision, never smaller than the box that it stands for.
struct RtreeEntry {
  std::int64_t row_id = 0;
  float min_x = 0, max_x = 0, min_y = 0, max_y = 0;
};
RtreeEntry rtree_entry(std::int64_t row_id, const geometry::Box& box);

/// A whole R*Tree, as the rows of its three shadow tables.
struct PackedRtree {
  struct Link {
    std::int64_t key = 0;   ///< a row id, or a node number
    std::int64_t node = 0;  ///< the leaf that holds the row, or the node's parent
  };
  std::size_t node_bytes = 0;
  std::string nodes;          ///< node 1 (the root) first, then 2, 3, …: `node_bytes` each
  std::vector<Link> rows;     ///< by row id
  std::vector<Link> parents;  ///< by node number, all but the root

  std::size_t node_count() const { return nodes.size() / node_bytes; }
  std::string_view node(std::size_t number) const {
    return std::string_view(nodes).substr((number - 1) * node_bytes, node_bytes);
  }
};

/// Packs entries along a Hilbert curve into nodes of SQLite's R*Tree format (two dimensions, no auxiliary
/// columns). Inserting one by one costs SQLite 8 to 15 µs an entry and leaves nodes two thirds full; this
/// costs about 1 µs, writing included.
///
/// A node is big-endian: 16 bits depth of the tree (of the root; else 0), 16 bits number of cells, then the
/// cells of a 64-bit id and four 32-bit floats min x, max x, min y, max y; zeros up to its size. A leaf's ids
/// are rows, an inner node's are nodes. (The comment "Database Format" that begins SQLite's
/// ext/rtree/rtree.c.)
PackedRtree pack_rtree(std::span<const RtreeEntry> entries, std::size_t node_bytes);

}  // namespace caitu::store::detail
