#include "styles/style.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "base/error.hpp"

namespace caitu::styles {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

constexpr std::string_view kScheme = "caitu:";

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw Error(Code::io, "the style cannot be read", Where{.file = file.string()});
  return text.str();
}

/// The attributes that expressions ask for: ["get", "name"] and ["has", "name"], at any depth.
void collect_attributes(const Json& expression, std::set<std::string>& attributes) {
  if (expression.is_object()) {
    for (const auto& [key, member] : expression.items()) collect_attributes(member, attributes);
    return;
  }
  if (!expression.is_array()) return;
  if (expression.size() == 2 && expression[0].is_string() && expression[1].is_string() &&
      (expression[0] == "get" || expression[0] == "has")) {
    attributes.insert(expression[1].get<std::string>());
  }
  for (const Json& member : expression) collect_attributes(member, attributes);
}

[[noreturn]] void refuse(const std::string& file, const std::string& layer, const std::string& message,
                         const std::string& nearest) {
  throw Error(Code::usage, "style layer \"" + layer + "\": " + message, Where{.file = file},
              nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
}

const tiles::Tileset* tileset_of(const std::string& file, const Json& style, const Json& layer,
                                 const std::map<std::string, tiles::Tileset>& tilesets) {
  if (!layer.contains("source")) return nullptr;
  const std::string id = layer.value("id", "");
  const std::string source = layer.at("source").get<std::string>();
  if (!style.at("sources").contains(source))
    refuse(file, id, "its source \"" + source + "\" is not declared", "");
  const Json& declared = style.at("sources").at(source);
  const std::string url = declared.value("url", "");
  if (url.rfind(kScheme, 0) != 0) return nullptr;
  const auto at = tilesets.find(url.substr(kScheme.size()));
  if (at != tilesets.end()) return &at->second;
  std::vector<std::string> names;
  for (const auto& [name, tileset] : tilesets) names.push_back(name);
  refuse(file, id, "there is no tileset \"" + url + "\"",
         base::nearest_name(url.substr(kScheme.size()), names));
}

void check_layer(const std::string& file, const Json& style, const Json& layer,
                 const std::map<std::string, tiles::Tileset>& tilesets) {
  const tiles::Tileset* tileset = tileset_of(file, style, layer, tilesets);
  if (tileset == nullptr) return;
  const std::string id = layer.value("id", ""), source_layer = layer.value("source-layer", "");
  const auto attributes = tiles::attributes_of(*tileset, source_layer);
  if (!attributes) {
    refuse(file, id, "tileset " + tileset->id + " has no layer \"" + source_layer + "\"",
           base::nearest_name(source_layer, tiles::tile_layers(*tileset)));
  }
  const std::vector<std::string>& known = *attributes;
  std::set<std::string> used;
  for (const char* part : {"filter", "paint", "layout"}) {
    if (layer.contains(part)) collect_attributes(layer.at(part), used);
  }
  for (const std::string& attribute : used) {
    if (std::find(known.begin(), known.end(), attribute) != known.end()) continue;
    refuse(file, id, "tiles of " + source_layer + " carry no attribute \"" + attribute + "\"",
           base::nearest_name(attribute, known));
  }
}

}  // namespace

Styles::Styles(const std::filesystem::path& folder, const std::map<std::string, tiles::Tileset>& tilesets) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    try {
      Json style = base::parse_json(read_file(file));
      for (const Json& layer : style.at("layers")) check_layer(file.string(), style, layer, tilesets);
      styles_.emplace(file.stem().string(), std::move(style));
    } catch (const Json::exception& error) {
      throw Error(Code::usage, std::string("this is no MapLibre style: ") + error.what(),
                  Where{.file = file.string()});
    }
  }
}

std::vector<std::string> Styles::names() const {
  std::vector<std::string> names;
  for (const auto& [name, style] : styles_) names.push_back(name);
  return names;
}

Json Styles::style(const std::string& name, const std::string& base_url) const {
  const auto at = styles_.find(name);
  if (at == styles_.end()) {
    std::string known;
    for (const auto& [each, style] : styles_) known += (known.empty() ? "" : ", ") + each;
    throw Error(Code::not_found, "there is no style \"" + name + "\"", "there is " + known);
  }
  Json style = at->second;
  for (auto& [id, source] : style.at("sources").items()) {
    const std::string url = source.value("url", "");
    if (url.rfind(kScheme, 0) == 0)
      source["url"] = base_url + "/tiles/" + url.substr(kScheme.size()) + ".json";
  }
  return style;
}

}  // namespace caitu::styles
