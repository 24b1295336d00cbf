#include "land.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "cutting.hpp"
#include "projection.hpp"
#include "villages.hpp"

namespace caitu::demo {
namespace {

using Face = Subdivision::Face;
using Strip = Subdivision::Strip;

/// Courses that end in the town go on to its border, as such a road does under another name.
Path through(Path path, const Path& ring) {
  constexpr double kStep = 300;
  constexpr int kSteps = 130;
  const auto lengthen = [](Path& line) {
    const Point end = line.back(), way = end - line[line.size() - 2];
    const Point step = (kStep / std::sqrt(dot(way, way))) * way;
    for (int i = 1; i <= kSteps; ++i) line.push_back(end + i * step);
  };
  if (inside(ring, path.back())) lengthen(path);
  if (inside(ring, path.front())) {
    std::reverse(path.begin(), path.end());
    lengthen(path);
    std::reverse(path.begin(), path.end());
  }
  return path;
}

double to_decimetre(double metres) { return std::round(10 * metres) / 10; }

/// One town: courses, then sectors between roads (one village each), blocks between lanes, parcels.
class TownMaker {
 public:
  TownMaker(const CityMap& map, std::size_t town, std::uint64_t seed)
      : map_(map),
        town_(town),
        terrain_(towns()[town].terrain),
        seed_(seed_of({seed, town})),
        random_(seed_),
        cutter_(map.town_rings[town]) {}

  TownLand make(const Quota& quota);

 private:
  void cut_courses();
  void cut_sectors();
  std::optional<Strip> cut_sector(Face face);
  /// How far from the town's centre or from a road of the plan: vegetables grow along the belts.
  double remoteness(Face face) const;
  void work_sector(Face sector);
  void adopt_roads(Face sector);
  std::optional<Strip> cut_block(Face face, double lie);
  void work_block(Face face, BlockKind kind);
  FieldStyle field_style(BlockKind kind, double angle);
  void set_uses(Face first, std::size_t from, BlockKind kind);
  std::vector<Face> in_order(std::size_t wanted) const;
  bool exposed(Face face) const;
  TownLand result(const Quota& quota);

