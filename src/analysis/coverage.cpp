#include "analysis/coverage.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

#include "analysis/detail/shape.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::analysis {
namespace {

using geodata::Snapshot;
using geometry::Kind;

constexpr std::size_t kItemsAtOnce = 4096;

using Found = std::vector<CoverageFinding>;

CoverageFinding finding(CoverageFlaw flaw, std::vector<std::size_t> items, const geometry::Geometry& where) {
  const double area = geometry::area_m2(where);
  return {flaw, std::move(items), geometry::oriented(where), area, 2 * area / geometry::length_m(where)};
}

void find_sliver(const Snapshot& snapshot, const CoverageOptions& options, std::size_t item, Found& found) {
  const auto land = snapshot.geometry(item);
  const double area = snapshot.area_m2(item);
  const double least = options.least_area_m2 ? options.least_area_m2(item) : 0;
  if (area >= least && 2 * area >= options.sliver_width_m * detail::outline_m(land)) return;
  found.push_back(finding(CoverageFlaw::sliver, {item}, geometry::copy(land)));
}

void find_overlaps(const Snapshot& snapshot, const CoverageOptions& options, std::size_t item, Found& found) {
  const geometry::Box box = snapshot.box(item);
  snapshot.tree().query(box, item + 1, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t other = first; other < last; ++other) {
      if (snapshot.kind(other) != Kind::polygon || !snapshot.box(other).intersects(box)) continue;
      const auto common = geometry::intersection(snapshot.geometry(item), snapshot.geometry(other));
      const auto where = detail::wide_parts(common, options.least_width_m);
      if (where.empty()) continue;
      const bool turned = snapshot.id(other) < snapshot.id(item);
      found.push_back(finding(CoverageFlaw::overlap, {turned ? other : item, turned ? item : other}, where));
    }
    return true;
  });
}

void sort_by_ids(const Snapshot& snapshot, Found& found) {
  const auto by_id = [&](std::size_t a, std::size_t b) { return snapshot.id(a) < snapshot.id(b); };
  std::stable_sort(found.begin(), found.end(), [&](const CoverageFinding& a, const CoverageFinding& b) {
    if (a.flaw != b.flaw) return a.flaw < b.flaw;
    return std::lexicographical_compare(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
                                        by_id);
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
  const std::size_t runs = (snapshot.size() + kItemsAtOnce - 1) / kItemsAtOnce;
  std::vector<Found> of_run(runs);
  base::parallel_for(runs, options.threads, [&](std::size_t run) {
    progress.check();
    const std::size_t end = std::min(snapshot.size(), (run + 1) * kItemsAtOnce);
    for (std::size_t item = run * kItemsAtOnce; item < end; ++item) {
      if (snapshot.kind(item) != Kind::polygon) continue;
      find_sliver(snapshot, options, item, of_run[run]);
      find_overlaps(snapshot, options, item, of_run[run]);
    }
  });
  Found found;
  for (Found& some : of_run) std::move(some.begin(), some.end(), std::back_inserter(found));
  sort_by_ids(snapshot, found);
  return limited(std::move(found), options.most);
}

}  // namespace caitu::analysis
