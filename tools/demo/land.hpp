#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cells.hpp"
#include "geometry/geometry.hpp"
#include "land_use.hpp"
#include "places.hpp"
#include "subdivision.hpp"

namespace caitu::demo {

struct Parcel {
  std::uint32_t first_vertex, vertices;  ///< its ring, open and counter-clockwise, in TownLand::rings
  std::int32_t village;                  ///< index into TownLand::villages
  std::int32_t block;                    ///< index into TownLand::blocks, or -1 for what lies between blocks
  std::int32_t face;                     ///< counted as made, whatever the number of parcels asked for
  float width;                           ///< of a linear parcel, m, else 0
  Use use;
  bool exposed;  ///< borders on another village's land: may get vertices when more parcels are asked for
};

struct Block {
  std::vector<Subdivision::Vertex>
      outline;  ///< open, counter-clockwise, with every vertex of its parcels on it
  BlockKind kind;
  bool core;  ///< made before the town's vegetable quota was full: the plan's layers lie on these alone
  std::int32_t village;
  double angle;  ///< of its fields' rows
};

/// The parcels of one town as far as they are wanted, from its centre and the plan's roads outwards.
///
/// Of 100,000 parcels: median 4,900 m², nine in ten between 1,200 and 17,000 m², woods and waters up to 34
/// ha; median 10 vertices, nine in ten between 6 and 28, villages' roads and rivers up to a hundred and more.
///
/// Guarantees: no gap and no overlap among the parcels, borders shared vertex by vertex. What is made within
/// the vegetable quota does not depend on how many parcels are asked for, but for vertices on the borders of
/// exposed parcels.
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
  /// Indices into `parcels`, village by village in an order that no number of parcels asked for changes.
  std::vector<std::size_t> in_made_order() const;
};

struct Quota {
  std::size_t parcels = 0;
  double vegetables_m2 = 0;
};
TownLand make_town_land(const CityMap& map, std::size_t town, const Quota& quota, std::uint64_t seed);

}  // namespace caitu::demo
