#include "planting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "clusters_belts.hpp"
#include "geometry/measure.hpp"
#include "places.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

constexpr double kInBelt = kBeltWidth - 200;   // m from the road
constexpr double kOffBelt = kBeltWidth + 500;  // m from the road
constexpr double kOffPark = 200;               // m

[[noreturn]] void none_left(std::string_view what) {
  throw base::Error(base::Code::internal, fmt::format("No {} is left for a site.", what));
}

geometry::Position middle_of(const Ring& ring) { return geometry::point_on(polygon(ring)); }

/// The first that is wished for, taken out of the list.
template <typename Item, typename Wish>
Item take(std::vector<Item>& items, std::string_view what, const Wish& wish) {
  const auto found = std::find_if(items.begin(), items.end(), wish);
  if (found == items.end()) none_left(what);
  Item item = std::move(*found);
  items.erase(found);
  return item;
}

double distance_to(const Path& road, Point p) {
  double nearest = 1e300;
  for (std::size_t i = 0; i + 1 < road.size(); ++i)
    nearest = std::min(nearest, distance_to_segment(p, road[i], road[i + 1]));
  return nearest;
}

double least_m2(Use use) { return use == Use::homestead ? 900 : use == Use::shop ? 700 : 800; }

}  // namespace

void SurveyPlots::add(const TownLand& land, std::size_t town) {
  if (!towns()[town].in_plan) return;
  constexpr std::size_t kEach = 6, kMostVertices = 60;
  constexpr double kMost = 6'000;  // m²
  std::map<Use, std::size_t> kept;
  for (const std::size_t i : land.in_made_order()) {
    const Parcel& parcel = land.parcels[i];
    const bool plot = parcel.use == Use::homestead || parcel.use == Use::shop;
    if (parcel.exposed || (!plot && parcel.use != Use::lane) || kept[parcel.use] == kEach ||
        parcel.vertices > kMostVertices)
      continue;
    if (plot && (parcel.block < 0 || !land.blocks[static_cast<std::size_t>(parcel.block)].core)) continue;
    Ring ring;
    for (const auto v : land.ring(parcel)) ring.push_back(land.degrees[static_cast<std::size_t>(v)]);
    Piece piece = make_piece(std::move(ring));
    piece.town = town;
    piece.village = parcel.village;
    if (piece.m2 < least_m2(parcel.use) || piece.m2 > kMost || (plot && !shrinkable(piece))) continue;
    ++kept[parcel.use];
    plots_.push_back({parcel.use, town, std::move(piece)});
  }
}

BlockSet::BlockSet(std::vector<Piece> zones) : zones_(std::move(zones)) {
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const std::pair block(zones_[i].town, static_cast<std::size_t>(zones_[i].block));
    any_.insert(block);
    if (i + 1 < zones_.size()) whole_.insert(block);
  }
}

bool BlockSet::near(const Ring& ring, double metres) const {
  constexpr double kReach = 0.02;  // degrees: more than a block's width
  return std::any_of(zones_.begin(), zones_.end(), [&](const Piece& zone) {
    if (std::abs(zone.ring[0].lon - ring[0].lon) > kReach ||
        std::abs(zone.ring[0].lat - ring[0].lat) > kReach)
      return false;
    const geometry::Geometry outline = polygon(zone.ring);
    return std::any_of(ring.begin(), ring.end(),
                       [&](geometry::Position p) { return geometry::distance_m(p, outline) <= metres; });
  });
}

std::optional<Piece> largest_part(const geometry::Geometry& outline) {
  std::optional<Piece> largest;
  for (std::size_t i = 0; i < outline.path_ends.size(); ++i) {
    const auto path = outline.view().path(i);
    Piece part = make_piece({path.begin(), path.end() - 1});
    if (shrinkable(part) && (!largest || part.m2 > largest->m2)) largest = std::move(part);
  }
  return largest;
}

