#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "catalog/catalog.hpp"

namespace caitu::tiles {

/// Whether and how the features of a layer are labelled: as points of the tile layer `labels` (labels.hpp).
struct LabelRule {
  int min_zoom = 0;
  std::vector<std::string> fields;  ///< attributes carried beside `layer`, `name` and `mu`
};

/// One tile layer: it bears the id of the land layer that it shows.
struct TilesetLayer {
  std::string layer;
  int min_zoom = 0, max_zoom = 22;
  std::vector<std::string> fields;  ///< attributes carried beside `mu` and `count`
  std::optional<LabelRule> label = std::nullopt;
};

/// One file of tiles/, by whose name it goes: which layers a set of tiles carries, at which zooms. A value.
///
/// Keys: title must be there; title_en, description, min_zoom, max_zoom, extent and buffer may be, and
/// [[layer]] tables, each with layer, and min_zoom, max_zoom (within the set's; its own by default),
/// fields, and label = { min_zoom, fields } (within the layer's zooms) for layers with a label field of text.
/// Tiles hold the layers in this order, and their labels behind them in a layer `labels`.
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

/// The attributes that tiles of the set carry on features of a tile layer, `labels` included; nullopt when
/// there is no such layer.
std::optional<std::vector<std::string>> attributes_of(const Tileset& tileset, std::string_view tile_layer);
/// The tile layers by name, `labels` last when there are any.
std::vector<std::string> tile_layers(const Tileset& tileset);

/// TileJSON 3.0 with absolute addresses below `base_url`; bounds and editions are those of `state`.
base::Json tilejson(const Tileset& tileset, const catalog::State& state, const std::string& base_url);

}  // namespace caitu::tiles
