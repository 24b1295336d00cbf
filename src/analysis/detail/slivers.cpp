#include "analysis/detail/slivers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/detail/shape.hpp"
#include "geometry/join.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis::detail {
namespace {

using geometry::Geometry;
using geometry::GeometryView;
using geometry::Position;

/// The pieces of a feature, the rest behind those that are shared.
class Pieces {
 public:
  Pieces(const geodata::Snapshot& right, CutFeature& feature) : right_(right), feature_(feature) {}

  std::size_t count() const { return feature_.shared.size() + 1; }
  bool own(std::size_t piece) const {
    return piece == feature_.shared.size() ? !feature_.rest.empty()
                                           : feature_.shared[piece].land == Shared::Land::part;
  }
  GeometryView view(std::size_t piece) const {
    if (piece == feature_.shared.size()) return feature_.rest;
    const Shared& shared = feature_.shared[piece];
    return shared.land == Shared::Land::all_of_right ? right_.geometry(shared.right) : shared.part.view();
  }
  void put(std::size_t piece, Geometry&& geometry) {
    if (piece == feature_.shared.size()) {
      feature_.rest = std::move(geometry);
      return;
    }
    Shared& shared = feature_.shared[piece];
    shared.land = Shared::Land::part;
    shared.size = geometry::measure(geometry);
    shared.part = std::move(geometry);
  }
  void drop_empty() {
    std::erase_if(feature_.shared, [](const Shared& shared) {
      return shared.land == Shared::Land::part && shared.part.empty();
    });
  }

 private:
  const geodata::Snapshot& right_;
  CutFeature& feature_;
};

struct Narrow {
  std::size_t piece;
  Geometry part;
};

using Border = std::pair<Position, Position>;
bool lesser(const Border& a, const Border& b) {
  return a.first == b.first ? before(a.second, b.second) : before(a.first, b.first);
}

template <typename Visit>
void each_side(GeometryView land, Visit visit) {
  for (std::size_t path = 0; path < land.path_ends.size(); ++path) {
    const auto ring = land.path(path);
    for (std::size_t i = 1; i < ring.size(); ++i) visit(ring[i - 1], ring[i]);
  }
}

/// Length of the sides of `land` that run along those of `borders`, sorted, the other way round.
double common_border_m(const std::vector<Border>& borders, GeometryView land) {
  if (land.empty() || borders.empty()) return 0;
  const LocalMetres local(borders.front().first.lat);
  double length = 0;
  each_side(land, [&](Position from, Position to) {
    if (std::binary_search(borders.begin(), borders.end(), Border{to, from}, lesser))
      length += local.distance(from, to);
  });
  return length;
}

/// The piece that a narrow part has most border with, or `pieces.count()`.
std::size_t neighbour_of(const Narrow& narrow, const Pieces& pieces) {
  std::vector<Border> borders;
  each_side(narrow.part, [&](Position from, Position to) { borders.emplace_back(from, to); });
  std::sort(borders.begin(), borders.end(), lesser);
  std::size_t best = pieces.count();
  double longest = 0;
  for (std::size_t piece = 0; piece < pieces.count(); ++piece) {
    const double length = piece == narrow.piece ? 0 : common_border_m(borders, pieces.view(piece));
    if (length <= longest) continue;
    longest = length;
    best = piece;
  }
  return best;
}

void drop_narrow(Geometry& geometry, double width_m, SliverSums& sums) {
  ByWidth parts = by_width(geometry, width_m);
  if (parts.narrow.empty()) return;
  for (const Geometry& part : parts.narrow) {
    ++sums.count;
    sums.dropped += geometry::measure(part);
  }
  geometry = std::move(parts.wide);
}

}  // namespace

void settle_slivers(const Slivers& slivers, const geodata::Snapshot& right, CutFeature& feature) {
  if (!feature.cover.empty()) {
    drop_narrow(feature.cover, slivers.width_m, feature.slivers);
    return;
  }
  Pieces pieces(right, feature);
  std::vector<Narrow> narrow;
  for (std::size_t piece = 0; piece < pieces.count(); ++piece) {
    if (!pieces.own(piece)) continue;
    ByWidth parts = by_width(pieces.view(piece), slivers.width_m);
    if (parts.narrow.empty()) continue;
    for (Geometry& part : parts.narrow) narrow.push_back({piece, std::move(part)});
    pieces.put(piece, std::move(parts.wide));
  }
  for (const Narrow& one : narrow) {
    const double size = geometry::measure(one.part);
    ++feature.slivers.count;
    if (slivers.fate == Slivers::Fate::drop) {
      feature.slivers.dropped += size;
      continue;
    }
    std::size_t to = neighbour_of(one, pieces);
    if (to == pieces.count()) {
      --feature.slivers.count;
      to = one.piece;  // back where it was
    } else {
      feature.slivers.merged += size;
    }
    const std::array<GeometryView, 2> both{pieces.view(to), one.part.view()};
    pieces.put(to, geometry::united(both));
  }
  if (!narrow.empty()) pieces.drop_empty();
}

}  // namespace caitu::analysis::detail
