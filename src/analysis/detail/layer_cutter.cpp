#include "analysis/detail/layer_cutter.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/error.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis::detail {
namespace {

using geometry::Box;
using geometry::Cut;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Position;
using geometry::Zone;

// A feature with more positions, or more partners, is first divided: what is left of it would be walked along
// anew for each partner.
constexpr std::size_t kManyPositions = 256;
constexpr std::size_t kManyPartners = 24;
constexpr std::size_t kFewPartners = 12;

/// What a zone takes, its index and GEOS's copy with it, for each position.
constexpr std::uint64_t kBytesAPosition = 64, kBytesAZone = 512;

double length_of(const Box& box, bool by_lon) {
  return by_lon ? box.max_lon - box.min_lon : box.max_lat - box.min_lat;
}

/// Where to divide land across: in the widest gap between its corners near the middle, so that the line meets
/// none.
double dividing_line(GeometryView land, const Box& box, bool by_lon) {
  const double low = by_lon ? box.min_lon : box.min_lat, size = length_of(box, by_lon);
  std::vector<double> places{low + 0.4 * size, low + 0.6 * size};
  for (const Position p : land.positions) {
    const double at = by_lon ? p.lon : p.lat;
    if (at > places[0] && at < places[1]) places.push_back(at);
  }
  std::ranges::sort(places);
  std::size_t widest = 1;
  for (std::size_t i = 2; i < places.size(); ++i) {
    if (places[i] - places[i - 1] > places[widest] - places[widest - 1]) widest = i;
  }
  return places[widest - 1] + (places[widest] - places[widest - 1]) / 2;
}

/// Its western or southern side; nullopt when a line across does not part it.
std::optional<Cut> divided(GeometryView land, const Box& box) {
  const bool by_lon = length_of(box, true) > length_of(box, false);
  const double line = dividing_line(land, box, by_lon);
  Box side{box.min_lon - 1, box.min_lat - 1, box.max_lon + 1, box.max_lat + 1};
  (by_lon ? side.max_lon : side.max_lat) = line;
  Cut cut = Zone(geometry::make_box(side)).cut(land);
  if (cut.share != geometry::Share::some) return std::nullopt;
  return cut;
}

}  // namespace

const Zone& LayerCutter::zone(std::uint32_t item) {
  if (const auto at = zones_.find(item); at != zones_.end()) return at->second;
  const GeometryView land = layer_.geometry(item);
  const std::uint64_t bytes = kBytesAZone + kBytesAPosition * land.positions.size();
  if (kept_ + bytes > memory_) {
    zones_.clear();
    kept_ = 0;
  }
  kept_ += bytes;
  return zones_.try_emplace(item, land).first->second;
}

LayerCutter::Partners LayerCutter::partners(const Box& box) const {
  Partners found;
  layer_.tree().query(box, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last; ++item) {
      if (layer_.kind(item) == geometry::Kind::polygon) found.push_back(static_cast<std::uint32_t>(item));
    }
    return true;
  });
  return found;
}

Cut LayerCutter::cut_by(std::uint32_t item, GeometryView land) try {
  return zone(item).cut(land);
} catch (const base::Error& error) {
  throw base::Error(base::Code::internal,
                    "cutting by feature " + std::to_string(layer_.id(item)) + " failed: " + error.what());
}

void LayerCutter::count(const Cut& cut) {
  if (cut.share == geometry::Share::none) {
    ++counts_.apart;
  } else if (cut.share == geometry::Share::all) {
    ++counts_.whole;
  } else {
    switch (cut.by) {
      case Cut::By::outlines:
        ++counts_.outlines;
        break;
      case Cut::By::overlay:
        ++counts_.overlay;
        break;
      case Cut::By::grid:
        ++counts_.grid;
    }
  }
}

