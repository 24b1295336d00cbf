#include "analysis/coverage.hpp"

#include <algorithm>
#include <iterator>

#include "analysis/detail/gaps.hpp"
#include "analysis/detail/overlaps.hpp"
#include "analysis/detail/shape.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis {
namespace {

using geodata::Snapshot;
using geometry::Kind;

constexpr std::size_t kItemsAtOnce = 4096;
constexpr std::string_view kStage = "auditing the coverage";
constexpr std::uint64_t kSteps = 4;

using Found = std::vector<CoverageFinding>;

CoverageFinding finding(CoverageFlaw flaw, std::vector<std::size_t> items, geometry::GeometryView land) {
  CoverageFinding found{flaw, std::move(items), geometry::oriented(land)};
  found.area_m2 = geometry::area_m2(found.where);
  found.width_m = 2 * found.area_m2 / geometry::length_m(found.where);
  return found;
}

std::vector<std::size_t> in_id_order(const Snapshot& snapshot, std::vector<std::size_t> items) {
  std::sort(items.begin(), items.end(),
            [&](std::size_t a, std::size_t b) { return snapshot.id(a) < snapshot.id(b); });
  return items;
}

Found find_slivers(const Snapshot& snapshot, const CoverageOptions& options, const base::Progress& progress) {
  std::vector<std::vector<std::size_t>> runs((snapshot.size() + kItemsAtOnce - 1) / kItemsAtOnce);
  base::parallel_for(runs.size(), options.threads, [&](std::size_t run) {
    progress.check();
    const std::size_t end = std::min(snapshot.size(), (run + 1) * kItemsAtOnce);
    for (std::size_t item = run * kItemsAtOnce; item < end; ++item) {
      if (snapshot.kind(item) != Kind::polygon) continue;
      const double area = snapshot.area_m2(item);
      const double least = options.least_area_m2 ? options.least_area_m2(item) : 0;
      const double outline = detail::outline_m(snapshot.geometry(item));
      if (area < least || 2 * area < options.sliver_width_m * outline) runs[run].push_back(item);
    }
  });
  Found found;
  for (const auto& run : runs) {
    for (const std::size_t item : run)
      found.push_back(finding(CoverageFlaw::sliver, {item}, snapshot.geometry(item)));
  }
  return found;
}

Found find_overlaps_and_gaps(const Snapshot& snapshot, const CoverageOptions& options,
                             const base::Progress& progress) {
  const double tolerance = options.least_width_m / 2;
  progress.at(kStage, 0, kSteps);
  const auto edges = detail::unshared_edges(snapshot, options.least_width_m, options.threads, progress);
  const auto arcs = detail::noded(edges, tolerance, options.threads, progress);
  const detail::ArcGraph graph(arcs);
  progress.at(kStage, 1, kSteps);
  Found found;
  for (const detail::Overlap& overlap :
       detail::overlaps(snapshot, arcs, graph, options.least_width_m, options.threads, progress)) {
    const auto [first, second] = overlap.items;
    found.push_back(finding(CoverageFlaw::overlap, in_id_order(snapshot, {first, second}), overlap.where));
  }
  progress.at(kStage, 2, kSteps);
  for (const detail::Gap& gap :
       detail::gaps(snapshot, arcs, graph, options.least_width_m, options.threads, progress)) {
    auto one =
        finding(CoverageFlaw::gap, in_id_order(snapshot, {gap.items.begin(), gap.items.end()}), gap.where);
    if (options.coverage || one.area_m2 < options.largest_gap_m2 || one.width_m < options.widest_gap_m)
      found.push_back(std::move(one));
  }
  return found;
}

void sort_by_ids(const Snapshot& snapshot, Found& found) {
  const auto lesser = [&](std::size_t a, std::size_t b) { return snapshot.id(a) < snapshot.id(b); };
  std::stable_sort(found.begin(), found.end(), [&](const CoverageFinding& a, const CoverageFinding& b) {
    if (a.flaw != b.flaw) return a.flaw < b.flaw;
    return std::lexicographical_compare(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
                                        lesser);
  });
}

CoverageFindings limited(Found found, std::size_t most) {
  CoverageFindings result;
  std::array<std::size_t, 3> kept{};
  for (CoverageFinding& one : found) {
    const auto flaw = static_cast<std::size_t>(one.flaw);
    if (kept[flaw] == most) {
      ++result.left_out[flaw];
      continue;
    }
    ++kept[flaw];
    result.list.push_back(std::move(one));
  }
  return result;
}

}  // namespace

std::string_view name(CoverageFlaw flaw) {
  switch (flaw) {
    case CoverageFlaw::overlap:
      return "overlap";
    case CoverageFlaw::gap:
      return "gap";
    case CoverageFlaw::sliver:
      break;
  }
  return "sliver";
}

CoverageFindings coverage_findings(const Snapshot& snapshot, const CoverageOptions& options,
                                   const base::Progress& progress) {
  Found found = find_overlaps_and_gaps(snapshot, options, progress);
  progress.at(kStage, 3, kSteps);
  Found slivers = find_slivers(snapshot, options, progress);
  std::move(slivers.begin(), slivers.end(), std::back_inserter(found));
  sort_by_ids(snapshot, found);
  return limited(std::move(found), options.most);
}

}  // namespace caitu::analysis
