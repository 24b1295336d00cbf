#pragma once

#include <cstdint>
#include <filesystem>
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

  /// Breaks the rules G1, G2, G3 and G7 (DOMAIN: Greenhouse-house) in some parks, and makes look-alikes that
  /// keep them, in the first park of every second town that has greenhouses. Once, after the last add().
  void plant();

  void write_points(OutPackage& file) const;
  /// parks, facilities, greenhouses, structures.
  void write_land(OutPackage& file) const;
  /// truth.csv: `site,lon,lat,rule,expected`, a row for each site planted and rule that it is about.
  void write_truth(const std::filesystem::path& file) const;

 private:
  struct Footprint {
    std::vector<geometry::Position> ring;  ///< open, degrees
    std::string id, greenhouse;            ///< of a structure: the greenhouse that it serves, or empty
    std::string_view kind;
    std::string built_on, filing;
    double error_m2 = 0;
    std::int64_t storeys = 1;
    std::string_view use_found = "";  ///< of a structure; empty: what its kind is for
  };
  struct Site {
    std::string id;
    geometry::Position at;
    std::string_view rule, expected;
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

  void expect(const Footprint& site, std::string_view rule, std::string_view expected);
  void plant_huts(Park& park);
  void plant_rooms(Park& park);
  void plant_sheds(Park& park, std::size_t turn);

  std::vector<Park> parks_;
  std::vector<Site> truth_;
};

}  // namespace caitu::demo
