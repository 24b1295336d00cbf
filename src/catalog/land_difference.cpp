#include "catalog/land_difference.hpp"

#include <algorithm>
#include <atomic>

#include "base/workers.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::catalog {
namespace {

using geodata::Snapshot;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Kind;

/// Changes are measured in runs of this many; between two of them somebody may ask to stop.
constexpr std::size_t kRunChanges = 64;

/// One edition as the other one's land is held against it.
struct Side {
  const Snapshot& snapshot;
  std::vector<std::uint64_t> touched;  ///< ids of this side's changed features, in order

  bool is_touched(std::uint64_t id) const { return std::binary_search(touched.begin(), touched.end(), id); }
};

Geometry outside(GeometryView land, GeometryView zone) {
  if (land.empty() || zone.empty()) return geometry::copy(land);
  return geometry::Zone(zone).outside(land);
}

/// Takes off `rest` what features of `snapshot` cover that `takes` says yes to.
template <typename Takes>
void take_off(Geometry& rest, const Snapshot& snapshot, const Takes& takes) {
  const geometry::Box box = geometry::box_of(rest);
  snapshot.tree().query(box, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last && !rest.empty(); ++item) {
      if (snapshot.kind(item) != Kind::polygon || !snapshot.box(item).intersects(geometry::box_of(rest)) ||
          !takes(snapshot.id(item)))
        continue;
      rest = outside(rest, snapshot.geometry(item));
    }
    return !rest.empty();
  });
}

struct Measured {
  double pair_m2 = 0;   ///< what the feature covers here and not there
  double whole_m2 = 0;  ///< what of it nobody covers there, and no feature of lesser id here
};

/// Land of an item that the same feature's item on the other side, if any, does not cover.
Measured measure(const Side& here, std::size_t item, const Side& there, std::optional<std::size_t> same) {
  if (here.snapshot.kind(item) != Kind::polygon) return {};
  const std::uint64_t id = here.snapshot.id(item);
  Geometry rest = same ? outside(here.snapshot.geometry(item), there.snapshot.geometry(*same))
                       : geometry::copy(here.snapshot.geometry(item));
  Measured measured{.pair_m2 = same ? geometry::area_m2(rest) : here.snapshot.area_m2(item), .whole_m2 = 0};
  if (rest.empty()) return measured;
  take_off(rest, there.snapshot, [&](std::uint64_t other) { return other != id; });
  // An untouched feature covers its land on both sides, so only touched ones can hold the same new land.
  take_off(rest, here.snapshot, [&](std::uint64_t other) { return other < id && here.is_touched(other); });
  measured.whole_m2 = geometry::area_m2(rest);
  return measured;
}

void measure(FeatureChange& change, const Side& before, const Side& after) {
  if (change.before) change.before_m2 = before.snapshot.area_m2(*change.before);
  if (change.after) change.after_m2 = after.snapshot.area_m2(*change.after);
  if (change.change == Change::attributes) return;
  if (change.after) {
    const Measured gained = measure(after, *change.after, before, change.before);
    change.gained_m2 = gained.pair_m2;
    change.fresh_m2 = gained.whole_m2;
  }
  if (change.before) {
    const Measured lost = measure(before, *change.before, after, change.after);
    change.lost_m2 = lost.pair_m2;
    change.gone_m2 = lost.whole_m2;
  }
}

}  // namespace

void measure_land(EditionDifference& difference, std::size_t threads, const base::Progress& progress) {
  Side before{*difference.before->snapshot, {}}, after{*difference.after->snapshot, {}};
  for (const FeatureChange& change : difference.changes) {
    if (change.change == Change::attributes) continue;
    if (change.before) before.touched.push_back(change.id);
    if (change.after) after.touched.push_back(change.id);
  }
  auto& changes = difference.changes;
  std::atomic<std::size_t> done = 0;
  base::parallel_for((changes.size() + kRunChanges - 1) / kRunChanges, threads, [&](std::size_t run) {
    progress.check();
    const std::size_t last = std::min(changes.size(), (run + 1) * kRunChanges);
    for (std::size_t i = run * kRunChanges; i < last; ++i) measure(changes[i], before, after);
    progress.at("measuring land", done += last - run * kRunChanges, changes.size());
  });
}

}  // namespace caitu::catalog
