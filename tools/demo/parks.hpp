#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "land.hpp"
#include "writer.hpp"

namespace caitu::demo {

inline constexpr std::size_t kPoints = 500;       ///< of the plan (L120)
inline constexpr std::size_t kParksPerTown = 18;  ///< at most; the points are the first of them

/// Facility parks on vegetable blocks: their greenhouses in rows running east-west, a guard house at each
/// row's end, and the filed facility plots with a packing shed. All of it keeps the rules: what breaks them
/// is planted on top of it.
class Parks {
 public:
  /// Town by town, in the order of towns().
  void add(const TownLand& land, std::size_t town, std::uint64_t seed);

  void write_points(OutPackage& file) const;
  /// parks, facilities, greenhouses, structures.
  void write_land(OutPackage& file) const;

 private:
  struct Footprint {
    std::vector<geometry::Position> ring;  ///< open, degrees
    std::string id, greenhouse;            ///< of a structure: the greenhouse that it serves, or empty
    std::string_view kind;
    std::string built_on, filing;
    double error_m2 = 0;
  };
  struct Park {
    std::size_t town;
    std::string id, name, run_by, built_on, renovated_on;
    bool old, willing;
    std::vector<geometry::Position> ring;
    std::vector<Footprint> facilities, greenhouses, structures;
  };
  struct Layout;

  void lay_out(Park& park, const TownLand& land, const Block& block, const std::vector<std::size_t>& parcels,
               std::uint64_t seed) const;

  std::vector<Park> parks_;
};

}  // namespace caitu::demo
