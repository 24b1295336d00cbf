#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/detail/arcs.hpp"

namespace caitu::analysis::detail {

/// How arcs go on from node to node. Keeps a reference to them. Const-shared.
class ArcGraph {
 public:
  explicit ArcGraph(const Arcs& arcs);

  using Walk = std::vector<std::uint32_t>;  ///< arcs, each beginning where the one before ends
  /// Calls `chain` for every longest walk through nodes at which just one arc ends and one begins: along it
  /// nothing changes to the left and to the right. Each arc is in one.
  void each_chain(const std::function<void(const Walk&)>& chain) const;
  /// The closed walks that have one face to their right, all of whose border at that place they are: each arc
  /// turns at its end into the nearest one to the right of it. Where another item's land comes in between
  /// there is no such walk.
  std::vector<Walk> right_rings() const;

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  bool plain(std::uint32_t node) const;
  void link_node(std::uint32_t node);

  const Arcs& arcs_;
  std::vector<std::uint32_t> out_begins_, in_begins_;  ///< by node
  std::vector<std::uint32_t> out_, in_;                ///< arcs
  std::vector<std::uint32_t> next_;                    ///< by arc, along the face to its right
};

}  // namespace caitu::analysis::detail
