#include "parks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "base/error.hpp"
#include "base/units.hpp"
#include "buildings.hpp"
#include "geometry/measure.hpp"
#include "pieces.hpp"
#include "projection.hpp"
#include "villages.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;

/// Sides of a greenhouse, and what lies between two rows, in m.
struct Build {
  std::string_view kind;
  double depth, gap, longest;
};
constexpr std::array kBuilds = {Build{"日光温室", 9.0, 8.0, 90}, Build{"日光温室", 11.0, 9.5, 100},
                                Build{"塑料大棚", 8.0, 2.2, 70}, Build{"塑料大棚", 10.0, 2.5, 85},
                                Build{"连栋温室", 32.0, 8.0, 80}};
constexpr double kLeastLength = 28;      // m
constexpr double kGuardHouseMax = 22.5;  // m², the northern limit, itself allowed

/// Where a line across the field at `up` lies inside: from its first to its last crossing.
std::pair<double, double> reach_at(const Path& field, double angle, double up) {
  const Point along{std::cos(angle), std::sin(angle)};
  double west = 1e300, east = -1e300;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const Point a = field[i], b = field[(i + 1) % field.size()];
    const double ua = cross(along, a) - up, ub = cross(along, b) - up;
    if ((ua > 0) == (ub > 0)) continue;
    const double at = dot(along, a + (ua / (ua - ub)) * (b - a));
    west = std::min(west, at);
    east = std::max(east, at);
  }
  return {west, east};
}

}  // namespace

/// Greenhouses and guard houses of one field, as rectangles on the plane.
struct Parks::Layout {
  std::vector<Path> greenhouses, huts;

  void fill(const Path& field, double angle, const Build& build, Random& random) {
    const Extent all = extent(field, angle);
    const double top = all.middle_across + all.across / 2 - kFromBorder - build.depth;
    const bool at_west = random.chance(0.5);
    for (double south = all.middle_across - all.across / 2 + 3; south < top;
         south += build.depth + build.gap) {
      const auto [w1, e1] = reach_at(field, angle, south - kFromBorder);
      const auto [w2, e2] = reach_at(field, angle, south + build.depth + kFromBorder);
      const double west = std::max(w1, w2) + 2, east = std::min(e1, e2) - 2;
      const int count = std::max(1, static_cast<int>(std::ceil((east - west) / build.longest)));
      const double each = (east - west - 4.0 * (count - 1)) / count;
      for (int i = 0; i < count && each >= kLeastLength; ++i) {
        place(field, angle, west + i * (each + 4), each, south, build, at_west, random);
      }
    }
  }

  void place(const Path& field, double angle, double west, double length, double south, const Build& build,
             bool at_west, Random& random) {
    // From 3 m by 3 m to the limit itself.
    const double deep = random.uniform(3, 4.5);
    const double wide = std::floor(100 * std::min(random.uniform(3, 5.2), kGuardHouseMax / deep)) / 100;
    const double hut_west = at_west ? west : west + length - wide;
    const double house_west = at_west ? west + wide : west;
    const Path house = rectangle(angle, house_west, house_west + length - wide, south, south + build.depth);
    if (!fits(field, house)) return;
    const double hut_south = south + build.depth - deep;
    const Path hut = rectangle(angle, hut_west, hut_west + wide, hut_south, hut_south + deep);
    greenhouses.push_back(house);
    huts.push_back(fits(field, hut) ? hut : Path{});
  }
};