  const CityMap& map_;
  std::size_t town_;
  Terrain terrain_;
  std::uint64_t seed_;
  Random random_;
  Cutter cutter_;
  std::vector<Face> sectors_;
  std::vector<Block> blocks_;
  std::vector<Subdivision::Edge> block_edges_;  ///< on the outline of each block
  std::int32_t sector_ = -1;                    ///< the one at work
  bool core_ = true;
  std::size_t made_ = 0;
  double vegetables_m2_ = 0;
};

void TownMaker::cut_courses() {
  const Path& ring = map_.town_rings[town_];
  for (const auto& strip : map_.rivers) cutter_.course(through(strip.centre, ring), strip.width, Use::river);
  for (const auto& strip : map_.roads) cutter_.course(through(strip.centre, ring), strip.width, Use::road);
}

double TownMaker::remoteness(Face face) const {
  const Point p = ring_centroid(cutter_.land().path(face));
  double nearest = distance(p, map_.centres[town_]);
  for (const auto& road : map_.roads) {
    for (std::size_t i = 0; i + 1 < road.centre.size(); ++i) {
      nearest = std::min(nearest, 600 + 1.6 * distance_to_segment(p, road.centre[i], road.centre[i + 1]));
    }
  }
  return nearest;
}

std::optional<Strip> TownMaker::cut_sector(Face face) {
  const Path ring = cutter_.land().path(face);
  const double area = ring_area(ring), along = long_axis(ring);
  if (area < random_.uniform(1.3e6, 2.4e6)) return std::nullopt;
  const bool wide = area > 1.5e7;
  for (int attempt = 0; attempt < 6; ++attempt) {
    const double angle = along + (attempt < 4 ? kPi / 2 : 0) + 0.16 * random_.normal();
    const double aside = 0.08 * extent(ring, angle).across * random_.normal();
    const LaneStyle style{.use = random_.chance(wide ? 0.15 : 0.25) ? Use::ditch
                                 : wide                             ? Use::road
                                                                    : Use::lane,
                          .width = to_decimetre(wide ? random_.uniform(9, 16) : random_.uniform(5, 8)),
                          .bends = {55, random_.uniform(8, 45), random_.uniform(900, 2600), 1.2},
                          .clearance = 8,
                          .least_area = 250'000,
                          .least_roundness = 0.25,
                          .chop = random_.uniform(700, 1100)};
    if (const auto cut = cutter_.lane(face, angle, aside, style, random_)) return cut;
  }
  return std::nullopt;
}

void TownMaker::cut_sectors() {
  std::vector<Face> open;
  for (Face f = 0; f < static_cast<Face>(cutter_.land().faces()); ++f) {
    if (cutter_.tag(f).use == Use::none) open.push_back(f);
  }
  std::vector<std::pair<double, Face>> order;
  for (const Face f : cutter_.divide(open, [this](Face face) { return cut_sector(face); })) {
    order.emplace_back(remoteness(f), f);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [off, face] : order) sectors_.push_back(face);
}

std::optional<Strip> TownMaker::cut_block(Face face, double lie) {
  const bool steep = terrain_ == Terrain::mountain;
  const Path ring = cutter_.land().path(face);
  const double limit = std::clamp(random_.log_normal(steep ? 230'000 : 160'000, 0.45), 60'000.0, 500'000.0);
  if (ring_area(ring) < limit) return std::nullopt;
  const Extent reach = extent(ring, lie);
  for (int attempt = 0; attempt < 4; ++attempt) {
    const bool across = (reach.along > reach.across) == (attempt < 2);
    const double angle = lie + (across ? kPi / 2 : 0) + (attempt == 0 ? 0.05 : 0.12) * random_.normal();
    const double aside = 0.09 * (across ? reach.along : reach.across) * random_.normal();
    const bool wet = random_.chance(steep ? 0.1 : 0.24);
    const LaneStyle style{.use = wet ? Use::ditch : Use::lane,
                          .width = to_decimetre(wet ? random_.uniform(2.5, 6) : random_.uniform(3, 6)),
                          .bends = {random_.uniform(45, 75), random_.uniform(2, steep ? 28 : 18),
                                    random_.uniform(350, 1100), 0.6},
                          .clearance = 5,
                          .least_area = 25'000,
                          .least_roundness = 0.3};
    if (const auto cut = cutter_.lane(face, angle, aside, style, random_)) return cut;
  }
  return std::nullopt;
}

/// Roads and rivers go to the first sector beside them that is worked.
void TownMaker::adopt_roads(Face sector) {
  const Subdivision& land = cutter_.land();
  Subdivision::Edge e = land.first_edge(sector);
  do {
    const Face beyond = land.face_of(e ^ 1);
    if (beyond != Subdivision::kOutside && cutter_.tag(beyond).use != Use::none &&
        cutter_.tag(beyond).sector < 0) {
      cutter_.tag(beyond).sector = sector_;
      ++made_;
    }
    e = land.next(e);
  } while (e != land.first_edge(sector));
}

void TownMaker::work_sector(Face sector) {
  ++sector_;
  // Each sector has a seed of its own, so that no sector depends on how many there are.
  random_ = Random(seed_of({seed_, static_cast<std::uint64_t>(sector)}));
  adopt_roads(sector);
  cutter_.tag(sector).sector = sector_;
  const Subdivision& land = cutter_.land();
  const std::size_t before = land.faces();
  const Path ring = land.path(sector);
  const double lie = long_axis(ring) + 0.05 * random_.normal();
  const std::vector<Face> blocks = cutter_.divide({sector}, [&](Face face) { return cut_block(face, lie); });
  const Point heart =
      ring_centroid(ring) + random_.uniform(0, 150) * Point{random_.normal(), random_.normal()};
  const auto off = [&](Face f) { return distance(ring_centroid(land.path(f)), heart); };
  const Face middle =
      *std::min_element(blocks.begin(), blocks.end(), [&](Face a, Face b) { return off(a) < off(b); });
  const bool settled = random_.chance(terrain_ == Terrain::mountain ? 0.45 : 0.75);
  for (const Face block : blocks) {
    work_block(block, settled && block == middle ? BlockKind::village : pick_kind(terrain_, core_, random_));
  }
  made_ += land.faces() - before + 1;
}

/// Sizes that make the median parcel 4,000 to 5,000 m² and the mean 6,000.
FieldStyle TownMaker::field_style(BlockKind kind, double angle) {
  switch (kind) {
    case BlockKind::wood: {
      const double median = terrain_ == Terrain::mountain ? 11'500 : 18'000;
      return {std::clamp(random_.log_normal(median, 0.6), 3'000.0, 150'000.0), angle, 260};
    }
    case BlockKind::orchard:
      return {random_.log_normal(core_ ? 9'000 : 7'500, 0.5), angle, 190};
    case BlockKind::covered_vegetables:
      return {random_.log_normal(13'000, 0.35), angle, 150};
    case BlockKind::works:
    case BlockKind::water:
      return {random_.log_normal(11'000, 0.5), angle, 200};
    default:
      return {random_.log_normal(core_ ? 8'300 : 6'800, 0.5), angle, random_.uniform(110, 210)};
  }
}

void TownMaker::work_block(Face face, BlockKind kind) {
  const Subdivision& land = cutter_.land();
  const std::size_t before = land.faces();
  // Greenhouses run east-west, and so do the fields that bear them.
  const double angle =
      kind == BlockKind::covered_vegetables ? 0.05 * random_.normal() : long_axis(land.path(face));
  cutter_.tag(face).block = static_cast<std::int32_t>(blocks_.size());
  blocks_.push_back({{}, kind, core_, sector_, angle});
  block_edges_.push_back(land.first_edge(face));
  // Some woods and waters are one parcel of tens of hectares.
  const bool whole = (kind == BlockKind::wood || kind == BlockKind::water) && random_.chance(0.08);
  if (kind == BlockKind::village || kind == BlockKind::city) {
    const double plot = terrain_ == Terrain::city ? 6'500 : core_ ? 2'900 : 2'200;
    cutter_.village(face, random_.log_normal(plot, 0.35), angle, random_);
  } else if (!whole) {
    cutter_.fields(face, field_style(kind, angle), random_);
  }
  set_uses(face, before, kind);
}

void TownMaker::set_uses(Face first, std::size_t from, BlockKind kind) {
  const auto set = [&](Face f) {
    if (cutter_.tag(f).use != Use::none) return;
    const Use use = pick_use(kind, terrain_, random_);
    cutter_.tag(f).use = use;
    if (vegetables(kind) && use == Use::irrigated) vegetables_m2_ += cutter_.land().area(f);
  };
  set(first);
  for (std::size_t f = from; f < cutter_.land().faces(); ++f) set(static_cast<Face>(f));
}

/// Faces by sector. The sector in which the wanted ones end is sorted from its near side to its far one.
std::vector<Face> TownMaker::in_order(std::size_t wanted) const {
  std::vector<std::pair<std::int32_t, Face>> order;
  for (Face f = 0; f < static_cast<Face>(cutter_.land().faces()); ++f) {
    if (cutter_.tag(f).sector >= 0) order.emplace_back(cutter_.tag(f).sector, f);
  }
  std::sort(order.begin(), order.end());
  std::vector<Face> faces;
  for (const auto& [sector, face] : order) faces.push_back(face);
  if (wanted == 0 || wanted >= faces.size()) return faces;
  const std::int32_t last = order[wanted - 1].first;
  const auto sector_of = [this](Face f) { return cutter_.tag(f).sector; };
  const auto begin = std::find_if(faces.begin(), faces.end(), [&](Face f) { return sector_of(f) == last; });
  const auto end = std::find_if(begin, faces.end(), [&](Face f) { return sector_of(f) != last; });
  std::vector<std::pair<double, Face>> by_distance;
  for (auto it = begin; it != end; ++it) by_distance.emplace_back(remoteness(*it), *it);
  std::sort(by_distance.begin(), by_distance.end());
  std::transform(by_distance.begin(), by_distance.end(), begin,
                 [](const auto& entry) { return entry.second; });
  return faces;
}

/// Mostly a lane lies between two sectors, which takes what vertices the work on the other side brings.
bool TownMaker::exposed(Face face) const {
  const Subdivision& land = cutter_.land();
  Subdivision::Edge e = land.first_edge(face);
  do {
    const Face beyond = land.face_of(e ^ 1);
    if (beyond != Subdivision::kOutside) {
      const Cutter::Tag& other = cutter_.tag(beyond);
      if (other.use == Use::none || (other.width == 0 && other.sector != cutter_.tag(face).sector))
        return true;
    }
    e = land.next(e);
  } while (e != land.first_edge(face));
  return false;
}

TownLand TownMaker::result(const Quota& quota) {
  const Subdivision& land = cutter_.land();
  TownLand town;
  for (const Face face : in_order(quota.parcels)) {
    const auto ring = land.ring(face);
    const Cutter::Tag& of = cutter_.tag(face);
    town.parcels.push_back({static_cast<std::uint32_t>(town.rings.size()),
                            static_cast<std::uint32_t>(ring.size()), of.sector, of.block, face, of.width,
                            of.use, exposed(face)});
    town.rings.insert(town.rings.end(), ring.begin(), ring.end());
  }
  town.wanted = std::min(quota.parcels, town.parcels.size());
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const auto belongs = [&](Face f) {
      return f >= 0 && cutter_.tag(f).block == static_cast<std::int32_t>(i);
    };
    blocks_[i].outline = land.outline(block_edges_[i], belongs);
  }
  town.blocks = std::move(blocks_);
  town.points = land.points();
  town.degrees = to_degrees(town.points);
  town.villages = village_names(seed_, static_cast<std::size_t>(sector_ + 1));
  return town;
}

TownLand TownMaker::make(const Quota& quota) {
  cut_courses();
  cut_sectors();
  for (const Face sector : sectors_) {
    core_ = vegetables_m2_ < quota.vegetables_m2;
    if (!core_ && made_ >= quota.parcels) break;
    work_sector(sector);
  }
  return result(quota);
}

}  // namespace

std::vector<std::size_t> TownLand::in_made_order() const {
  std::vector<std::size_t> order(parcels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    const auto rank = [this](std::size_t i) { return std::pair(parcels[i].village, parcels[i].face); };
    return rank(a) < rank(b);
  });
  return order;
}

TownLand make_town_land(const CityMap& map, std::size_t town, const Quota& quota, std::uint64_t seed) {
  return TownMaker(map, town, seed).make(quota);
}

}  // namespace caitu::demo
