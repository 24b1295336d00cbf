#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// A packed Hilbert tree over boxes, in one flat array that can be mapped from a file.
///
/// Leaves stand in the order in which items are stored (see `hilbert_order`), 16 to a node, and every level's
/// nodes stand in a row, leaves first. Node i of a level covers nodes [16 i, 16 i + 16) of the level below,
/// so an inner node covers a contiguous range of items. Queries answer in item order.

inline constexpr std::size_t kTreeFanout = 16;

/// The order in which to store items: by the Hilbert value of their box's centre on a grid of 2^16 × 2^16
/// over all boxes, ties by `tiebreak` (by place when it is empty); empty boxes last.
std::vector<std::uint32_t> hilbert_order(std::span<const Box> boxes, std::span<const std::uint64_t> tiebreak);

/// All levels above the items, concatenated, the lowest first, the root last; `boxes` are in stored order.
std::vector<Box> build_tree(std::span<const Box> boxes);
/// How many nodes `build_tree` makes for `items`.
std::size_t tree_size(std::size_t items);

/// Reads a tree that somebody else holds. Const-shared. Items with an empty box stand last and are never met.
class TreeView {
 public:
  TreeView() = default;
  TreeView(std::span<const Box> items, std::span<const Box> nodes);

  /// Calls `range(first, last, inside)` for runs of items, in order, that meet `box`, from item `from` on:
  /// `inside` says that all boxes of the run lie within `box`. A subtree inside is one step and neighbouring
  /// runs come as one, so calls are few. Stops when `range` returns false.
  void query(const Box& box, std::size_t from,
             const std::function<bool(std::size_t first, std::size_t last, bool inside)>& range) const;
  /// Calls `visit(item, least)` with growing `least`, the least planar distance² (after scaling longitude by
  /// `lon_scale`) from `centre` to its box, until it returns false. Items at the same distance come in item
  /// order.
  void nearest(Position centre, double lon_scale,
               const std::function<bool(std::size_t item, double least_squared)>& visit) const;

  std::size_t size() const { return items_.size(); }
  const Box& extent() const;

 private:
  std::span<const Box> items_, nodes_;
  std::size_t met_ = 0;  ///< items before the first empty box
};

}  // namespace caitu::geometry
