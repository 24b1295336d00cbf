#include "plan_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/units.hpp"
#include "geometry/geometry.hpp"
#include "places.hpp"
#include "projection.hpp"
#include "random.hpp"
#include "villages.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;

std::vector<Position> degrees_of(const TownLand& land, std::span<const Subdivision::Vertex> ring) {
  std::vector<Position> degrees;
  degrees.reserve(ring.size());
  for (const auto v : ring) degrees.push_back(land.degrees[static_cast<std::size_t>(v)]);
  return degrees;
}

/// Pieces in an order of chance in which those of one village stay together, so that zones are large.
std::vector<Piece> by_village(std::vector<Piece> pieces, std::uint64_t salt) {
  const auto rank = [salt](const Piece& p) {
    return std::pair(seed_of({salt, p.town, static_cast<std::uint64_t>(p.village)}), p.dice);
  };
  std::sort(pieces.begin(), pieces.end(), [&](const Piece& a, const Piece& b) { return rank(a) < rank(b); });
  return pieces;
}

constexpr std::array<std::string_view, 8> kCoveredCrops = {"番茄", "黄瓜", "辣椒", "茄子",
                                                           "油菜", "生菜", "芹菜", "菠菜"};
constexpr std::array<std::string_view, 9> kOpenCrops = {"大白菜", "甘蓝",   "萝卜", "大葱", "菜花",
                                                        "生菜",   "胡萝卜", "茄子", "豆角"};

struct ZoneLayer {
  const char *id, *title, *prefix;
  bool with_use = false;
};
void write_zones(OutPackage& file, const ZoneLayer& layer, const std::vector<Piece>& zones) {
  std::vector<Column> columns = {{Type::text, "zone_id"}, {Type::text, "district"}, {Type::text, "town"}};
  if (layer.with_use) columns.push_back({Type::text, "planned_use"});
  file.begin_layer(layer.id, layer.title, geometry::Kind::polygon, columns);
  std::size_t number = 0;
  for (const Piece& zone : zones) {
    const Town& town = towns()[zone.town];
    const std::string zone_id = fmt::format("{}-{:05}", layer.prefix, ++number);
    const auto outline = polygon(zone.ring);
    if (layer.with_use) {
      file.add(outline,
               {zone_id, district_name(town.district), town.name, zone.covered ? "设施蔬菜" : "露地蔬菜"});
    } else {
      file.add(outline, {zone_id, district_name(town.district), town.name});
    }
  }
}

}  // namespace

void PlanLayers::add(const TownLand& land, std::size_t town, std::uint64_t seed) {
  std::vector<bool> has_yards(land.blocks.size());
  for (const Parcel& parcel : land.parcels) {
    if (parcel.block >= 0 && parcel.use == Use::facility)
      has_yards[static_cast<std::size_t>(parcel.block)] = true;
  }
  for (std::size_t i = 0; i < land.blocks.size(); ++i) {
    const Block& block = land.blocks[i];
    if (!block.core || !towns()[town].in_plan) continue;
    if (!vegetables(block.kind) && block.kind != BlockKind::grain) continue;
    Piece piece = make_piece(degrees_of(land, block.outline));
    piece.town = town;
    piece.village = block.village;
    piece.block = static_cast<std::int32_t>(i);
    piece.covered = block.kind == BlockKind::covered_vegetables;
    piece.has_yards = has_yards[i];
    piece.angle = block.angle;
    piece.dice = seed_of({seed, 0x626c, town, i});
    blocks_.push_back(std::move(piece));
  }
  const std::vector<std::size_t> order = land.in_made_order();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Parcel& parcel = land.parcels[order[i]];
    if (parcel.block < 0 || parcel.use != Use::irrigated) continue;
    const Block& block = land.blocks[static_cast<std::size_t>(parcel.block)];
    if (!block.core || !vegetables(block.kind)) continue;
    Piece piece = make_piece(degrees_of(land, land.ring(parcel)));
    piece.town = town;
    piece.village = parcel.village;
    piece.block = parcel.block;
    piece.covered = block.kind == BlockKind::covered_vegetables;
    piece.angle = block.angle;
    piece.exposed = parcel.exposed;
    piece.dice = seed_of({seed, 0x6669, town, i});
    fields_.push_back(std::move(piece));
  }
}

std::vector<Piece> PlanLayers::protected_zones() const {
  return take_exactly(by_village(blocks_, 0x7072), base::m2_from_mu(kProtectedMu));
}

