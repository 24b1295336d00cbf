#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cells.hpp"
#include "geometry/geometry.hpp"
#include "places.hpp"
#include "subdivision.hpp"

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
  city
};
constexpr bool vegetables(BlockKind kind) {
  return kind == BlockKind::open_vegetables || kind == BlockKind::covered_vegetables;
}

struct Parcel {
  std::uint32_t first_vertex, vertices;  ///< its ring, open and counter-clockwise, in TownLand::rings
  std::int32_t village;                  ///< index into TownLand::villages
  std::int32_t block;                    ///< index into TownLand::blocks, or -1 for what lies between blocks
  float width;                           ///< of a linear parcel, m, else 0
  Use use;
};

struct Block {
  std::vector<Subdivision::Vertex>
      outline;  ///< open, counter-clockwise, with every vertex of its parcels on it
  BlockKind kind;
  bool core;  ///< made before the town's vegetable quota was full: the plan's layers lie on these alone
  std::int32_t village;
  double angle;  ///< of its fields' rows
};

/// The parcels of one town as far as they are wanted, from its centre outwards.
///
/// Guarantees: no gap and no overlap among the parcels, borders shared vertex by vertex. What is made within
/// the vegetable quota does not depend on how many parcels are asked for.
struct TownLand {
  std::vector<Point> points;
  std::vector<geometry::Position> degrees;  ///< of `points`, as an import gets them from what is written
  std::vector<Subdivision::Vertex> rings;
  std::vector<Parcel> parcels;  ///< the first `wanted` of them go into the delivery
  std::size_t wanted = 0;
  std::vector<Block> blocks;
  std::vector<std::string> villages;

  std::span<const Subdivision::Vertex> ring(const Parcel& p) const {
    return std::span(rings).subspan(p.first_vertex, p.vertices);
  }
};

struct Quota {
  std::size_t parcels = 0;
  double vegetables_m2 = 0;
};
TownLand make_town_land(const CityMap& map, std::size_t town, const Quota& quota, std::uint64_t seed);

}  // namespace caitu::demo
