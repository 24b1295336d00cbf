#include "analysis/land_once.hpp"

#include <algorithm>
#include <span>

#include "analysis/detail/overlaps.hpp"
#include "base/error.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::analysis {
namespace {

using geodata::Snapshot;

std::vector<CoveredTwice> covered_twice(const Snapshot& snapshot, const LandOnceOptions& options,
                                        const base::Progress& progress) {
  const auto edges = detail::unshared_edges(snapshot, options.least_width_m, options.threads, progress);
  const auto arcs = detail::noded(edges, options.least_width_m / 2, options.threads, progress);
  const detail::ArcGraph graph(arcs);
  auto overlaps = detail::overlaps(snapshot, arcs, graph, options.least_width_m, options.threads, progress);
  std::vector<CoveredTwice> twice;
  twice.reserve(overlaps.size());
  for (detail::Overlap& overlap : overlaps) {
    const double area = geometry::area_m2(overlap.where);
    twice.push_back({overlap.items.first, overlap.items.second, std::move(overlap.where), area});
  }
  return twice;
}

/// Which of two polygons keeps land that both cover: told by what they are and not by where they stand, for
/// where three meet and two of them only by noise, it decides how often their land is counted.
bool precedes(const Snapshot& snapshot, std::uint32_t a, std::uint32_t b) {
  if (snapshot.area_m2(a) != snapshot.area_m2(b)) return snapshot.area_m2(a) > snapshot.area_m2(b);
  const auto first = snapshot.geometry(a).positions, second = snapshot.geometry(b).positions;
  if (std::ranges::equal(first, second)) return a < b;
  return std::ranges::lexicographical_compare(first, second, geometry::before);
}

/// What those before it leave of a polygon.
OwnLand own_land(const Snapshot& snapshot,
                 std::span<const std::pair<std::uint32_t, std::uint32_t>> before) try {
  OwnLand own{.item = before.front().first, .land = geometry::copy(snapshot.geometry(before.front().first))};
  for (const auto& [item, earlier] : before) {
    if (own.land.empty()) break;
    geometry::Cut cut = geometry::Zone(snapshot.geometry(earlier)).cut(own.land);
    if (cut.share == geometry::Share::none) continue;
    own.land = std::move(cut.outside);
  }
  own.area_m2 = geometry::area_m2(own.land);
  return own;
} catch (const base::Error& error) {
  throw base::Error(base::Code::internal, "taking the land of others off feature " +
                                              std::to_string(snapshot.id(before.front().first)) +
                                              " failed: " + error.what());
}

std::vector<OwnLand> own_lands(const Snapshot& snapshot, const std::vector<CoveredTwice>& twice,
                               const LandOnceOptions& options, const base::Progress& progress) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;  // of an item with one that precedes it
  for (const CoveredTwice& pair : twice) {
    const bool first = precedes(snapshot, pair.first, pair.second);
    pairs.emplace_back(first ? pair.second : pair.first, first ? pair.first : pair.second);
  }
  std::ranges::sort(pairs, [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : precedes(snapshot, a.second, b.second);
  });
  std::vector<std::span<const std::pair<std::uint32_t, std::uint32_t>>> of_item;
  for (std::size_t first = 0, last = 0; first < pairs.size(); first = last) {
    while (last < pairs.size() && pairs[last].first == pairs[first].first) ++last;
    of_item.push_back(std::span(pairs).subspan(first, last - first));
  }
  std::vector<OwnLand> own(of_item.size());
  base::parallel_for(of_item.size(), options.threads, [&](std::size_t at) {
    progress.check();
    own[at] = own_land(snapshot, of_item[at]);
  });
  return own;
}

}  // namespace

LandOnce land_once(const Snapshot& snapshot, const LandOnceOptions& options, const base::Progress& progress) {
  LandOnce result;
  result.twice = covered_twice(snapshot, options, progress);
  result.own = own_lands(snapshot, result.twice, options, progress);
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    if (snapshot.kind(item) == geometry::Kind::polygon) result.gross_m2.add(snapshot.area_m2(item));
  }
  result.once_m2.add(result.gross_m2);
  for (const OwnLand& own : result.own) result.once_m2.add(own.area_m2 - snapshot.area_m2(own.item));
  return result;
}

}  // namespace caitu::analysis
