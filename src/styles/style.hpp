#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/json.hpp"
#include "tiles/tileset.hpp"

namespace caitu::styles {

/// MapLibre styles of the folder styles/, by name. A source `{"type": "vector", "url": "caitu:plan"}` names a
/// tileset; every layer and attribute that a style uses has been checked against the tilesets. Const-shared.
class Styles {
 public:
  /// Throws Error(usage) naming file, style layer, and the nearest known name.
  Styles(const std::filesystem::path& folder, const std::map<std::string, tiles::Tileset>& tilesets);

  std::vector<std::string> names() const;
  /// With the addresses filled in; Error(not_found) names what there is.
  base::Json style(const std::string& name, const std::string& base_url) const;

 private:
  std::map<std::string, base::Json> styles_;
};

}  // namespace caitu::styles
