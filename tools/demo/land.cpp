#include "land.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "projection.hpp"
#include "villages.hpp"

namespace caitu::demo {
namespace {

using Face = Subdivision::Face;
using Rules = Subdivision::Rules;

struct FaceInfo {
  Use use = Use::none;
  std::int32_t sector = -1;  ///< in the order in which sectors are worked
  std::int32_t block = -1;
  float width = 0;
};

/// Share of blocks, in per cent, by kind: open and covered vegetables, grain, orchard, wood, water, works,
/// city.
using Shares = std::array<double, 8>;
constexpr std::array kShareKinds = {BlockKind::open_vegetables,
                                    BlockKind::covered_vegetables,
                                    BlockKind::grain,
                                    BlockKind::orchard,
                                    BlockKind::wood,
                                    BlockKind::water,
                                    BlockKind::works,
                                    BlockKind::city};
Shares shares(Terrain terrain, bool core) {
  if (core && terrain == Terrain::hill) return {42, 26, 8, 13, 8, 2, 1, 0};
  if (core) return {44, 27, 9, 6, 10, 2, 2, 0};
  switch (terrain) {
    case Terrain::plain:
      return {0, 0, 55, 12, 21, 4, 5, 2};
    case Terrain::hill:
      return {0, 0, 31, 30, 33, 2, 2, 1};
    case Terrain::mountain:
      return {0, 0, 10, 19, 69, 1, 1, 0};
    case Terrain::city:
      return {0, 0, 9, 3, 13, 3, 17, 55};
  }
  return {};
}

class TownMaker {
 public:
  TownMaker(const CityMap& map, std::size_t town, std::uint64_t seed)
      : map_(map),
        town_(town),
        terrain_(towns()[town].terrain),
        seed_(seed_of({seed, town})),
        random_(seed_),
        land_(map.town_rings[town]),
        info_(1) {}

  TownLand make(const Quota& quota);

 private:
  void cut_courses();
  void cut_course(const CityMap::Strip& strip, Use use);
  void cut_sectors();
  /// How far from the town's centre or from a road of the plan: vegetables grow along the belts.
  double remoteness(Point p) const;
  void work_sector(Face sector);
  void cut_blocks(Face sector, std::vector<Face>& blocks);
  void work_block(Face face, BlockKind kind);
  void cut_fields(Face face, double target, double angle, double depth);
  void cut_village(Face face, double angle);
  bool halve(Face face, double angle, double target, double depth, Face& left);
  void set_uses(Face first, std::size_t from, BlockKind kind);
  Use use_in(BlockKind kind);
  BlockKind pick_kind();
  void chop(Face strip, const Path& centre, double every);
  void grow_info() { info_.resize(land_.faces()); }
  FaceInfo& info(Face f) { return info_[static_cast<std::size_t>(f)]; }
  TownLand result(const Quota& quota);

