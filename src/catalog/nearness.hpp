#pragma once

#include <functional>
#include <vector>

#include "catalog/identity.hpp"

namespace caitu::catalog {

/// How near one geometry comes to another of its kind by MatchOptions: 1 is the same place, below 0 is too
/// far. Polygons: intersection over union by area; lines and points: 1 − distance / reach_m.
double nearness(geometry::GeometryView a, double a_m2, geometry::GeometryView b, double b_m2,
                const MatchOptions& options);

struct NearPair {
  std::size_t claim = 0;
  std::size_t item = 0;  ///< of the snapshot
  double nearness = 0;
};

/// All pairs of claims and items that come near enough, of the items that `open` says yes to; in the order of
/// `claims`. Both functions are called from several threads.
std::vector<NearPair> near_pairs(const std::vector<std::size_t>& claims, const LandOf& land,
                                 const geodata::Snapshot& snapshot,
                                 const std::function<bool(std::size_t item)>& open,
                                 const MatchOptions& options);

}  // namespace caitu::catalog
