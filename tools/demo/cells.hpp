#pragma once

#include <vector>

#include "plane.hpp"

namespace caitu::demo {

/// The made-up outlines of towns and districts: Voronoi cells of the towns' points with bent borders, inside
/// the city's rough outline. The same for every seed.
///
/// Guarantees: the towns cover the city without gap or overlap; two towns share every vertex of their border,
/// and a district every vertex of its towns; where a road or river of `strips` crosses a border, both its
/// sides have a vertex there. Rings are open, counter-clockwise, on the grid.
struct CityMap {
  /// A course with the land that it takes.
  struct Strip {
    Path centre;
    double width;
  };
  std::vector<Point> centres;    ///< of the towns, in the order of towns()
  std::vector<Path> town_rings;  ///< likewise
  std::vector<std::vector<Path>>
      district_rings;         ///< the pieces of each district, in the order of districts()
  std::vector<Strip> roads;   ///< in the order of plan_roads()
  std::vector<Strip> rivers;  ///< in the order of rivers()
};
CityMap make_city_map();

}  // namespace caitu::demo
