#pragma once

#include <cstdint>
#include <vector>

#include "analysis/account.hpp"
#include "base/progress.hpp"
#include "base/workers.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::analysis {

/// Land that two polygons of a layer cover both.
struct CoveredTwice {
  std::uint32_t first = 0, second = 0;  ///< places in the snapshot, the lesser first
  geometry::Geometry where;             ///< EPSG:4490, valid; without parts narrower than `least_width_m`
  double area_m2 = 0;
};

/// A polygon of which others that precede it cover some: larger ones, of equal ones those whose positions
/// come first. So a place is counted as often as the polygons over it say, whatever lies elsewhere.
struct OwnLand {
  std::uint32_t item = 0;
  geometry::Geometry land;  ///< what none before it covers; empty when nothing is left
  double area_m2 = 0;
};

/// The land of a layer with each square metre counted once.
struct LandOnce {
  ExactSum gross_m2;                ///< each polygon whole
  ExactSum once_m2;                 ///< of the union
  std::vector<CoveredTwice> twice;  ///< by (first, second)
  std::vector<OwnLand> own;         ///< by item; all others are whole
};

struct LandOnceOptions {
  /// Overlaps in which no disc of this width fits are two neighbours' noise (DOMAIN 6) and counted for both:
  /// the union is too large by less than half the width times the length of such borders.
  double least_width_m = 0.002;
  std::size_t threads = base::default_threads();
};

/// Of the polygons of a snapshot, which must be valid; points and lines are passed over. Only where polygons
/// overlap is any geometry made, so it costs little more than the audit of a coverage. Deterministic on any
/// number of threads. Error(internal) names a feature that GEOS could not cut.
LandOnce land_once(const geodata::Snapshot& snapshot, const LandOnceOptions& options,
                   const base::Progress& progress = {});

}  // namespace caitu::analysis