std::vector<Piece> PlanLayers::basic_farmland_zones() const {
  double cropland_m2 = 0;
  std::vector<Piece> bare;
  for (const Piece& block : blocks_) {
    cropland_m2 += block.m2;
    if (!block.has_yards) bare.push_back(block);
  }
  // Not a number of the plan: about two thirds of the cropland made.
  const double mu = std::floor(base::mu_from_m2(cropland_m2) * 0.66);
  return take_exactly(by_village(std::move(bare), 0x6a62), base::m2_from_mu(mu));
}

void PlanLayers::write_plan(OutPackage& file) const {
  write_zones(file, {"reserve", "规划规模化蔬菜生产空间", "GH", true},
              take_exactly(by_village(blocks_, 0x7265), base::m2_from_mu(kReserveMu)));
  write_zones(file, {"protected", "耕地保护空间", "BH"}, protected_zones());
  write_zones(file, {"basic_farmland", "永久基本农田", "JBNT"}, basic_farmland_zones());
}

void PlanLayers::write_fields(OutPackage& file) const {
  const double in_use = base::m2_from_mu(kInUseMu);
  const std::vector<Piece> once = take_exactly(fields_, in_use);
  // What is reported twice lies wholly inside fields that are reported already, so that the union stays as it
  // is.
  std::vector<Piece> again = once;
  std::sort(again.begin(), again.end(), [](const Piece& a, const Piece& b) { return a.dice < b.dice; });
  for (Piece& piece : again) {
    Random random(seed_of({piece.dice, 1}));
    if (random.chance(0.5)) shrink(piece, random.uniform(0.4, 0.95) * piece.m2);
  }
  again = take_exactly(again, kReportedTwice * in_use);

  const std::vector<Column> columns = {
      {Type::text, "plot_id"}, {Type::text, "growing"},  {Type::text, "crop"}, {Type::date, "since"},
      {Type::date, "until"},   {Type::text, "district"}, {Type::text, "town"}};
  file.begin_layer("vegetable_land", "菜地", geometry::Kind::polygon, columns);
  std::size_t number = 0;
  const auto add = [&](const Piece& field, const char* prefix) {
    const Town& town = towns()[field.town];
    Random random(seed_of({field.dice, 2}));
    const std::string plot = fmt::format("{}-{}-{:06}", prefix, town.code, ++number);
    const std::string since = date_between(seed_of({field.dice, 3}), 2009, 2022);
    file.add(polygon(field.ring), {plot, field.covered ? "under_cover" : "open",
                                   field.covered ? random.pick(kCoveredCrops) : random.pick(kOpenCrops),
                                   since, Cell{}, district_name(town.district), town.name});
  };
  for (const Piece& field : once) add(field, "CD");
  for (const Piece& field : again) add(field, "YQ");
}

geometry::Geometry district_outline(const CityMap& map, std::size_t district) {
  geometry::Geometry outline;
  outline.kind = geometry::Kind::polygon;
  for (const Path& ring : map.district_rings[district]) {
    const auto part = polygon(to_degrees(ring));
    outline.positions.insert(outline.positions.end(), part.positions.begin(), part.positions.end());
    outline.end_path();
    outline.end_part();
  }
  return outline;
}

void write_map(OutPackage& file, const CityMap& map) {
  const std::vector<Column> district_columns = {
      {Type::text, "code"}, {Type::text, "name"}, {Type::text, "aliases"}};
  file.begin_layer("districts", "区", geometry::Kind::polygon, district_columns);
  for (std::size_t i = 0; i < districts().size(); ++i) {
    const auto outline = district_outline(map, i);
    file.add(outline, {districts()[i].code, districts()[i].name, districts()[i].aliases});
  }

  const std::vector<Column> town_columns = {{Type::text, "code"},
                                            {Type::text, "name"},
                                            {Type::text, "aliases"},
                                            {Type::text, "district"},
                                            {Type::text, "district_code"}};
  file.begin_layer("towns", "乡镇", geometry::Kind::polygon, town_columns);
  for (std::size_t i = 0; i < towns().size(); ++i) {
    const Town& town = towns()[i];
    file.add(polygon(to_degrees(map.town_rings[i])),
             {town.code, town.name, town.aliases.empty() ? Cell{} : Cell{town.aliases},
              district_name(town.district), town.district});
  }

  const std::vector<Column> road_columns = {{Type::text, "name"}, {Type::text, "ref"}, {Type::text, "class"}};
  file.begin_layer("roads", "道路", geometry::Kind::line, road_columns);
  for (std::size_t i = 0; i < map.roads.size(); ++i) {
    const Course& road = plan_roads()[i];
    geometry::Geometry line;
    line.kind = geometry::Kind::line;
    line.positions = to_degrees(map.roads[i].centre);
    line.end_path();
    file.add(line, {road.name, road.ref.empty() ? Cell{} : Cell{road.ref}, road.kind});
  }
}

}  // namespace caitu::demo
