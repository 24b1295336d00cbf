#include "tiles/tileset.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/toml.hpp"
#include "tiles/render.hpp"

namespace caitu::tiles {
namespace {

using base::Code;
using base::Error;
using Declarations = std::map<std::string, geodata::Declaration>;

/// Goes into every digest: another way of making bytes from the same declaration takes the next number.
constexpr int kRenderingVersion = 2;

std::int64_t integer_within(base::TomlTable& table, std::string_view key, std::int64_t otherwise,
                            std::int64_t least, std::int64_t most) {
  const std::int64_t value = table.integer(key).value_or(otherwise);
  if (value < least || value > most)
    table.fail(key, "\"" + std::string(key) + "\" has to be from " + std::to_string(least) + " to " +
                        std::to_string(most));
  return value;
}

template <typename Names>
std::string did_you_mean(std::string_view unknown, const Names& known) {
  const std::string nearest = base::nearest_name(unknown, known);
  return nearest.empty() ? std::string() : "did you mean \"" + nearest + "\"?";
}

void check_fields(const base::TomlTable& table, const std::vector<std::string>& fields,
                  const geodata::Schema& schema) {
  std::vector<std::string> known;
  for (const geodata::Field& field : schema.fields) known.push_back(field.name);
  for (auto field = fields.begin(); field != fields.end(); ++field) {
    if (*field == kAreaKey || *field == kCountKey)
      table.fail("fields", "\"" + *field + "\" is written by the encoder and need not be listed");
    if (std::find(known.begin(), known.end(), *field) == known.end())
      table.fail("fields", "the layer \"" + schema.layer + "\" has no field \"" + *field + "\"",
                 did_you_mean(*field, known));
    if (std::find(fields.begin(), field, *field) != field)
      table.fail("fields", "the field \"" + *field + "\" is listed twice");
  }
}

std::optional<LabelRule> read_label(base::TomlTable& table, const TilesetLayer& layer,
                                    const geodata::Schema& schema) {
  auto label = table.table("label");
  if (!label) return std::nullopt;
  const auto named = schema.index_of(schema.label_field);
  if (!named || !geodata::textual(schema.fields[*named].type))
    table.fail("label", "the layer \"" + schema.layer + "\" declares no label_field of text");
  LabelRule rule;
  rule.min_zoom =
      static_cast<int>(integer_within(*label, "min_zoom", layer.min_zoom, layer.min_zoom, layer.max_zoom));
  rule.fields = label->texts("fields").value_or(std::vector<std::string>{});
  check_fields(*label, rule.fields, schema);
  for (const std::string& field : rule.fields)
    if (field == kLabelOfKey || field == kLabelNameKey)
      label->fail("fields", "\"" + field + "\" is written on every label and need not be listed");
  label->finish();
  return rule;
}

TilesetLayer read_layer(base::TomlTable& table, const Tileset& tileset, const Declarations& declarations) {
  TilesetLayer layer;
  layer.layer = table.required_text("layer");
  if (layer.layer == kLabelLayer)
    table.fail("layer", "\"labels\" is the layer of labels", "give the labelled layer label = {}");
  const auto declared = declarations.find(layer.layer);
  if (declared == declarations.end()) {
    std::vector<std::string> known;
    for (const auto& [id, declaration] : declarations) known.push_back(id);
    table.fail("layer", "there is no layer \"" + layer.layer + "\"", did_you_mean(layer.layer, known));
  }
  for (const TilesetLayer& other : tileset.layers)
    if (other.layer == layer.layer) table.fail("layer", "the layer \"" + layer.layer + "\" is listed twice");
  layer.min_zoom = static_cast<int>(
      integer_within(table, "min_zoom", tileset.min_zoom, tileset.min_zoom, tileset.max_zoom));
  layer.max_zoom =
      static_cast<int>(integer_within(table, "max_zoom", tileset.max_zoom, layer.min_zoom, tileset.max_zoom));
  layer.fields = table.texts("fields").value_or(std::vector<std::string>{});
  check_fields(table, layer.fields, declared->second.schema);
  layer.label = read_label(table, layer, declared->second.schema);
  table.finish();
  return layer;
}

std::string digest_of(const Tileset& tileset) {
  base::Json all = {{"rendering", kRenderingVersion}, {"extent", tileset.extent}, {"buffer", tileset.buffer}};
  for (const TilesetLayer& layer : tileset.layers)
    all["layers"].push_back(
        {layer.layer, layer.min_zoom, layer.max_zoom, layer.fields,
         layer.label ? base::Json{layer.label->min_zoom, layer.label->fields} : base::Json()});
  return base::hex(base::digest128(all.dump()));
}

Tileset read_tileset(const std::filesystem::path& file, const Declarations& declarations) {
  base::TomlTable table = base::TomlTable::load(file);
  Tileset tileset;
  tileset.id = file.stem().string();
  tileset.title = table.required_text("title");
  tileset.title_en = table.text("title_en").value_or("");
  tileset.description = table.text("description").value_or("");
  tileset.min_zoom = static_cast<int>(integer_within(table, "min_zoom", tileset.min_zoom, 0, kMaxZoom));
  tileset.max_zoom = static_cast<int>(integer_within(
      table, "max_zoom", std::max(tileset.max_zoom, tileset.min_zoom), tileset.min_zoom, kMaxZoom));
  tileset.extent = static_cast<std::uint32_t>(integer_within(table, "extent", tileset.extent, 256, 16384));
  if (!std::has_single_bit(tileset.extent)) table.fail("extent", "the extent has to be a power of two");
  tileset.buffer =
      static_cast<std::uint32_t>(integer_within(table, "buffer", tileset.buffer, 1, tileset.extent));
  for (base::TomlTable& layer : table.tables("layer"))
    tileset.layers.push_back(read_layer(layer, tileset, declarations));
  table.finish();
  if (tileset.layers.empty()) table.fail("layer", "a tileset has at least one [[layer]]");
  tileset.digest = digest_of(tileset);
  return tileset;
}

constexpr const char* kAreaWords = "面积 (亩): of the whole feature, on the ellipsoid";

void describe_fields(base::Json& fields, const std::vector<std::string>& names,
                     const geodata::Schema& schema) {
  for (const std::string& name : names)
    if (const auto field = schema.index_of(name)) {
      const geodata::Field& declared = schema.fields[*field];
      fields[name] = declared.title + (declared.unit.empty() ? "" : " (" + declared.unit + ")");
    }
}

base::Json fields_json(const TilesetLayer& layer, const geodata::Schema& schema) {
  base::Json fields = base::Json::object();
  describe_fields(fields, layer.fields, schema);
  if (schema.allows(geometry::Kind::polygon)) {
    fields[std::string(kAreaKey)] = kAreaWords;
    fields[std::string(kCountKey)] = "图斑数: how many features this one stands for";
  }
  return fields;
}

/// The layer `labels`; null when nothing is labelled.
base::Json labels_json(const Tileset& tileset, const catalog::State& state) {
  base::Json fields{{kLabelOfKey, "图层: the layer whose feature is labelled"},
                    {kLabelNameKey, "名称: what a person calls it by"},
                    {kAreaKey, kAreaWords}};
  int min_zoom = kMaxZoom + 1, max_zoom = 0;
  for (const TilesetLayer& layer : tileset.layers) {
    const auto declared = state.declarations.find(layer.layer);
    if (!layer.label || declared == state.declarations.end()) continue;
    min_zoom = std::min(min_zoom, layer.label->min_zoom);
    max_zoom = std::max(max_zoom, layer.max_zoom);
    describe_fields(fields, layer.label->fields, declared->second.schema);
  }
  if (min_zoom > max_zoom) return nullptr;
  return {{"id", kLabelLayer},
          {"description", "注记: one point for each labelled feature, on one tile of a zoom"},
          {"minzoom", min_zoom},
          {"maxzoom", max_zoom},
          {"fields", std::move(fields)}};
}

/// What of a layer's extent lies in its region; all of it when nothing does. One row in a wrong zone must not
/// move the view that a map opens with.
geometry::Box usual_part(const geometry::Box& extent, const geometry::Box& region) {
  if (region.empty() || !region.intersects(extent)) return extent;
  return {std::max(extent.min_lon, region.min_lon), std::max(extent.min_lat, region.min_lat),
          std::min(extent.max_lon, region.max_lon), std::min(extent.max_lat, region.max_lat)};
}

/// The zoom at which the box about fills a screen of four tiles.
int fitting_zoom(const geometry::Box& box, const Tileset& tileset) {
  const double width = std::max(box.max_lon - box.min_lon, 1e-6);
  return std::clamp(static_cast<int>(std::log2(360.0 / width)) + 1, tileset.min_zoom, tileset.max_zoom);
}

}  // namespace

std::map<std::string, Tileset> load_tilesets(const std::filesystem::path& folder,
                                             const Declarations& declarations) {
  if (!std::filesystem::is_directory(folder))
    throw Error(Code::usage, "The folder of tilesets is not there.", base::Where{.file = folder.string()});
  std::map<std::string, Tileset> tilesets;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    Tileset tileset = read_tileset(entry.path(), declarations);
    tilesets.emplace(tileset.id, std::move(tileset));
  }
  return tilesets;
}

