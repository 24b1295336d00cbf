#pragma once

#include <span>
#include <string>
#include <vector>

#include "geodata/snapshot.hpp"
#include "tiles/cutter.hpp"
#include "tiles/labels.hpp"

namespace caitu::tiles {

/// One layer to draw on a tile.
struct RenderLayer {
  std::string name;
  const geodata::Snapshot* snapshot = nullptr;
  std::vector<std::string> fields;  ///< those that the snapshot does not have are left out
};

/// The bytes of a Mapbox Vector Tile 2.1: a layer for each of `layers` that has something there, in their
/// order; features in item order under their lasting ids; polygons with `mu` (亩 of the whole feature, from
/// its ellipsoidal area) and `count` (1); then the layer `labels`. Empty when nothing is there. A pure
/// function; any thread.
std::string render(const TileFrame& frame, std::span<const RenderLayer> layers,
                   std::span<const LabelledLayer> labels = {});

/// Attributes that the encoder writes by itself; no field of a tileset may bear their names.
inline constexpr std::string_view kAreaKey = "mu", kCountKey = "count";

}  // namespace caitu::tiles
