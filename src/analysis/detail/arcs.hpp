#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "analysis/detail/unshared_edges.hpp"

namespace caitu::analysis::detail {

/// From node to node, the land of its item to its left, where the land to its left and right is not covered
/// equally often. Arcs meet at nodes only.
struct Arc {
  std::uint32_t from = 0, to = 0;
  std::uint32_t item = 0;  ///< the first of those that lie to its left for one more reason than to its right
  bool met = false;        ///< another item's unshared edge comes near it
};

using ItemPair = std::pair<std::uint32_t, std::uint32_t>;

struct Arcs {
  std::vector<geometry::Position> nodes;
  std::vector<Arc> arcs;
  std::vector<ItemPair> doubled;  ///< pairs on the same side of one arc, which overlap there; may repeat
};

/// Unshared edges, noded: positions within the tolerance become one node, an edge is bent through nodes
/// within the tolerance of it and cut where it crosses another, and pieces that then meet in opposite
/// directions are settled like shared edges. So a corner on a neighbour's side and noise below the tolerance
/// leave nothing. No place is moved by more than twice the tolerance.
Arcs noded(const std::vector<Edge>& edges, double tolerance_m, std::size_t threads,
           const base::Progress& progress);

}  // namespace caitu::analysis::detail
