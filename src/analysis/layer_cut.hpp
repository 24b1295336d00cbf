#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
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
  double size = 0;          ///< as geometry::measure
};

/// How pairs were settled.
struct PairCounts {
  std::uint64_t met = 0;               ///< whose boxes meet
  std::uint64_t apart = 0, whole = 0;  ///< no land in common; all of one of the two
  std::uint64_t outlines = 0, overlay = 0,
                grid = 0;  ///< cut from coordinates alone, by GEOS, by GEOS on its grid

  PairCounts& operator+=(const PairCounts& other);
};

/// What becomes of slivers, the parts of pieces in which no disc of a width fits: noise of two outlines that
/// were meant to be one.
struct Slivers {
  enum class Fate : std::uint8_t { keep, drop, merge };
  Fate fate = Fate::keep;
  double width_m = 0.1;
};
struct SliverSums {
  std::uint32_t count = 0;
  double dropped = 0, merged = 0;  ///< m²
};

/// One feature with another layer laid over it: what each partner shares with it and what none of them
/// covers.
struct CutFeature {
  std::vector<Shared> shared;  ///< by `right`, ascending
  geometry::Geometry rest;     ///< valid, canonical; empty when nothing is left, or when `whole`
  geometry::Geometry cover;    ///< what partners cover together; empty when `whole` or `covered_whole`
  bool whole = false;          ///< nothing was taken off
  bool covered_whole = false;  ///< nothing is left
  /// Of the feature as it was, of what partners took that none before had taken, and of what is left; each
  /// measured by itself, as geometry::measure. The first is the sum of the other two but for the rounding of
  /// new corners.
  double size = 0, covered = 0, rest_size = 0;
  SliverSums slivers;    ///< taken out of the above; sizes are of before
  PairCounts pairs;      ///< of `shared`; else `met` alone
  bool on_grid = false;  ///< GEOS had to move it onto its grid of 1e-9 degrees, or a partner
  std::string failure;   ///< why the feature could not be cut; all else but `size` is then empty
};

struct LayerCutOptions {
  std::size_t threads = base::default_threads();
  std::uint64_t memory = std::uint64_t{1} << 30;  ///< bytes, for all threads together
  /// What is worked out of each feature beside its rest and its sizes.
  bool shared = true, cover = false;
  Slivers slivers = {};  ///< of polygons; merged only into what is worked out
  /// Of `left`; others are passed over.
  std::size_t first_item = 0, last_item = std::numeric_limits<std::size_t>::max();
};

/// Takes what becomes of a run of features, item by item in their order.
class CutTaker {
 public:
  virtual ~CutTaker() = default;
  virtual void take(std::size_t item, CutFeature&& cut) = 0;
};

/// Cuts every feature of `left` by the polygons of `right`. Runs of features near each other go to a taker
/// each, which `make` makes; both on any thread. Then done(taker, next), in the order of items, on the
/// calling thread: all items before `next` have been taken. The same results on any number of threads and
/// with any memory. Features without a geometry are passed over, and on the right points and lines. All must
/// be valid, as import publishes them.
void cut_layer(const geodata::Snapshot& left, const geodata::Snapshot& right, const LayerCutOptions& options,
               const std::function<std::unique_ptr<CutTaker>()>& make,
               const std::function<void(CutTaker& taker, std::size_t next)>& done,
               const base::Progress& progress = {});

}  // namespace caitu::analysis
