#include "analysis/detail/layer_cutter.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "analysis/detail/slivers.hpp"
#include "base/error.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis::detail {
namespace {

using geometry::Box;
using geometry::Cut;
using geometry::Geometry;
using geometry::GeometryView;
using geometry::Position;
using geometry::Seam;
using geometry::Share;
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

/// Along which to divide land across.
Seam seam_across(GeometryView land, const Box& box) {
  const bool by_lon = length_of(box, true) > length_of(box, false);
  return {by_lon, dividing_line(land, box, by_lon)};
}

/// Its western or southern side inside, the other outside.
Cut divided_at(const Seam& seam, GeometryView land, const Box& box) {
  Box side{box.min_lon - 1, box.min_lat - 1, box.max_lon + 1, box.max_lat + 1};
  (seam.meridian ? side.max_lon : side.max_lat) = seam.at;
  return Zone(geometry::make_box(side)).cut(land);
}

void count(const Cut& cut, CutFeature& result) {
  if (cut.share == Share::none) {
    ++result.pairs.apart;
  } else if (cut.share == Share::all) {
    ++result.pairs.whole;
  } else {
    switch (cut.by) {
      case Cut::By::outlines:
        ++result.pairs.outlines;
        break;
      case Cut::By::overlay:
        ++result.pairs.overlay;
        break;
      case Cut::By::grid:
        ++result.pairs.grid;
        result.on_grid = true;
    }
  }
}

/// To a geometry without polygons.
void append(Geometry& to, GeometryView more) {
  const auto positions = static_cast<std::uint32_t>(to.positions.size());
  to.kind = more.kind;
  to.positions.insert(to.positions.end(), more.positions.begin(), more.positions.end());
  for (const std::uint32_t end : more.path_ends) to.path_ends.push_back(positions + end);
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

CutFeature LayerCutter::cut(GeometryView land, const Box& box, double size) {
  CutFeature result;
  result.size = size;
  const Partners met = partners(box);
  result.pairs.met = met.size();
  const bool large = land.kind == geometry::Kind::polygon &&
                     (land.positions.size() > kManyPositions || met.size() > kManyPartners);
  if (!options_.shared) {
    find_rest(land, met, result);
  } else if (large) {
    find_rest(land, share_of_large(land, met, result), result);
  } else {
    share(land, met, result);
  }
  result.covered_whole = !result.whole && result.rest.empty();
  const bool polygon = land.kind == geometry::Kind::polygon;
  if (options_.cover && options_.slivers.fate != Slivers::Fate::merge) find_cover(land, result);
  if (polygon && options_.slivers.fate != Slivers::Fate::keep)
    settle_slivers(options_.slivers, layer_, result);
  if (options_.cover && options_.slivers.fate == Slivers::Fate::merge) find_cover(land, result);
  return result;
}

void LayerCutter::measure(GeometryView land, const Box& box,
                          const std::function<void(std::uint32_t item, double m2)>& visit) {
  const Partners met = partners(box);
  if (met.empty()) return;
  std::optional<Zone> whole;
  if (land.positions.size() > kManyPositions || met.size() > kManyPartners) whole.emplace(land);
  for (const std::uint32_t item : met) {
    const double m2 = whole ? whole->area_inside_m2(layer_.geometry(item)) : zone(item).area_inside_m2(land);
    if (m2 > 0) visit(item, m2);
  }
}

void LayerCutter::cover(GeometryView more, double size, CutFeature& result) const {
  result.covered += size;
  if (options_.cover && more.kind != geometry::Kind::polygon) append(result.cover, more);
}

void LayerCutter::share(GeometryView land, const Partners& partners, CutFeature& result) {
  Geometry left;
  bool touched = false;
  for (const std::uint32_t item : partners) {
    Cut cut = cut_by(item, land);
    count(cut, result);
    if (cut.share == Share::none) continue;
    const bool all = cut.share == Share::all;
    Shared shared{.right = item,
                  .land = all ? Shared::Land::all_of_left : Shared::Land::part,
                  .part = {},
                  .size = all ? result.size : geometry::measure(cut.inside)};
    if (!touched) {
      cover(all ? land : cut.inside.view(), shared.size, result);
      left = std::move(cut.outside);
    } else {
      left = take_off_in_order(std::move(left), {item}, result);
    }
    touched = true;
    shared.part = std::move(cut.inside);
    result.shared.push_back(std::move(shared));
  }
  result.whole = !touched;
  result.rest_size = touched ? geometry::measure(left) : result.size;
  result.rest = std::move(left);
}

LayerCutter::Partners LayerCutter::share_of_large(GeometryView land, const Partners& partners,
                                                  CutFeature& result) {
  const Zone whole(land);
  Partners sharing;
  for (const std::uint32_t item : partners) {
    Cut cut = whole.cut(layer_.geometry(item));
    count(cut, result);
    if (cut.share == Share::none) continue;
    sharing.push_back(item);
    const bool all = cut.share == Share::all;
    const double size = all ? layer_.area_m2(item) : geometry::area_m2(cut.inside);
    result.shared.push_back(
        {item, all ? Shared::Land::all_of_right : Shared::Land::part, std::move(cut.inside), size});
  }
  return sharing;
}

void LayerCutter::find_rest(GeometryView land, const Partners& partners, CutFeature& result) {
  Divided divided;
  if (!partners.empty()) {
    // Twice as many tiles as it would take if each partner lay in one.
    const bool few = land.kind != geometry::Kind::polygon || partners.size() <= kFewPartners;
    const int deepest = few ? 0 : 1 + static_cast<int>(std::bit_width(partners.size() / kFewPartners));
    take_off(geometry::copy(land), partners, deepest, divided, result);
  }
  result.whole = result.covered == 0;
  if (result.whole) {
    result.rest_size = result.size;
    return;
  }
  if (divided.seams.empty()) {
    if (!divided.rests.empty()) result.rest = std::move(divided.rests.front());
  } else {
    result.rest = geometry::joined(divided.rests, divided.seams);
  }
  result.rest_size = geometry::measure(result.rest);
}

void LayerCutter::take_off(Geometry land, const Partners& partners, int deepest, Divided& divided,
                           CutFeature& result) {
  const Box box = geometry::box_of(land);
  Partners met;
  std::ranges::copy_if(partners, std::back_inserter(met),
                       [&](std::uint32_t item) { return layer_.box(item).intersects(box); });
  if (met.size() > kFewPartners && deepest > 0) {
    const Seam seam = seam_across(land, box);
    Cut sides = divided_at(seam, land, box);
    if (sides.share == Share::some && sides.by == Cut::By::outlines) {
      land = {};
      divided.seams.push_back(seam);
      for (Geometry* side : {&sides.inside, &sides.outside})
        take_off(std::move(*side), met, deepest - 1, divided, result);
      return;
    }
  }
  Geometry rest = take_off_in_order(std::move(land), met, result);
  if (!rest.empty()) divided.rests.push_back(std::move(rest));
}

Geometry LayerCutter::take_off_in_order(Geometry land, const Partners& partners, CutFeature& result) {
  for (const std::uint32_t item : partners) {
    if (land.empty()) break;
    Cut cut = cut_by(item, land);
    if (cut.share == Share::none) continue;
    const GeometryView taken = cut.share == Share::all ? land.view() : cut.inside.view();
    cover(taken, geometry::measure(taken), result);
    if (cut.by == Cut::By::grid) result.on_grid = true;
    land = std::move(cut.outside);
  }
  return land;
}

void LayerCutter::find_cover(GeometryView land, CutFeature& result) const {
  if (result.whole || result.covered_whole) {
    result.cover.clear();
  } else if (land.kind == geometry::Kind::polygon) {
    // The rest may have gone to its neighbours, as slivers do.
    result.covered_whole = result.rest.empty();
    if (result.covered_whole) return;
    Cut cut = Zone(result.rest).cut(land);
    if (cut.by == Cut::By::grid) result.on_grid = true;
    result.cover = std::move(cut.outside);
  } else if (land.kind == geometry::Kind::line) {
    result.cover = geometry::paths_joined(result.cover);
  }
}

}  // namespace caitu::analysis::detail
