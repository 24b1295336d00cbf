#include "parks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "base/error.hpp"
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
constexpr double kFromBorder = 1.5;      // m between a building and its field's border
constexpr double kLeastLength = 28;      // m
constexpr double kGuardHouseMax = 22.5;  // m², the northern limit, itself allowed

/// A rectangle in a frame turned by `angle`.
Path rectangle(double angle, double west, double east, double south, double north) {
  const Point along{std::cos(angle), std::sin(angle)}, up{-along.y, along.x};
  const auto at = [&](double a, double u) { return on_grid(a * along + u * up); };
  return {at(west, south), at(east, south), at(east, north), at(west, north)};
}

bool fits(const Path& field, const Path& building) {
  for (std::size_t i = 0; i < building.size(); ++i) {
    if (!inside(field, building[i])) return false;
    for (std::size_t k = 0; k < field.size(); ++k) {
      const Point a = field[k], b = field[(k + 1) % field.size()];
      if (crossing(building[i], building[(i + 1) % building.size()], a, b)) return false;
      if (distance_to_segment(building[i], a, b) < kFromBorder) return false;
    }
  }
  return true;
}

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

void Parks::lay_out(Park& park, const TownLand& land, const Block& block,
                    const std::vector<std::size_t>& parcels, std::uint64_t seed) const {
  Random random(seed);
  const Build build = random.pick(kBuilds);
  const double density = random.uniform(0.45, 0.95);
  const auto as_path = [&](const Parcel& parcel) {
    Path path;
    for (const auto v : land.ring(parcel)) path.push_back(land.points[static_cast<std::size_t>(v)]);
    return path;
  };
  const auto degrees = [](const Path& path) { return to_degrees(path); };
  for (const std::size_t p : parcels) {
    const Parcel& parcel = land.parcels[p];
    const Path field = as_path(parcel);
    if (parcel.use == Use::facility) {
      const std::string id = fmt::format("{}-S{:02}", park.id, park.facilities.size() + 1);
      const std::string filing = fmt::format("虚构备{}{:04}号", id.substr(3), random.below(10'000));
      park.facilities.push_back({degrees(field), id, "", "生产配套", park.built_on, filing, 0});
      const Point middle = ring_centroid(field);
      const Point along{std::cos(block.angle), std::sin(block.angle)};
      const double a = dot(along, middle), u = cross(along, middle);
      const Path shed = rectangle(block.angle, a - 9, a + 9, u - 6, u + 6);
      if (fits(field, shed)) {
        park.structures.push_back(
            {degrees(shed), fmt::format("{}-F001", id), "", "packing_shed", park.built_on, filing, 4});
      }
      continue;
    }
    if (parcel.use != Use::irrigated || !random.chance(density)) continue;
    Layout layout;
    layout.fill(field, block.angle, build, random);
    for (std::size_t i = 0; i < layout.greenhouses.size(); ++i) {
      const std::string id = fmt::format("{}-P{:03}", park.id, park.greenhouses.size() + 1);
      park.greenhouses.push_back({degrees(layout.greenhouses[i]), id, "", build.kind, park.built_on, "", 0});
      if (layout.huts[i].empty()) continue;
      park.structures.push_back({degrees(layout.huts[i]), id + "-K1", id, "guard_house", park.built_on, "",
                                 std::round(10 * random.uniform(0.2, 0.9)) / 10});
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
  for (std::size_t p = 0; p < land.parcels.size(); ++p) {
    if (land.parcels[p].block >= 0) parcels_of[static_cast<std::size_t>(land.parcels[p].block)].push_back(p);
  }
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto [open, dice, at] = order[rank];
    const Block& block = land.blocks[at];
    Random random(seed_of({dice, 1}));
    Park park;
    park.town = town;
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

void Parks::write_land(OutPackage& file) const {
  const std::vector<Column> park_columns = {
      {Type::text, "project_id"}, {Type::text, "name"},       {Type::text, "operator"},
      {Type::text, "district"},   {Type::text, "town"},       {Type::date, "built_on"},
      {Type::integer, "old"},     {Type::integer, "willing"}, {Type::date, "renovated_on"}};
  file.begin_layer("parks", "设施园区", geometry::Kind::polygon, park_columns);
  for (const Park& park : parks_) {
    const Town& town = towns()[park.town];
    file.add(polygon(park.ring), {park.id, park.name, park.run_by, district_name(town.district), town.name,
                                  park.built_on, std::int64_t{park.old}, std::int64_t{park.willing},
                                  park.renovated_on.empty() ? Cell{} : Cell{park.renovated_on}});
  }
  const std::vector<Column> facility_columns = {{Type::text, "facility_id"}, {Type::text, "project_id"},
                                                {Type::text, "filing_no"},   {Type::date, "filed_on"},
                                                {Type::text, "use_filed"},   {Type::date, "built_on"}};
  file.begin_layer("facilities", "设施农业用地", geometry::Kind::polygon, facility_columns);
  for (const Park& park : parks_) {
    for (const Footprint& f : park.facilities) {
      const bool filed = !f.filing.empty();
      file.add(polygon(f.ring),
               {f.id, park.id, filed ? Cell{f.filing} : Cell{}, filed ? Cell{f.built_on} : Cell{},
                filed ? Cell{f.kind} : Cell{}, f.built_on});
    }
  }
  const std::vector<Column> house_columns = {{Type::text, "greenhouse_id"}, {Type::text, "project_id"},
                                             {Type::text, "kind"},          {Type::text, "filing_no"},
                                             {Type::date, "built_on"},      {Type::integer, "storeys"}};
  file.begin_layer("greenhouses", "温室大棚", geometry::Kind::polygon, house_columns);
  for (const Park& park : parks_) {
    // They stand on 0102 and keep its soil: nothing to be filed.
    for (const Footprint& f : park.greenhouses) {
      file.add(polygon(f.ring), {f.id, park.id, f.kind, Cell{}, f.built_on, std::int64_t{1}});
    }
  }
  const std::vector<Column> structure_columns = {
      {Type::text, "structure_id"}, {Type::text, "project_id"},  {Type::text, "greenhouse_id"},
      {Type::text, "kind"},         {Type::integer, "storeys"},  {Type::text, "use_found"},
      {Type::date, "built_on"},     {Type::text, "measured_by"}, {Type::real, "error_m2"}};
  file.begin_layer("structures", "看护房与附属设施", geometry::Kind::polygon, structure_columns);
  for (const Park& park : parks_) {
    for (const Footprint& f : park.structures) {
      const bool hut = f.kind == "guard_house";
      const std::string_view use = !f.use_found.empty() ? f.use_found : hut ? "看护" : "分拣包装";
      file.add(polygon(f.ring), {f.id, park.id, f.greenhouse.empty() ? Cell{} : Cell{f.greenhouse}, f.kind,
                                 f.storeys, use, f.built_on, hut ? "实测" : "无人机影像", f.error_m2});
    }
  }
}

}  // namespace caitu::demo
