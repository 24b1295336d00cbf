#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::demo {

using Ring = std::vector<geometry::Position>;  ///< open, EPSG:4490 degrees

/// A plot, greenhouse or building as surveyed.
struct Footprint {
  Ring ring;
  std::string id;
  std::string greenhouse = "";  ///< of a structure: the greenhouse that it serves, or empty
  std::string_view kind = "";   ///< of a plot: its use as filed
  std::string built_on = "";    ///< empty: not known
  std::string filing = "";      ///< its number, or empty
  double error_m2 = 0;          ///< of a structure's measured area
  std::int64_t storeys = 1;
  std::string_view use_found = "";  ///< of a structure; empty: what its kind is for
  std::string project = "";         ///< of what lies in no park: the base's id, or empty
};

/// What stands on land, and the plots filed for it.
struct Built {
  std::vector<Footprint> facilities, greenhouses, structures;
};

struct Park : Built {
  std::size_t town = 0, block = 0;  ///< indices into towns() and TownLand::blocks
  std::int32_t village = 0;
  std::string id, name, run_by, built_on, renovated_on;
  bool old = false, willing = false;
  bool exposed = false;  ///< as of its parcels
  Ring ring;
  double m2 = 0;
  std::vector<Ring> yards;  ///< the survey's parcels of 1202, one for each of `facilities`, which lie in them
};

}  // namespace caitu::demo