  const CityMap& map_;
  std::size_t town_;
  Terrain terrain_;
  std::uint64_t seed_;
  Random random_;
  Subdivision land_;
  std::vector<FaceInfo> info_;
  std::vector<Face> sectors_;
  std::vector<Block> blocks_;
  std::vector<Face> block_faces_;
  std::int32_t sector_ = -1;  ///< the one at work
  bool core_ = true;
  std::size_t made_ = 0;
  double vegetables_m2_ = 0;
};

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

void TownMaker::cut_course(const CityMap::Strip& strip, Use use) {
  const Path path = through(strip.centre, map_.town_rings[town_]);
  Rules rules{.snap = 4,
              .clearance = 3,
              .left_area = 20'000,
              .right_area = 20'000,
              .left_roundness = 0.01,
              .right_roundness = 0.01,
              .anywhere = true};
  const Face count = static_cast<Face>(land_.faces());
  for (Face face = 0; face < count; ++face) {
    if (info(face).use != Use::none) continue;
    const auto cut = land_.cut_strip(face, path, strip.width, rules);
    grow_info();
    if (!cut || cut->strip == Subdivision::kOutside) continue;
    info(cut->strip) = {use, -1, -1, static_cast<float>(strip.width)};
    chop(cut->strip, path, 900);
  }
}

void TownMaker::cut_courses() {
  for (const auto& strip : map_.rivers) cut_course(strip, Use::river);
  for (const auto& strip : map_.roads) cut_course(strip, Use::road);
}

void TownMaker::chop(Face strip, const Path& centre, double every) {
  const double width = info(strip).width;
  const FaceInfo of_strip = info(strip);
  double since = 0.5 * every;
  for (std::size_t i = 1; i + 1 < centre.size(); ++i) {
    since += distance(centre[i - 1], centre[i]);
    if (since < every) continue;
    const Point way = centre[i + 1] - centre[i - 1];
    const Point across = (1.5 * width / std::sqrt(dot(way, way))) * Point{-way.y, way.x};
    // Cut from right to left, what lies behind becomes the new face and the rest of the strip stays this one.
    const Rules rules{.snap = width / 3,
                      .clearance = width / 4,
                      .left_area = 20 * width,
                      .right_area = 20 * width,
                      .left_roundness = 0,
                      .right_roundness = 0,
                      .anywhere = false};
    if (!land_.cut(strip, {centre[i] - across, centre[i], centre[i] + across}, rules)) continue;
    grow_info();
    info_.back() = of_strip;
    since = 0;
  }
}

double TownMaker::remoteness(Point p) const {
  double nearest = distance(p, map_.centres[town_]);
  for (const auto& road : map_.roads) {
    for (std::size_t i = 0; i + 1 < road.centre.size(); ++i) {
      nearest = std::min(nearest, 600 + 1.6 * distance_to_segment(p, road.centre[i], road.centre[i + 1]));
    }
  }
  return nearest;
}

void TownMaker::cut_sectors() {
  std::vector<Face> open;
  for (Face f = 0; f < static_cast<Face>(land_.faces()); ++f) {
    if (info(f).use == Use::none) open.push_back(f);
  }
  while (!open.empty()) {
    const Face face = open.back();
    open.pop_back();
    const Path ring = land_.path(face);
    const double area = ring_area(ring), limit = random_.uniform(1.3e6, 2.4e6);
    std::optional<Subdivision::Strip> cut;
    for (int attempt = 0; attempt < 6 && area > limit && !cut; ++attempt) {
      const double angle = long_axis(ring) + (attempt < 4 ? kPi / 2 : 0) + 0.16 * random_.normal();
      const Extent reach = extent(ring, angle);
      const Point middle = ring_centroid(ring) +
                           0.08 * reach.across * random_.normal() * Point{-std::sin(angle), std::cos(angle)};
      const Bends bends{55, random_.uniform(8, 45), random_.uniform(900, 2600), 1.2};
      const bool wide = area > 1.5e7;
      const double width = std::round(10 * (wide ? random_.uniform(9, 16) : random_.uniform(5, 8))) / 10;
      const Use use = random_.chance(wide ? 0.15 : 0.25) ? Use::ditch : wide ? Use::road : Use::lane;
      const Path centre = bending_line(middle, angle, 1.2 * (reach.along + reach.across), bends, random_);
      const Rules rules{.snap = 3,
                        .clearance = 8,
                        .left_area = 250'000,
                        .right_area = 250'000,
                        .left_roundness = 0.25,
                        .right_roundness = 0.25,
                        .anywhere = false};
      cut = land_.cut_strip(face, centre, width, rules);
      grow_info();
      if (cut && cut->strip != Subdivision::kOutside) {
        info(cut->strip) = {use, -1, -1, static_cast<float>(width)};
        chop(cut->strip, centre, random_.uniform(700, 1100));
      }
    }
    if (cut) {
      open.push_back(cut->left);
      open.push_back(cut->right);
    } else {
      sectors_.push_back(face);
    }
  }
  std::vector<std::pair<double, Face>> order;
  for (const Face f : sectors_) order.emplace_back(remoteness(ring_centroid(land_.path(f))), f);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) sectors_[i] = order[i].second;
}

void TownMaker::cut_blocks(Face sector, std::vector<Face>& blocks) {
  const bool steep = terrain_ == Terrain::mountain;
  std::vector<Face> open{sector};
  const double grain_of_land = long_axis(land_.path(sector)) + 0.05 * random_.normal();
  while (!open.empty()) {
    const Face face = open.back();
    open.pop_back();
    const Path ring = land_.path(face);
    const double area = ring_area(ring);
    const double limit = std::clamp(random_.log_normal(steep ? 230'000 : 160'000, 0.45), 60'000.0, 500'000.0);
    std::optional<Subdivision::Strip> cut;
    for (int attempt = 0; attempt < 4 && area > limit && !cut; ++attempt) {
      const Extent reach = extent(ring, grain_of_land);
      const bool across = (reach.along > reach.across) == (attempt < 2);
      const double angle =
          grain_of_land + (across ? kPi / 2 : 0) + (attempt == 0 ? 0.05 : 0.12) * random_.normal();
      const double side = (across ? reach.along : reach.across) * 0.09 * random_.normal();
      const Point middle = ring_centroid(ring) + side * Point{-std::sin(angle), std::cos(angle)};
      const Bends bends{random_.uniform(45, 75), random_.uniform(2, steep ? 28 : 18),
                        random_.uniform(350, 1100), 0.6};
      const bool wet = random_.chance(steep ? 0.1 : 0.24);
      const double width = std::round(10 * (wet ? random_.uniform(2.5, 6) : random_.uniform(3, 6))) / 10;
      const Path centre = bending_line(middle, angle, 1.2 * (reach.along + reach.across), bends, random_);
      const Rules rules{.snap = 2,
                        .clearance = 5,
                        .left_area = 25'000,
                        .right_area = 25'000,
                        .left_roundness = 0.3,
                        .right_roundness = 0.3,
                        .anywhere = false};
      cut = land_.cut_strip(face, centre, width, rules);
      grow_info();
      if (cut && cut->strip != Subdivision::kOutside) {
        info(cut->strip) = {wet ? Use::ditch : Use::lane, sector_, -1, static_cast<float>(width)};
      }
    }
    if (cut) {
      open.push_back(cut->left);
      open.push_back(cut->right);
    } else {
      blocks.push_back(face);
    }
  }
}

BlockKind TownMaker::pick_kind() {
  const Shares share = shares(terrain_, core_);
  double at = random_.uniform(0, std::accumulate(share.begin(), share.end(), 0.0));
  for (std::size_t i = 0; i < share.size(); ++i) {
    if ((at -= share[i]) < 0) return kShareKinds[i];
  }
  return BlockKind::grain;
}

void TownMaker::work_sector(Face sector) {
  ++sector_;
  // Each sector has a seed of its own, so that no sector depends on how many there are.
  random_ = Random(seed_of({seed_, static_cast<std::uint64_t>(sector)}));
  const Path ring = land_.path(sector);
  Subdivision::Edge e = land_.first_edge(sector);
  do {
    const Face beyond = land_.face_of(e ^ 1);
    if (beyond != Subdivision::kOutside && info(beyond).use != Use::none && info(beyond).sector < 0) {
      info(beyond).sector = sector_;
      ++made_;
    }
    e = land_.next(e);
  } while (e != land_.first_edge(sector));

  const std::size_t before = land_.faces();
  std::vector<Face> faces;
  cut_blocks(sector, faces);
  const Point heart =
      ring_centroid(ring) + random_.uniform(0, 150) * Point{random_.normal(), random_.normal()};
  std::size_t village = 0;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto off = [&](Face f) { return distance(ring_centroid(land_.path(f)), heart); };
    if (off(faces[i]) < off(faces[village])) village = i;
  }
  const bool settled = random_.chance(terrain_ == Terrain::mountain ? 0.45 : 0.75);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    work_block(faces[i], settled && i == village ? BlockKind::village : pick_kind());
  }
  made_ += land_.faces() - before + 1;
}