CutFeature LayerCutter::cut(GeometryView land, const Box& box, double area_m2) {
  CutFeature result;
  result.area_m2 = area_m2;
  const Partners met = partners(box);
  counts_.met += met.size();
  if (land.positions.size() > kManyPositions || met.size() > kManyPartners) {
    share_of_large(land, met, result);
  } else {
    share(land, met, result);
  }
  return result;
}

void LayerCutter::share(GeometryView land, const Partners& partners, CutFeature& result) {
  Geometry left;
  bool touched = false;
  for (const std::uint32_t item : partners) {
    Cut cut = cut_by(item, land);
    count(cut);
    if (cut.share == geometry::Share::none) continue;
    const bool all = cut.share == geometry::Share::all;
    Shared shared{.right = item,
                  .land = all ? Shared::Land::all_of_left : Shared::Land::part,
                  .part = {},
                  .area_m2 = all ? result.area_m2 : geometry::area_m2(cut.inside)};
    if (!touched) {
      result.covered_m2 += shared.area_m2;
      left = std::move(cut.outside);
    } else if (!left.empty()) {
      Cut again = cut_by(item, left);
      if (again.share == geometry::Share::all) {
        result.covered_m2 += geometry::area_m2(left);
        left.clear();
      } else if (again.share == geometry::Share::some) {
        result.covered_m2 += geometry::area_m2(again.inside);
        left = std::move(again.outside);
      }
    }
    touched = true;
    shared.part = std::move(cut.inside);
    result.shared.push_back(std::move(shared));
  }
  result.whole = !touched;
  result.rest_m2 = touched ? geometry::area_m2(left) : result.area_m2;
  if (!left.empty()) result.rest.push_back(std::move(left));
}

void LayerCutter::share_of_large(GeometryView land, const Partners& partners, CutFeature& result) {
  const Zone whole(land);
  Partners sharing;
  for (const std::uint32_t item : partners) {
    Cut cut = whole.cut(layer_.geometry(item));
    count(cut);
    if (cut.share == geometry::Share::none) continue;
    sharing.push_back(item);
    const bool all = cut.share == geometry::Share::all;
    const double area = all ? layer_.area_m2(item) : geometry::area_m2(cut.inside);
    result.shared.push_back(
        {item, all ? Shared::Land::all_of_right : Shared::Land::part, std::move(cut.inside), area});
  }
  result.whole = sharing.empty();
  if (sharing.empty()) {
    result.rest_m2 = result.area_m2;
  } else {
    // Twice as many tiles as it would take if each partner lay in one.
    const int deepest = 1 + static_cast<int>(std::bit_width(sharing.size() / kFewPartners));
    take_off(geometry::copy(land), result.area_m2, sharing, deepest, result);
  }
}

void LayerCutter::take_off(Geometry land, double area_m2, const Partners& partners, int deepest,
                           CutFeature& result) {
  const Box box = geometry::box_of(land);
  Partners met;
  std::ranges::copy_if(partners, std::back_inserter(met),
                       [&](std::uint32_t item) { return layer_.box(item).intersects(box); });
  if (met.size() > kFewPartners && deepest > 0) {
    if (auto sides = divided(land, box)) {
      land = {};
      for (Geometry* side : {&sides->inside, &sides->outside}) {
        const double side_m2 = geometry::area_m2(*side);
        take_off(std::move(*side), side_m2, met, deepest - 1, result);
      }
      return;
    }
  }
  take_off_in_order(std::move(land), area_m2, met, result);
}

void LayerCutter::take_off_in_order(Geometry land, double area_m2, const Partners& partners,
                                    CutFeature& result) {
  for (const std::uint32_t item : partners) {
    Cut cut = cut_by(item, land);
    if (cut.share == geometry::Share::none) continue;
    if (cut.share == geometry::Share::all) {
      result.covered_m2 += area_m2;
      return;
    }
    result.covered_m2 += geometry::area_m2(cut.inside);
    land = std::move(cut.outside);
    area_m2 = geometry::area_m2(land);
  }
  result.rest_m2 += area_m2;
  result.rest.push_back(std::move(land));
}

}  // namespace caitu::analysis::detail
