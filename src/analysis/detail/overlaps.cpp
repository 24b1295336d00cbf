#include "analysis/detail/overlaps.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "analysis/detail/cover.hpp"
#include "analysis/detail/shape.hpp"
#include "base/workers.hpp"
#include "geometry/zone.hpp"

namespace caitu::analysis::detail {
namespace {

using geodata::Snapshot;
using geometry::Geometry;
using geometry::Position;

constexpr double kBesideM = 1e-6;  // some hundred roundings of a coordinate, and a thousandth of what counts
constexpr std::size_t kPairsAtOnce = 256;

ItemPair ordered(std::uint32_t a, std::uint32_t b) { return {std::min(a, b), std::max(a, b)}; }

void make_unique(std::vector<ItemPair>& pairs) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

/// To the left of an arc's middle.
Position left_of(const Arcs& arcs, const Arc& arc, double off_m) {
  const Position a = arcs.nodes[arc.from], b = arcs.nodes[arc.to];
  const LocalMetres local(a.lat);
  const double x = local.x(b.lon - a.lon), y = local.y(b.lat - a.lat), length = local.distance(a, b);
  return local.moved({a.lon + (b.lon - a.lon) / 2, a.lat + (b.lat - a.lat) / 2}, -y / length * off_m,
                     x / length * off_m);
}

/// Places that stand for the land to the left of all arcs. Along a chain it is covered equally often, so one
/// place would do; an arc that comes near another item's has its own, close by and half of what counts away,
/// for it may be bent by as much.
std::vector<Position> places_to_ask(const Arcs& arcs, const ArcGraph& graph, double least_width_m) {
  std::vector<Position> places;
  graph.each_chain([&](const ArcGraph::Walk& chain) {
    const auto length = [&](std::uint32_t arc) {
      const Position a = arcs.nodes[arcs.arcs[arc].from], b = arcs.nodes[arcs.arcs[arc].to];
      return std::abs(a.lon - b.lon) + std::abs(a.lat - b.lat);
    };
    bool asked = false;
    for (const std::uint32_t arc : chain) {
      if (!arcs.arcs[arc].met) continue;
      places.push_back(left_of(arcs, arcs.arcs[arc], kBesideM));
      places.push_back(left_of(arcs, arcs.arcs[arc], least_width_m / 2));
      asked = true;
    }
    if (asked) return;
    const auto longest = *std::max_element(
        chain.begin(), chain.end(), [&](std::uint32_t a, std::uint32_t b) { return length(a) < length(b); });
    places.push_back(left_of(arcs, arcs.arcs[longest], kBesideM));
  });
  return places;
}

std::vector<ItemPair> first_pairs(const Snapshot& snapshot, const Arcs& arcs, const ArcGraph& graph,
                                  double least_width_m, std::size_t threads, const base::Progress& progress) {
  std::vector<ItemPair> pairs;
  for (const auto& [a, b] : arcs.doubled) pairs.push_back(ordered(a, b));
  const auto covers = covers_of(snapshot, places_to_ask(arcs, graph, least_width_m), threads, progress);
  for (std::size_t first = 0, last = 0; first < covers.size(); first = last) {
    while (last < covers.size() && covers[last].place == covers[first].place) ++last;
    for (std::size_t a = first; a < last; ++a) {
      for (std::size_t b = a + 1; b < last; ++b) pairs.emplace_back(covers[a].item, covers[b].item);
    }
  }
  make_unique(pairs);
  return pairs;
}

bool same(geometry::GeometryView a, geometry::GeometryView b) {
  return std::ranges::equal(a.positions, b.positions) && std::ranges::equal(a.path_ends, b.path_ends) &&
         std::ranges::equal(a.part_ends, b.part_ends);
}

/// The overlaps among pairs that have their first item in common.
std::vector<Overlap> among(const Snapshot& snapshot, std::span<const ItemPair> pairs, double least_width_m) {
  std::vector<Overlap> found;
  const auto shared = snapshot.geometry(pairs.front().first);
  std::optional<geometry::Zone> zone;
  const auto common_with = [&](geometry::GeometryView other) -> Geometry {
    if (same(shared, other)) return geometry::copy(other);
    if (!zone) zone.emplace(shared);
    geometry::Cut cut = zone->cut(other);
    return cut.share == geometry::Share::all ? geometry::copy(other) : std::move(cut.inside);
  };
  for (const auto& [first, second] : pairs) {
    Geometry wide = wide_parts(common_with(snapshot.geometry(second)), least_width_m);
    if (!wide.empty()) found.push_back({ordered(first, second), std::move(wide)});
  }
  return found;
}

std::vector<Overlap> tested(const Snapshot& snapshot, std::vector<ItemPair> pairs, double least_width_m,
                            std::size_t threads, const base::Progress& progress) {
  // A polygon is prepared once for its pairs: the one of more positions.
  const auto weight = [&](std::uint32_t item) { return snapshot.geometry(item).positions.size(); };
  for (auto& [first, second] : pairs) {
    if (weight(first) < weight(second)) std::swap(first, second);
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<std::span<const ItemPair>> runs;
  for (std::size_t first = 0, last = 0; first < pairs.size(); first = last) {
    while (last < pairs.size() && pairs[last].first == pairs[first].first && last - first < kPairsAtOnce)
      ++last;
    runs.push_back(std::span(pairs).subspan(first, last - first));
  }
  std::vector<std::vector<Overlap>> of_run(runs.size());
  base::parallel_for(runs.size(), threads, [&](std::size_t run) {
    progress.check();
    of_run[run] = among(snapshot, runs[run], least_width_m);
  });
  std::vector<Overlap> found;
  for (auto& some : of_run) std::move(some.begin(), some.end(), std::back_inserter(found));
  return found;
}

std::vector<ItemPair> pairs_around(const Snapshot& snapshot, std::uint32_t item) {
  std::vector<ItemPair> pairs;
  snapshot.tree().query(snapshot.box(item), 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t other = first; other < last; ++other) {
      if (other != item && snapshot.kind(other) == geometry::Kind::polygon)
        pairs.push_back(ordered(item, static_cast<std::uint32_t>(other)));
    }
    return true;
  });
  return pairs;
}

}  // namespace

std::vector<Overlap> overlaps(const Snapshot& snapshot, const Arcs& arcs, const ArcGraph& graph,
                              double least_width_m, std::size_t threads, const base::Progress& progress) {
  std::vector<Overlap> all;
  std::vector<ItemPair> done;
  std::unordered_set<std::uint32_t> expanded;
  std::vector<ItemPair> pairs = first_pairs(snapshot, arcs, graph, least_width_m, threads, progress);
  while (!pairs.empty()) {
    std::vector<Overlap> found = tested(snapshot, pairs, least_width_m, threads, progress);
    const auto middle = done.insert(done.end(), pairs.begin(), pairs.end());
    std::inplace_merge(done.begin(), middle, done.end());
    std::vector<ItemPair> around;
    for (const Overlap& one : found) {
      for (const std::uint32_t item : {one.items.first, one.items.second}) {
        if (!expanded.insert(item).second) continue;
        const auto some = pairs_around(snapshot, item);
        around.insert(around.end(), some.begin(), some.end());
      }
    }
    make_unique(around);
    pairs.clear();
    std::set_difference(around.begin(), around.end(), done.begin(), done.end(), std::back_inserter(pairs));
    std::move(found.begin(), found.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const Overlap& a, const Overlap& b) { return a.items < b.items; });
  return all;
}

}  // namespace caitu::analysis::detail
