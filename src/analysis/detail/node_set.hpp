#pragma once

#include <cstdint>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::analysis::detail {

/// Positions of which no two lie nearer than a tolerance: each one put in is the nearest of those that are in
/// already and within the tolerance of it, or becomes a new one. Nothing drifts: a position is at most the
/// tolerance from its node. One thread; the same positions in the same order give the same nodes.
class NodeSet {
 public:
  /// All positions must lie in `extent`; about `expected` of them are new.
  NodeSet(double tolerance_m, const geometry::Box& extent, std::size_t expected);
  std::uint32_t node(geometry::Position p);
  const std::vector<geometry::Position>& positions() const { return positions_; }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;

  std::uint64_t cell(double lon, double lat) const;
  std::size_t slot(std::uint64_t cell) const;
  void put(std::uint32_t node);
  void grow();

  double tolerance_m_;
  geometry::Position origin_;
  double cell_lon_, cell_lat_;  ///< degrees; twice the tolerance or more, so that its disc meets four cells
  std::vector<geometry::Position> positions_;
  std::vector<std::uint32_t> table_;  ///< nodes, open addressing by cell
};

}  // namespace caitu::analysis::detail
