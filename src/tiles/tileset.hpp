#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "catalog/catalog.hpp"

namespace caitu::tiles {

/// One tile layer: it bears the id of the land layer that it shows.
struct TilesetLayer {
  std::string layer;
  int min_zoom = 0, max_zoom = 22;
  std::vector<std::string> fields;  ///< attributes carried beside `mu` and `count`
};

/// One file of tiles/: which layers a set of tiles carries, at which zooms. A value.
struct Tileset {
  std::string id, title, title_en, description;
  int min_zoom = 0, max_zoom = 16;
  std::uint32_t extent = 4096, buffer = 64;  ///< tile units
  std::vector<TilesetLayer> layers;
  std::string digest;  ///< of all that decides its bytes
};

/// By id. Unknown keys, layers and fields are Error(usage) naming file, line and the nearest known name.
std::map<std::string, Tileset> load_tilesets(const std::filesystem::path& folder,
                                             const std::map<std::string, geodata::Declaration>& declarations);

/// TileJSON 3.0 with absolute addresses below `base_url`; bounds and editions are those of `state`.
base::Json tilejson(const Tileset& tileset, const catalog::State& state, const std::string& base_url);

}  // namespace caitu::tiles