/// Plots for what serves growing, in the parcels that the survey has as 1202, with a packing shed each.
/// Together they keep to the strictest share of the park's land (FACTS 1.3: 5 % and 10 亩).
void Parks::file_plots(Park& park, const TownLand& land, const Block& block,
                       const std::vector<std::size_t>& parcels, Random& random) const {
  std::vector<Piece> yards;
  for (const std::size_t p : parcels) {
    if (land.parcels[p].use != Use::facility) continue;
    Ring ring;
    for (const auto v : land.ring(land.parcels[p])) ring.push_back(land.degrees[static_cast<std::size_t>(v)]);
    Piece yard = make_piece(std::move(ring));
    if (shrinkable(yard)) yards.push_back(std::move(yard));
  }
  const double allowed = std::min(random.uniform(0.025, 0.044) * park.m2, base::m2_from_mu(9));
  for (Piece& yard : yards) {
    park.yards.push_back(yard.ring);
    shrink(yard, std::min(yard.m2, allowed / static_cast<double>(yards.size())));
    const std::string id = fmt::format("{}-S{:02}", park.id, park.facilities.size() + 1);
    const std::string filing = fmt::format("虚构备{}{:04}号", id.substr(3), random.below(10'000));
    park.facilities.push_back(
        {.ring = yard.ring, .id = id, .kind = "生产配套", .built_on = park.built_on, .filing = filing});
    const auto shed = building_on(yard, block.angle, {.length = 18, .depth = 12});
    if (!shed) continue;
    park.structures.push_back({.ring = *shed,
                               .id = id + "-F001",
                               .kind = "packing_shed",
                               .built_on = park.built_on,
                               .error_m2 = 4});
  }
}

void Parks::lay_out(Park& park, const TownLand& land, const Block& block,
                    const std::vector<std::size_t>& parcels, std::uint64_t seed) const {
  Random random(seed);
  const Build build = random.pick(kBuilds);
  const double density = random.uniform(0.45, 0.95);
  file_plots(park, land, block, parcels, random);
  for (const std::size_t p : parcels) {
    const Parcel& parcel = land.parcels[p];
    if (parcel.use != Use::irrigated || !random.chance(density)) continue;
    Path field;
    for (const auto v : land.ring(parcel)) field.push_back(land.points[static_cast<std::size_t>(v)]);
    Layout layout;
    layout.fill(field, block.angle, build, random);
    for (std::size_t i = 0; i < layout.greenhouses.size(); ++i) {
      const std::string id = fmt::format("{}-P{:03}", park.id, park.greenhouses.size() + 1);
      park.greenhouses.push_back({.ring = to_degrees(layout.greenhouses[i]),
                                  .id = id,
                                  .kind = build.kind,
                                  .built_on = park.built_on});
      if (layout.huts[i].empty()) continue;
      park.structures.push_back({.ring = to_degrees(layout.huts[i]),
                                 .id = id + "-K1",
                                 .greenhouse = id,
                                 .kind = "guard_house",
                                 .built_on = park.built_on,
                                 .error_m2 = std::round(10 * random.uniform(0.2, 0.9)) / 10});
    }
  }
}

void Parks::add(const TownLand& land, std::size_t town, std::uint64_t seed) {
  if (!towns()[town].in_plan) return;
  std::vector<std::tuple<bool, std::uint64_t, std::size_t>> order;
  for (std::size_t i = 0; i < land.blocks.size(); ++i) {
    const Block& block = land.blocks[i];
    if (!block.core || !vegetables(block.kind)) continue;
    // Where greenhouses are first; in towns of few of them, on open fields too.
    order.emplace_back(block.kind == BlockKind::open_vegetables, seed_of({seed, 0x7061, town, i}), i);
  }
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), kParksPerTown));
  std::vector<std::vector<std::size_t>> parcels_of(land.blocks.size());
  for (const std::size_t p : land.in_made_order()) {
    if (land.parcels[p].block >= 0) parcels_of[static_cast<std::size_t>(land.parcels[p].block)].push_back(p);
  }
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto [open, dice, at] = order[rank];
    const Block& block = land.blocks[at];
    Random random(seed_of({dice, 1}));
    Park park;
    park.town = town;
    park.block = at;
    park.village = block.village;
    park.id = fmt::format("YQ-{}-{:02}", towns()[town].code, rank + 1);
    park.run_by = operator_name(dice);
    park.name = fmt::format("{}{}蔬菜园区（虚构）", towns()[town].name,
                            land.villages[static_cast<std::size_t>(block.village)]);
    park.built_on = date_between(dice, 2004, 2021);
    park.old = park.built_on < "2013";
    park.willing = random.chance(0.7);
    if (park.old && park.willing && random.chance(0.6))
      park.renovated_on = date_between(seed_of({dice, 2}), 2021, 2022);
    for (const auto v : block.outline) park.ring.push_back(land.degrees[static_cast<std::size_t>(v)]);
    park.exposed = std::any_of(parcels_of[at].begin(), parcels_of[at].end(),
                               [&](std::size_t p) { return land.parcels[p].exposed; });
    park.m2 = geometry::area_m2(polygon(park.ring));
    if (!open) lay_out(park, land, block, parcels_of[at], seed_of({dice, 3}));
    parks_.push_back(std::move(park));
  }
}

void Parks::write_points(OutPackage& file) const {
  const std::vector<Column> columns = {
      {Type::text, "project_id"}, {Type::text, "name"}, {Type::text, "district"}, {Type::text, "town"}};
  file.begin_layer("points", "功能拓展点", geometry::Kind::point, columns);
  // The first parks of every town, then the second ones, and so on until there are enough.
  std::vector<const Park*> order;
  for (const Park& park : parks_) order.push_back(&park);
  std::stable_sort(order.begin(), order.end(), [](const Park* a, const Park* b) {
    return a->id.substr(a->id.size() - 2) < b->id.substr(b->id.size() - 2);
  });
  if (order.size() < kPoints) {
    throw base::Error(base::Code::internal,
                      fmt::format("Only {} parks were made for {} points.", order.size(), kPoints));
  }
  order.resize(kPoints);
  for (const Park* park : order) {
    const Town& town = towns()[park->town];
    file.add(geometry::make_point(geometry::point_on(polygon(park->ring))),
             {park->id, park->name, district_name(town.district), town.name});
  }
}

}  // namespace caitu::demo