void TownMaker::work_block(Face face, BlockKind kind) {
  const std::size_t before = land_.faces();
  info(face) = {Use::none, sector_, static_cast<std::int32_t>(blocks_.size()), 0};
  const Path ring = land_.path(face);
  double angle = long_axis(ring);
  // Greenhouses run east-west, and so do the fields that bear them.
  if (kind == BlockKind::covered_vegetables) angle = 0.05 * random_.normal();
  blocks_.push_back({{}, kind, core_, sector_, angle});
  block_faces_.push_back(face);
  switch (kind) {
    case BlockKind::village:
    case BlockKind::city:
      cut_village(face, angle);
      break;
    case BlockKind::wood:
      cut_fields(face,
                 std::clamp(random_.log_normal(terrain_ == Terrain::mountain ? 11'500 : 18'000, 0.6), 3'000.0,
                            150'000.0),
                 angle, 260);
      break;
    case BlockKind::orchard:
      cut_fields(face, random_.log_normal(core_ ? 9'000 : 7'500, 0.5), angle, 190);
      break;
    case BlockKind::covered_vegetables:
      cut_fields(face, random_.log_normal(13'000, 0.35), angle, 150);
      break;
    case BlockKind::works:
    case BlockKind::water:
      cut_fields(face, random_.log_normal(11'000, 0.5), angle, 200);
      break;
    default:
      cut_fields(face, random_.log_normal(core_ ? 8'300 : 6'800, 0.5), angle, random_.uniform(110, 210));
  }
  set_uses(face, before, kind);
}

bool TownMaker::halve(Face face, double angle, double target, double depth, Face& left) {
  const Path ring = land_.path(face);
  const double area = ring_area(ring);
  if (area < target * random_.uniform(1.15, 1.75)) return false;
  const Extent reach = extent(ring, angle);
  const bool too_deep = reach.across > 1.35 * depth && reach.across > 0.8 * reach.along;
  const int pieces = std::max(2, static_cast<int>(std::lround(area / target)));
  for (int attempt = 0; attempt < 3; ++attempt) {
    const bool lengthwise = too_deep == (attempt < 2);
    const double span = lengthwise ? reach.across : reach.along;
    const double share = (pieces > 5 ? 0.5 : std::floor(pieces / 2.0) / pieces) - 0.5;
    const double aside = span * (share + 0.05 * random_.normal());
    const double turn = angle + (lengthwise ? 0 : kPi / 2);
    const double tilt = (attempt == 0 ? 0.02 : 0.09) * random_.normal();
    const Point axis{std::cos(angle), std::sin(angle)}, side{-axis.y, axis.x};
    const Point middle = (reach.middle_along + (lengthwise ? 0 : aside)) * axis +
                         (reach.middle_across + (lengthwise ? aside : 0)) * side;
    const Bends bends{random_.uniform(40, 95), random_.uniform(0, 1.5), 300, 0.5};
    const Path line = bending_line(middle, turn + tilt, reach.along + reach.across, bends, random_);
    const Rules rules{.snap = 2.5,
                      .clearance = 2.5,
                      .left_area = 450,
                      .right_area = 450,
                      .left_roundness = 0.14,
                      .right_roundness = 0.14,
                      .anywhere = attempt > 0};
    const auto cut = land_.cut(face, line, rules);
    if (!cut) continue;
    grow_info();
    info(*cut) = info(face);
    left = *cut;
    return true;
  }
  return false;
}

void TownMaker::cut_fields(Face face, double target, double angle, double depth) {
  std::vector<Face> open{face};
  while (!open.empty()) {
    const Face at = open.back();
    open.pop_back();
    Face left;
    const double own = angle + 0.012 * random_.normal();
    if (!halve(at, own, target, depth, left)) continue;
    open.push_back(at);
    open.push_back(left);
  }
}

void TownMaker::cut_village(Face face, double angle) {
  const double plot = random_.log_normal(terrain_ == Terrain::city ? 6'500 : core_ ? 2'900 : 2'200, 0.35);
  std::vector<Face> open{face};
  while (!open.empty()) {
    const Face at = open.back();
    open.pop_back();
    const Path ring = land_.path(at);
    if (ring_area(ring) < 14 * plot) {
      cut_fields(at, plot, angle, 1.4 * std::sqrt(plot));
      continue;
    }
    const Extent reach = extent(ring, angle);
    const bool across = reach.along > reach.across;
    const Bends bends{60, random_.uniform(0, 3), 400, 0.4};
    const Path centre =
        bending_line(ring_centroid(ring), angle + (across ? kPi / 2 : 0) + 0.03 * random_.normal(),
                     reach.along + reach.across, bends, random_);
    const double width = std::round(10 * random_.uniform(3.5, 6)) / 10;
    const auto cut = land_.cut_strip(at, centre, width, {.left_area = 3'000, .right_area = 3'000});
    if (!cut) {
      cut_fields(at, plot, angle, 1.4 * std::sqrt(plot));
      continue;
    }
    grow_info();
    info(cut->left) = info(at);
    if (cut->strip != Subdivision::kOutside) {
      info(cut->strip) = {Use::street, sector_, info(at).block, static_cast<float>(width)};
    }
    open.push_back(cut->left);
    open.push_back(cut->right);
  }
}

Use TownMaker::use_in(BlockKind kind) {
  const double at = random_.uniform();
  switch (kind) {
    case BlockKind::village:
      return at < 0.84   ? Use::homestead
             : at < 0.89 ? Use::grass
             : at < 0.93 ? Use::office
             : at < 0.96 ? Use::school
             : at < 0.98 ? Use::shop
                         : Use::pond;
    case BlockKind::city:
      return at < 0.5    ? Use::town_house
             : at < 0.64 ? Use::shop
             : at < 0.76 ? Use::office
             : at < 0.88 ? Use::school
             : at < 0.94 ? Use::grass
                         : Use::works;
    case BlockKind::open_vegetables:
      return at < 0.96 ? Use::irrigated : at < 0.98 ? Use::grass : Use::young_wood;
    case BlockKind::covered_vegetables:
      return at < 0.93 ? Use::irrigated : at < 0.98 ? Use::facility : Use::young_wood;
    case BlockKind::grain:
      if (terrain_ == Terrain::plain)
        return at < 0.80 ? Use::irrigated : at < 0.95 ? Use::dry : Use::young_wood;
      return at < 0.2 ? Use::irrigated : at < 0.92 ? Use::dry : Use::shrub;
    case BlockKind::orchard:
      return at < 0.93 ? Use::orchard : at < 0.97 ? Use::dry : Use::grass;
    case BlockKind::wood:
      return at < 0.72 ? Use::wood : at < 0.9 ? Use::shrub : at < 0.96 ? Use::young_wood : Use::grass;
    case BlockKind::water:
      return at < 0.55 ? Use::pond : at < 0.8 ? Use::fish_pond : at < 0.9 ? Use::paddy : Use::grass;
    case BlockKind::works:
      return at < 0.6 ? Use::works : at < 0.8 ? Use::store : at < 0.9 ? Use::facility : Use::grass;
  }
  return Use::grass;
}

void TownMaker::set_uses(Face first, std::size_t from, BlockKind kind) {
  const auto set = [&](Face f) {
    if (info(f).use != Use::none) return;
    info(f).use = use_in(kind);
    if (vegetables(kind) && info(f).use == Use::irrigated) vegetables_m2_ += land_.area(f);
  };
  set(first);
  for (std::size_t f = from; f < land_.faces(); ++f) set(static_cast<Face>(f));
}

TownLand TownMaker::result(const Quota& quota) {
  TownLand town;
  std::vector<std::pair<std::int64_t, Face>> order;
  for (Face f = 0; f < static_cast<Face>(land_.faces()); ++f) {
    if (info(f).sector >= 0) order.emplace_back(info(f).sector, f);
  }
  std::sort(order.begin(), order.end());
  // The last sector is cut short from its far side, not at random.
  const std::int64_t last = order[std::min(quota.parcels, order.size()) - 1].first;
  const auto in_last = [last](const auto& entry) { return entry.first == last; };
  const auto begin = std::find_if(order.begin(), order.end(), in_last);
  const auto end = std::find_if_not(begin, order.end(), in_last);
  std::sort(begin, end, [&](const auto& a, const auto& b) {
    const auto off = [&](Face f) { return remoteness(ring_centroid(land_.path(f))); };
    return std::pair(off(a.second), a.second) < std::pair(off(b.second), b.second);
  });
  for (const auto& [sector, face] : order) {
    const auto ring = land_.ring(face);
    const FaceInfo& of = info(face);
    town.parcels.push_back({static_cast<std::uint32_t>(town.rings.size()),
                            static_cast<std::uint32_t>(ring.size()), of.sector, of.block, of.width, of.use});
    town.rings.insert(town.rings.end(), ring.begin(), ring.end());
  }
  town.wanted = std::min(quota.parcels, town.parcels.size());
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    blocks_[i].outline = land_.outline(
        block_faces_[i], [&](Face f) { return f >= 0 && info(f).block == static_cast<std::int32_t>(i); });
  }
  town.blocks = std::move(blocks_);
  town.points = land_.points();
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

TownLand make_town_land(const CityMap& map, std::size_t town, const Quota& quota, std::uint64_t seed) {
  return TownMaker(map, town, seed).make(quota);
}

}  // namespace caitu::demo
