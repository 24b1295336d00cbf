#include "analysis/detail/cover.hpp"

#include <algorithm>

#include "base/workers.hpp"

namespace caitu::analysis::detail {
namespace {

using geodata::Snapshot;
using geometry::GeometryView;
using geometry::Position;

constexpr std::size_t kPlacesAtOnce = 4096;
constexpr std::size_t kManyPositions = 256;  // an index is worth its making above these
constexpr std::size_t kManyPlaces = 8;
constexpr std::size_t kSidesPerSlab = 4;

/// A polygon's sides by the slabs of latitude that they cross.
class Slabs {
 public:
  explicit Slabs(GeometryView polygon) : box_(geometry::box_of(polygon)) {
    const std::size_t slabs = 1 + polygon.positions.size() / kSidesPerSlab;
    height_ = (box_.max_lat - box_.min_lat) / static_cast<double>(slabs);
    begins_.assign(slabs + 1, 0);
    each_side(polygon, [&](std::size_t slab, const Side&) { ++begins_[slab + 1]; });
    for (std::size_t slab = 0; slab < slabs; ++slab) begins_[slab + 1] += begins_[slab];
    sides_.resize(begins_.back());
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    each_side(polygon, [&](std::size_t slab, const Side& side) { sides_[next[slab]++] = side; });
  }

  bool covers(Position p) const {
    if (!box_.contains(p)) return false;
    const std::size_t slab = slab_of(p.lat);
    bool inside = false;
    for (std::size_t i = begins_[slab]; i < begins_[slab + 1]; ++i) {
      const auto [a, b] = sides_[i];
      if ((a.lat > p.lat) == (b.lat > p.lat)) continue;
      const double cross = (a.lon - p.lon) * (b.lat - p.lat) - (a.lat - p.lat) * (b.lon - p.lon);
      if ((cross > 0) == (b.lat > a.lat)) inside = !inside;
    }
    return inside;
  }

 private:
  struct Side {
    Position a, b;
  };

  std::size_t slab_of(double lat) const {
    const double slab = height_ > 0 ? (lat - box_.min_lat) / height_ : 0;
    return std::min(static_cast<std::size_t>(std::max(slab, 0.0)), begins_.size() - 2);
  }
  template <typename Put>
  void each_side(GeometryView polygon, Put put) const {
    for (std::size_t path = 0; path < polygon.path_ends.size(); ++path) {
      const auto ring = polygon.path(path);
      for (std::size_t i = 1; i < ring.size(); ++i) {
        const auto [low, high] = std::minmax(ring[i - 1].lat, ring[i].lat);
        for (std::size_t slab = slab_of(low), last = slab_of(high); slab <= last; ++slab)
          put(slab, Side{ring[i - 1], ring[i]});
      }
    }
  }

  geometry::Box box_;
  double height_ = 0;
  std::vector<std::size_t> begins_;
  std::vector<Side> sides_;
};

struct Found {
  std::vector<Cover> covers;
  std::vector<Cover> asked;  ///< of polygons of many positions
};

Found of_run(const Snapshot& snapshot, const std::vector<Position>& places, std::size_t run) {
  Found found;
  const geometry::TreeView& tree = snapshot.tree();
  const std::size_t end = std::min(places.size(), (run + 1) * kPlacesAtOnce);
  for (std::size_t place = run * kPlacesAtOnce; place < end; ++place) {
    const Position p = places[place];
    tree.query({p.lon, p.lat, p.lon, p.lat}, 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last; ++item) {
        if (snapshot.kind(item) != geometry::Kind::polygon) continue;
        const Cover cover{static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(item)};
        const GeometryView land = snapshot.geometry(item);
        if (land.positions.size() > kManyPositions) {
          found.asked.push_back(cover);
        } else if (geometry::covers(land, p)) {
          found.covers.push_back(cover);
        }
      }
      return true;
    });
  }
  return found;
}

/// What was asked of one polygon.
std::vector<Cover> answered(const Snapshot& snapshot, const std::vector<Position>& places,
                            std::span<const Cover> asked) {
  std::vector<Cover> covers;
  const GeometryView land = snapshot.geometry(asked.front().item);
  if (asked.size() < kManyPlaces) {
    std::copy_if(asked.begin(), asked.end(), std::back_inserter(covers),
                 [&](const Cover& cover) { return geometry::covers(land, places[cover.place]); });
  } else {
    const Slabs slabs(land);
    std::copy_if(asked.begin(), asked.end(), std::back_inserter(covers),
                 [&](const Cover& cover) { return slabs.covers(places[cover.place]); });
  }
  return covers;
}

}  // namespace

std::vector<Cover> covers_of(const Snapshot& snapshot, const std::vector<Position>& places,
                             std::size_t threads, const base::Progress& progress) {
  std::vector<Found> runs((places.size() + kPlacesAtOnce - 1) / kPlacesAtOnce);
  base::parallel_for(runs.size(), threads, [&](std::size_t run) {
    progress.check();
    runs[run] = of_run(snapshot, places, run);
  });
  std::vector<Cover> covers, asked;
  for (const Found& found : runs) {
    covers.insert(covers.end(), found.covers.begin(), found.covers.end());
    asked.insert(asked.end(), found.asked.begin(), found.asked.end());
  }
  runs.clear();
  std::sort(asked.begin(), asked.end(), [](const Cover& a, const Cover& b) {
    return a.item != b.item ? a.item < b.item : a.place < b.place;
  });
  std::vector<std::span<const Cover>> of_item;
  for (std::size_t first = 0, last = 0; first < asked.size(); first = last) {
    while (last < asked.size() && asked[last].item == asked[first].item) ++last;
    of_item.push_back(std::span(asked).subspan(first, last - first));
  }
  std::vector<std::vector<Cover>> answers(of_item.size());
  base::parallel_for(of_item.size(), threads, [&](std::size_t i) {
    progress.check();
    answers[i] = answered(snapshot, places, of_item[i]);
  });
  for (const auto& some : answers) covers.insert(covers.end(), some.begin(), some.end());
  std::sort(covers.begin(), covers.end());
  return covers;
}

}  // namespace caitu::analysis::detail
