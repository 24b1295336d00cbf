#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cells.hpp"
#include "geometry/geometry.hpp"
#include "writer.hpp"

namespace caitu::demo {

inline constexpr int kRingBases = 210;           ///< L49, L220
inline constexpr double kRingBasesMu = 126'000;  ///< together: the plan wants 120,000 or more
inline constexpr double kLeastBaseMu = 300;      ///< L230
inline constexpr double kOuterBasesMu = 50'000;  ///< L49

/// The 210 bases around the city in the forms in which counties send them: Shapefiles in GBK in EPSG:4526,
/// 4527 and 4528, and GeoJSON in GCJ-02. Each has kLeastBaseMu or more; none lies in the city or on another.
void write_ring_bases(const std::filesystem::path& folder, const CityMap& map, std::uint64_t seed);

/// The same bases as land on which something may be planted.
struct RingBase {
  std::string id, province, county;
  geometry::Geometry outline;  ///< EPSG:4490 degrees
  double mu;
};
std::vector<RingBase> ring_bases(const CityMap& map, std::uint64_t seed);

/// outer_bases, exactly kOuterBasesMu of them.
void write_outer_bases(OutPackage& file, std::uint64_t seed);

}  // namespace caitu::demo
