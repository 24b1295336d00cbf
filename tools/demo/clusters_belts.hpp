#pragma once

#include <span>
#include <string_view>

#include "cells.hpp"
#include "writer.hpp"

namespace caitu::demo {

/// Width of a belt on each side of its road, m. The plan names none: it stands in the field `width_m`.
inline constexpr double kBeltWidth = 1'000;

/// One belt of the plan's table 2, as a bureau would deliver it.
struct Belt {
  std::string_view name, district;        ///< the district's code
  std::string_view towns;                 ///< of the belt's row in the table, joined by 、
  std::string_view first_road, and_road;  ///< names of plan_roads(); the second mostly empty
  bool north_only;                        ///< on the north side of its road alone
  bool alone;  ///< the only belt of its row, so that all the row's towns are its own
};
/// The ten belts of table 2, along 11 roads: 延康路 and 延永路 are one belt, 庞安路's runs along its
/// extension, and 北侧 is read as of 顺平南线 alone, for 密三路 runs from north to south.
std::span<const Belt> belts();

/// clusters_delivered: the outlines of the 35 towns of table 1.
void write_clusters(OutPackage& file, const CityMap& map);
/// belts_delivered: the land within kBeltWidth of a belt's roads, cut off at the border of its district.
void write_belts(OutPackage& file, const CityMap& map);

}  // namespace caitu::demo
