#pragma once

#include <cstdint>
#include <vector>

#include "land.hpp"
#include "park.hpp"
#include "random.hpp"
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

  /// To be planted on; town by town.
  std::vector<Park>& all() { return parks_; }

  void write_points(OutPackage& file) const;
  /// parks, facilities, greenhouses, structures; those of `elsewhere` lie in no park.
  void write_land(OutPackage& file, const Built& elsewhere) const;

 private:
  struct Layout;

  void lay_out(Park& park, const TownLand& land, const Block& block, const std::vector<std::size_t>& parcels,
               std::uint64_t seed) const;
  void file_plots(Park& park, const TownLand& land, const Block& block,
                  const std::vector<std::size_t>& parcels, Random& random) const;

  std::vector<Park> parks_;
};

}  // namespace caitu::demo
