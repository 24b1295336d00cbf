#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "base/workers.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::analysis {

/// Where a layer of land is no coverage: land covered twice, land left open between parcels, parcels too
/// small or too narrow to be any.
enum class CoverageFlaw : std::uint8_t { overlap, gap, sliver };
std::string_view name(CoverageFlaw flaw);

struct CoverageFinding {
  CoverageFlaw flaw = CoverageFlaw::overlap;
  /// Places in the snapshot, by feature id: the two that overlap; those that border on the gap; the sliver.
  std::vector<std::size_t> items;
  /// EPSG:4490, valid, canonical: all land that the two cover both, the land left open, the sliver itself.
  geometry::Geometry where;
  double area_m2 = 0;  ///< of `where`, on the ellipsoid
  /// Mean width of `where`: 2 · area / length of its outline. A strip's width; half the side of a square.
  double width_m = 0;
};

struct CoverageOptions {
  /// Overlaps and gaps in which no disc of this width fits are numeric noise (DOMAIN 6). Neighbours are held
  /// to meet where they come within half of it.
  double least_width_m = 0.002;
  /// True: the layer is meant to leave no land open (DLTB), so every enclosed hole is a gap. False: only
  /// those that nobody meant, below either of the next two; whatever is larger is open land.
  bool coverage = true;
  double largest_gap_m2 = 1;  ///< judgement: no use of land is that small
  double widest_gap_m = 0.5;  ///< judgement: mean width; no ditch or path between two fields is that narrow
  /// Mean width below which a feature is a sliver. Half of the 2 m below which a linear thing is not mapped
  /// apart in the north (FACTS 2.1), so that a road of 2 m is none.
  double sliver_width_m = 1;
  /// Area below which item is a sliver, by its class (FACTS 2.3); 0 where width alone judges it, as
  /// everywhere when there is no function. Called from many threads.
  std::function<double(std::size_t item)> least_area_m2;
  std::size_t most = 100'000;  ///< findings of each flaw to return; the rest is counted
  std::size_t threads = base::default_threads();
};

struct CoverageFindings {
  std::vector<CoverageFinding> list;        ///< by (flaw, ids)
  std::array<std::uint64_t, 3> left_out{};  ///< of each flaw, past `most`; the last ones by that order
};

/// Audits the polygons of a layer, which must be valid (as import publishes them); points, lines and features
/// without a geometry are passed over. Each pair that overlaps is one finding, each hole is one, each sliver
/// is one. Deterministic on any number of threads.
CoverageFindings coverage_findings(const geodata::Snapshot& snapshot, const CoverageOptions& options,
                                   const base::Progress& progress = {});

}  // namespace caitu::analysis
