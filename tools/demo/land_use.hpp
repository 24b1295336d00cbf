#pragma once

#include <cstdint>
#include <string_view>

#include "places.hpp"
#include "random.hpp"

namespace caitu::demo {

/// What a parcel is, by the third survey's classes (FACTS 2.1).
enum class Use : std::uint8_t {
  none,
  paddy,
  irrigated,  ///< 0102: ordinary vegetable greenhouses too
  dry,
  orchard,
  wood,
  shrub,
  young_wood,
  grass,
  shop,
  store,
  works,
  town_house,
  homestead,
  office,
  school,
  road,
  street,
  lane,
  river,
  reservoir,
  pond,
  fish_pond,
  ditch,
  facility,  ///< 1202: factory-style growing and auxiliary buildings
};
struct LandClass {
  std::string_view code, name;
};
LandClass land_class(Use use);
constexpr bool cropland(Use use) { return use == Use::paddy || use == Use::irrigated || use == Use::dry; }

/// What a block between lanes is mostly used for.
enum class BlockKind : std::uint8_t {
  village,
  open_vegetables,
  covered_vegetables,
  grain,
  orchard,
  wood,
  water,
  works,
  city,
};
constexpr bool vegetables(BlockKind kind) {
  return kind == BlockKind::open_vegetables || kind == BlockKind::covered_vegetables;
}

/// The kind of a block that is no village. `core`: on a vegetable town's own land, where most of it grows
/// vegetables.
BlockKind pick_kind(Terrain terrain, bool core, Random& random);
/// The use of one parcel in a block: mostly what its kind says.
Use pick_use(BlockKind kind, Terrain terrain, Random& random);

}  // namespace caitu::demo