std::vector<std::string> tile_layers(const Tileset& tileset) {
  std::vector<std::string> names;
  for (const TilesetLayer& layer : tileset.layers) names.push_back(layer.layer);
  if (std::ranges::any_of(tileset.layers, [](const auto& layer) { return layer.label.has_value(); }))
    names.emplace_back(kLabelLayer);
  return names;
}

std::optional<std::vector<std::string>> attributes_of(const Tileset& tileset, std::string_view tile_layer) {
  std::vector<std::string> names;
  bool there = false;
  for (const TilesetLayer& layer : tileset.layers) {
    if (layer.layer == tile_layer) {
      names = layer.fields;
      names.insert(names.end(), {std::string(kAreaKey), std::string(kCountKey)});
      return names;
    }
    if (tile_layer != kLabelLayer || !layer.label) continue;
    there = true;
    names.insert(names.end(), layer.label->fields.begin(), layer.label->fields.end());
  }
  if (!there) return std::nullopt;
  names.insert(names.end(), {std::string(kLabelOfKey), std::string(kLabelNameKey), std::string(kAreaKey)});
  return names;
}

base::Json tilejson(const Tileset& tileset, const catalog::State& state, const std::string& base_url) {
  geometry::Box bounds, middle;
  base::Json layers = base::Json::array(), editions = base::Json::object();
  for (const TilesetLayer& layer : tileset.layers) {
    const auto declared = state.declarations.find(layer.layer);
    const bool known = declared != state.declarations.end();
    if (const auto current = state.current.find(layer.layer); current != state.current.end()) {
      const geometry::Box& extent = current->second->snapshot->extent();
      bounds.grow(extent);
      middle.grow(known ? usual_part(extent, declared->second.region) : extent);
      editions[layer.layer] = current->second->record.edition;
    }
    if (!known) continue;
    layers.push_back({{"id", layer.layer},
                      {"description", declared->second.schema.title},
                      {"minzoom", layer.min_zoom},
                      {"maxzoom", layer.max_zoom},
                      {"fields", fields_json(layer, declared->second.schema)}});
  }
  if (auto labels = labels_json(tileset, state); !labels.is_null()) layers.push_back(std::move(labels));
  if (bounds.empty()) bounds = middle = tile_box(TileAddress{});
  return {{"tilejson", "3.0.0"},
          {"name", tileset.title},
          {"description", tileset.description},
          {"version", "1.0.0"},
          {"scheme", "xyz"},
          {"tiles", {base_url + "/tiles/" + tileset.id + "/{z}/{x}/{y}"}},
          {"minzoom", tileset.min_zoom},
          {"maxzoom", tileset.max_zoom},
          {"bounds", {bounds.min_lon, bounds.min_lat, bounds.max_lon, bounds.max_lat}},
          {"center",
           {(middle.min_lon + middle.max_lon) / 2, (middle.min_lat + middle.max_lat) / 2,
            fitting_zoom(middle, tileset)}},
          {"vector_layers", std::move(layers)},
          {"editions", std::move(editions)}};
}

}  // namespace caitu::tiles
