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

/// One file of tiles/, by whose name it goes: which layers a set of tiles carries, at which zooms. A value.
///
/// Keys: title must be there; title_en, description, min_zoom, max_zoom, extent and buffer may be, and
/// [[layer]] tables, each with layer, and min_zoom, max_zoom (within the set's; its own by default) and
/// fields. Tiles hold the layers in this order.
struct Tileset {
  std::string id, title, title_en, description;
  int min_zoom = 0, max_zoom = 16;
  std::uint32_t extent = 4096, buffer = 64;  ///< tile units; the extent is a power of two
  std::vector<TilesetLayer> layers;
  std::string digest;  ///< of all that decides its bytes
};

/// By id, the name of its file without ".toml". Unknown keys, layers and fields are Error(usage) naming file,
/// line and the nearest known name.
std::map<std::string, Tileset> load_tilesets(const std::filesystem::path& folder,
                                             const std::map<std::string, geodata::Declaration>& declarations);

/// TileJSON 3.0 with absolute addresses below `base_url`; bounds and editions are those of `state`.
base::Json tilejson(const Tileset& tileset, const catalog::State& state, const std::string& base_url);

}  // namespace caitu::tiles
