#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "base/workers.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::analysis {

/// What one feature has in common with one of the other layer.
struct Shared {
  enum class Land : std::uint8_t { all_of_left, all_of_right, part };

  std::uint32_t right = 0;  ///< its place in the other layer
  Land land = Land::part;
  geometry::Geometry part;  ///< EPSG:4490, valid, canonical; empty where one of the two is all of it
  double area_m2 = 0;
};

/// One feature with another layer laid over it: what each partner shares with it and what none of them
/// covers.
struct CutFeature {
  std::vector<Shared> shared;            ///< by `right`, ascending
  std::vector<geometry::Geometry> rest;  ///< disjoint; empty when nothing is left, or when `whole`
  bool whole = false;                    ///< nothing was taken off
  /// Of the feature as it was, of what partners took that none before had taken, and of what is left; each
  /// measured by itself. The first is the sum of the other two but for the rounding of new corners.
  double area_m2 = 0, covered_m2 = 0, rest_m2 = 0;
  std::string failure;  ///< why the feature could not be cut; the rest is then empty
};

/// How pairs were settled.
struct PairCounts {
  std::uint64_t met = 0;               ///< whose boxes meet
  std::uint64_t apart = 0, whole = 0;  ///< no land in common; all of one of the two
  std::uint64_t outlines = 0, overlay = 0,
                grid = 0;  ///< cut from coordinates alone, by GEOS, by GEOS on its grid

  PairCounts& operator+=(const PairCounts& other);
};

struct LayerCutOptions {
  std::size_t threads = base::default_threads();
  std::uint64_t memory = std::uint64_t{1} << 30;  ///< bytes, for all threads together
};

/// Cuts every polygon of `left` by the polygons of `right`. Calls take(item, cut) for each, in the order of
/// items, on the calling thread. The same results on any number of threads and with any memory. Points, lines
/// and features without a geometry are passed over on both sides. All must be valid, as import publishes
/// them.
PairCounts cut_layer(const geodata::Snapshot& left, const geodata::Snapshot& right,
                     const LayerCutOptions& options,
                     const std::function<void(std::size_t item, CutFeature&& cut)>& take,
                     const base::Progress& progress = {});

}  // namespace caitu::analysis
