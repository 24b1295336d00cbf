#include "land_use.hpp"

#include <array>
#include <numeric>
#include <span>

namespace caitu::demo {
namespace {

/// Uses and their share, in per cent.
struct Share {
  Use use;
  double percent;
};
constexpr Share kVillage[] = {{Use::homestead, 84}, {Use::grass, 5}, {Use::office, 4},
                              {Use::school, 3},     {Use::shop, 2},  {Use::pond, 2}};
constexpr Share kCity[] = {{Use::town_house, 50}, {Use::shop, 14}, {Use::office, 12},
                           {Use::school, 12},     {Use::grass, 6}, {Use::works, 6}};
constexpr Share kOpen[] = {{Use::irrigated, 96}, {Use::grass, 2}, {Use::young_wood, 2}};
constexpr Share kCovered[] = {{Use::irrigated, 93}, {Use::facility, 5}, {Use::young_wood, 2}};
constexpr Share kPlainGrain[] = {{Use::irrigated, 80}, {Use::dry, 15}, {Use::young_wood, 5}};
constexpr Share kHillGrain[] = {{Use::irrigated, 20}, {Use::dry, 72}, {Use::shrub, 8}};
constexpr Share kOrchard[] = {{Use::orchard, 93}, {Use::dry, 4}, {Use::grass, 3}};
constexpr Share kWood[] = {{Use::wood, 72}, {Use::shrub, 18}, {Use::young_wood, 6}, {Use::grass, 4}};
constexpr Share kWater[] = {{Use::pond, 55}, {Use::fish_pond, 25}, {Use::paddy, 10}, {Use::grass, 10}};
constexpr Share kWorks[] = {{Use::works, 60}, {Use::store, 20}, {Use::facility, 10}, {Use::grass, 10}};

std::span<const Share> uses_of(BlockKind kind, Terrain terrain) {
  switch (kind) {
    case BlockKind::village:
      return kVillage;
    case BlockKind::city:
      return kCity;
    case BlockKind::open_vegetables:
      return kOpen;
    case BlockKind::covered_vegetables:
      return kCovered;
    case BlockKind::grain:
      if (terrain == Terrain::plain) return kPlainGrain;
      return kHillGrain;
    case BlockKind::orchard:
      return kOrchard;
    case BlockKind::wood:
      return kWood;
    case BlockKind::water:
      return kWater;
    case BlockKind::works:
      return kWorks;
  }
  return {};
}

/// Share of blocks by kind, in per cent, in the order of kKinds.
constexpr std::array kKinds = {BlockKind::open_vegetables,
                               BlockKind::covered_vegetables,
                               BlockKind::grain,
                               BlockKind::orchard,
                               BlockKind::wood,
                               BlockKind::water,
                               BlockKind::works,
                               BlockKind::city};
std::array<double, kKinds.size()> kind_shares(Terrain terrain, bool core) {
  if (core && terrain == Terrain::hill) return {42, 26, 8, 13, 8, 2, 1, 0};
  if (core) return {44, 27, 9, 6, 10, 2, 2, 0};
  switch (terrain) {
    case Terrain::plain:
      return {0, 0, 55, 12, 21, 4, 5, 3};
    case Terrain::hill:
      return {0, 0, 31, 30, 33, 2, 2, 2};
    case Terrain::mountain:
      return {0, 0, 10, 19, 69, 1, 1, 0};
    case Terrain::city:
      return {0, 0, 9, 3, 13, 3, 17, 55};
  }
  return {};
}

}  // namespace

BlockKind pick_kind(Terrain terrain, bool core, Random& random) {
  const auto shares = kind_shares(terrain, core);
  double at = random.uniform(0, std::accumulate(shares.begin(), shares.end(), 0.0));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if ((at -= shares[i]) < 0) return kKinds[i];
  }
  return BlockKind::grain;
}

Use pick_use(BlockKind kind, Terrain terrain, Random& random) {
  double at = random.uniform(0, 100);
  for (const Share& share : uses_of(kind, terrain)) {
    if ((at -= share.percent) < 0) return share.use;
  }
  return Use::grass;
}

LandClass land_class(Use use) {
  switch (use) {
    case Use::paddy:
      return {"0101", "水田"};
    case Use::irrigated:
      return {"0102", "水浇地"};
    case Use::dry:
      return {"0103", "旱地"};
    case Use::orchard:
      return {"0201", "果园"};
    case Use::wood:
      return {"0301", "乔木林地"};
    case Use::shrub:
      return {"0305", "灌木林地"};
    case Use::young_wood:
      return {"0307", "其他林地"};
    case Use::grass:
      return {"0404", "其他草地"};
    case Use::shop:
      return {"05H1", "商业服务业设施用地"};
    case Use::store:
      return {"0508", "物流仓储用地"};
    case Use::works:
      return {"0601", "工业用地"};
    case Use::town_house:
      return {"0701", "城镇住宅用地"};
    case Use::homestead:
      return {"0702", "农村宅基地"};
    case Use::office:
      return {"08H1", "机关团体新闻出版用地"};
    case Use::school:
      return {"08H2", "科教文卫用地"};
    case Use::road:
      return {"1003", "公路用地"};
    case Use::street:
      return {"1004", "城镇村道路用地"};
    case Use::lane:
      return {"1006", "农村道路"};
    case Use::river:
      return {"1101", "河流水面"};
    case Use::reservoir:
      return {"1103", "水库水面"};
    case Use::pond:
      return {"1104", "坑塘水面"};
    case Use::fish_pond:
      return {"1104A", "养殖坑塘"};
    case Use::ditch:
      return {"1107", "沟渠"};
    case Use::facility:
      return {"1202", "设施农用地"};
    case Use::none:
      break;
  }
  return {};
}

}  // namespace caitu::demo
