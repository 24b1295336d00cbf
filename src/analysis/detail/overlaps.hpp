#pragma once

#include <vector>

#include "analysis/detail/arc_graph.hpp"

namespace caitu::analysis::detail {

struct Overlap {
  ItemPair items;  ///< the lesser first
  geometry::Geometry where;
};

/// All pairs of polygons that cover common land in which a disc `least_width_m` wide fits, sorted.
///
/// How often land is covered changes at arcs alone, so what is covered twice has an arc on its border, with
/// both of a pair to its left, or arcs on which both lie. From pairs found so, all others are reached: on a
/// border within land that is covered twice one of the two goes on, or another pair lies on that border.
/// GEOS is asked for those pairs and for the pairs of each item found with what its box meets, no others.
std::vector<Overlap> overlaps(const geodata::Snapshot& snapshot, const Arcs& arcs, const ArcGraph& graph,
                              double least_width_m, std::size_t threads, const base::Progress& progress);

}  // namespace caitu::analysis::detail