Planting::Planting(std::vector<Park>& parks, const PlanLayers& plan, const SurveyPlots& plots,
                   const CityMap& map, std::uint64_t seed)
    : protected_land(plan.protected_zones()),
      basic_farmland(plan.basic_farmland_zones()),
      fields_(plan.fields().begin(), plan.fields().end()),
      plots_(plots.all().begin(), plots.all().end()),
      bases_(ring_bases(map, seed)) {
  std::set<std::pair<std::size_t, std::size_t>> park_blocks;
  for (Park& park : parks) {
    if (!park.exposed) parks_.push_back(&park);
    park_blocks.insert({park.town, park.block});
    park_middles_.emplace_back(middle_of(park.ring), &park);
  }
  std::stable_sort(parks_.begin(), parks_.end(),
                   [](const Park* a, const Park* b) { return a->village < b->village; });
  std::erase_if(fields_, [&](const Piece& field) {
    return field.exposed || park_blocks.contains({field.town, static_cast<std::size_t>(field.block)});
  });
  std::stable_sort(fields_.begin(), fields_.end(),
                   [](const Piece& a, const Piece& b) { return a.village < b.village; });
  std::stable_sort(plots_.begin(), plots_.end(),
                   [](const SurveyPlot& a, const SurveyPlot& b) { return a.land.village < b.land.village; });
  for (std::size_t i = 0; i < map.roads.size(); ++i) {
    roads_.push_back(map.roads[i].centre);
    for (const Belt& belt : belts()) {
      const std::string_view name = plan_roads()[i].name;
      if (!belt.north_only && (belt.first_road == name || belt.and_road == name))
        belt_roads_.push_back({belt.district, map.roads[i].centre});
    }
  }
}

Park& Planting::take_park(const std::function<bool(const Park&)>& wish) {
  return *take(parks_, "park", [&](const Park* park) { return wish(*park); });
}

Piece Planting::take_field(const std::function<bool(const Piece&)>& wish) {
  Piece field = take(fields_, "field", [&](const Piece& f) { return wish(f) && apart(f.ring); });
  taken_.push_back(middle_of(field.ring));
  return field;
}

SurveyPlot Planting::take_plot(Use use, const std::function<bool(const SurveyPlot&)>& wish) {
  SurveyPlot plot = take(plots_, "plot",
                         [&](const SurveyPlot& p) { return p.use == use && wish(p) && apart(p.land.ring); });
  taken_.push_back(middle_of(plot.land.ring));
  return plot;
}

RingBase Planting::take_base(const std::function<bool(const RingBase&)>& wish) {
  return take(bases_, "base",
              [&](const RingBase& base) { return wish(base) && largest_part(base.outline).has_value(); });
}

bool Planting::apart(const Ring& ring) const {
  const geometry::Position middle = middle_of(ring);
  return std::all_of(taken_.begin(), taken_.end(), [&](geometry::Position other) {
    return geometry::distance_m(other, middle) >= kSitesApart;
  });
}

bool Planting::in_belt(const Ring& ring, std::size_t town) const {
  const Path path = to_plane(ring);
  return std::any_of(belt_roads_.begin(), belt_roads_.end(), [&](const Road& road) {
    return road.district == towns()[town].district && std::all_of(path.begin(), path.end(), [&](Point p) {
             return distance_to(road.centre, p) < kInBelt;
           });
  });
}

bool Planting::outside_all(const Ring& ring) const {
  const Point at = to_plane(ring).front();
  if (std::any_of(roads_.begin(), roads_.end(),
                  [&](const Path& road) { return distance_to(road, at) < kOffBelt; }))
    return false;
  return std::none_of(park_middles_.begin(), park_middles_.end(), [&](const auto& entry) {
    constexpr double kWidest = 2'000;  // m, of a park
    return geometry::distance_m(entry.first, ring[0]) < kWidest &&
           geometry::distance_m(ring[0], polygon(entry.second->ring)) < kOffPark;
  });
}

std::size_t Planting::neighbours(const Park& park, double metres) const {
  const geometry::Position middle = middle_of(park.ring);
  return static_cast<std::size_t>(
      std::count_if(park_middles_.begin(), park_middles_.end(), [&](const auto& entry) {
        return entry.second != &park && !entry.second->greenhouses.empty() &&
               geometry::distance_m(entry.first, middle) < metres;
      }));
}

std::string Planting::next_id(std::string_view prefix) {
  return fmt::format("{}-{:04}", prefix, ++numbered_);
}

void plant_sites(Planting& planting) {
  // What asks most of the land comes first.
  plant_auxiliary(planting);
  plant_filings(planting);
  plant_scattered(planting);
  plant_buildings(planting);
  plant_factories(planting);
  plant_spots(planting);
  plant_recurrences(planting);
  plant_hard_floors(planting);
  plant_rooms(planting);
  plant_huts(planting);
}

}  // namespace caitu::demo
