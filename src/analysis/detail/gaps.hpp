#pragma once

#include <vector>

#include "analysis/detail/arc_graph.hpp"

namespace caitu::analysis::detail {

struct Gap {
  std::vector<std::uint32_t> items;  ///< ascending
  geometry::Geometry where;          ///< valid; no place of it is off by more than the tolerance of the nodes
};

/// All land that no polygon covers and that is enclosed by some, in which a disc `least_width_m` wide fits:
/// closed walks of arcs around a face to their right, less the islands in it. A face of which other land is
/// seen to its right is none.
std::vector<Gap> gaps(const geodata::Snapshot& snapshot, const Arcs& arcs, const ArcGraph& graph,
                      double least_width_m, std::size_t threads, const base::Progress& progress);

}  // namespace caitu::analysis::detail
