#include "catalog/nearness.hpp"

#include <algorithm>

#include "base/workers.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::catalog {
namespace {

using geometry::Box;
using geometry::GeometryView;
using geometry::Kind;

constexpr double kTooFar = -1;
constexpr std::size_t kRunRows = 64;

/// The farthest that a position of `from` lies from `to`; stops looking past `reach_m`.
double spread_m(GeometryView from, GeometryView to, double reach_m) {
  double farthest = 0;
  for (const geometry::Position& p : from.positions) {
    farthest = std::max(farthest, geometry::distance_m(p, to));
    if (farthest > reach_m) break;
  }
  return farthest;
}

double overlap(GeometryView a, double a_m2, GeometryView b, double b_m2, double least) {
  const double most = std::max(a_m2, b_m2);
  if (most <= 0 || std::min(a_m2, b_m2) < least * most) return kTooFar;
  const Box one = geometry::box_of(a), other = geometry::box_of(b);
  const Box both{std::max(one.min_lon, other.min_lon), std::max(one.min_lat, other.min_lat),
                 std::min(one.max_lon, other.max_lon), std::min(one.max_lat, other.max_lat)};
  // What they share lies in both boxes.
  if (both.empty() || geometry::area_m2(geometry::make_box(both)) < least * most) return kTooFar;
  const double shared = geometry::Zone(a).area_inside_m2(b);
  const double share = shared / (a_m2 + b_m2 - shared);
  return share >= least ? share : kTooFar;
}

Box search_box(GeometryView land, double reach_m) {
  Box box = geometry::box_of(land);
  if (land.kind == Kind::polygon || box.empty()) return box;
  Box wide = geometry::box_around({box.min_lon, box.min_lat}, reach_m);
  wide.grow(geometry::box_around({box.max_lon, box.max_lat}, reach_m));
  return wide;
}

}  // namespace

double nearness(GeometryView a, double a_m2, GeometryView b, double b_m2, const MatchOptions& options) {
  if (a.kind != b.kind || a.empty() || b.empty()) return kTooFar;
  if (a.kind == Kind::polygon) return overlap(a, a_m2, b, b_m2, options.least_overlap);
  double distance = spread_m(a, b, options.reach_m);
  if (distance <= options.reach_m) distance = std::max(distance, spread_m(b, a, options.reach_m));
  return distance <= options.reach_m ? 1 - distance / options.reach_m : kTooFar;
}

std::vector<NearPair> near_pairs(const std::vector<std::size_t>& claims, const LandOf& land,
                                 const geodata::Snapshot& snapshot,
                                 const std::function<bool(std::size_t item)>& open,
                                 const MatchOptions& options) {
  std::vector<std::vector<NearPair>> runs((claims.size() + kRunRows - 1) / kRunRows);
  const auto look = [&](std::size_t claim, std::vector<NearPair>& found) {
    const geometry::Geometry here = land(claim);
    if (here.empty()) return;
    const double here_m2 = geometry::area_m2(here);
    snapshot.tree().query(
        search_box(here, options.reach_m), 0, [&](std::size_t first, std::size_t last, bool) {
          for (std::size_t item = first; item < last; ++item) {
            if (!open(item)) continue;
            const double near =
                nearness(snapshot.geometry(item), snapshot.area_m2(item), here, here_m2, options);
            if (near >= 0) found.push_back({claim, item, near});
          }
          return true;
        });
  };
  base::parallel_for(runs.size(), options.threads, [&](std::size_t run) {
    const std::size_t end = std::min(claims.size(), (run + 1) * kRunRows);
    for (std::size_t row = run * kRunRows; row < end; ++row) look(claims[row], runs[run]);
  });
  std::vector<NearPair> all;
  for (const auto& run : runs) all.insert(all.end(), run.begin(), run.end());
  return all;
}

}  // namespace caitu::catalog
