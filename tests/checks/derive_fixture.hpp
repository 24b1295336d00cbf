#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checks/derive.hpp"
#include "geodata/declared.hpp"
#include "geometry/measure.hpp"
#include "geometry/shapes.hpp"
#include "support/temp_folder.hpp"

namespace caitu::checks::derive_test {

using Texts = std::map<std::string, std::string>;
using Rows = std::vector<std::pair<Texts, geometry::Geometry>>;

inline const PlanTables& plan() {
  static const PlanTables tables =
      PlanTables::load(std::filesystem::path(CAITU_SOURCE_DIR) / "geodata" / "plan");
  return tables;
}

inline geodata::Schema declared(const std::string& layer) {
  return geodata::load_declaration(std::filesystem::path(CAITU_SOURCE_DIR) / "geodata" / "layers" /
                                   (layer + ".toml"))
      .schema;
}

/// A snapshot of made-up features in a declared layer.
class MadeLayer {
 public:
  MadeLayer(const std::string& layer, const Rows& rows) {
    const geodata::Schema schema = declared(layer);
    geodata::SnapshotWriter writer(folder_ / "made.snapshot", schema, {layer, 1, "2024-12-31"});
    std::uint64_t id = 0;
    for (const auto& [texts, land] : rows) {
      std::vector<geodata::Value> values(schema.fields.size());
      for (const auto& [field, text] : texts) values.at(schema.index_of(field).value()) = text;
      writer.add(++id, land, values, geometry::area_m2(land));
    }
    writer.finish();
    snapshot_ = geodata::Snapshot::open(folder_ / "made.snapshot");
  }
  operator const geodata::Snapshot*() const { return snapshot_.get(); }

 private:
  caitu::test::TempFolder folder_;
  std::shared_ptr<const geodata::Snapshot> snapshot_;
};

inline geometry::Geometry box(double west, double south, double east, double north) {
  return geometry::make_box({west, south, east, north});
}

inline std::string text_of(const Derived::Feature& feature, const std::string& field) {
  const auto at = feature.values.find(field);
  return at == feature.values.end() ? "" : std::get<std::string>(at->second);
}

inline const Derived::Feature* find(const Derived& derived, const std::string& name) {
  for (const Derived::Feature& feature : derived.features) {
    if (text_of(feature, "name") == name) return &feature;
  }
  return nullptr;
}

/// The first sentence that holds all of some words, or "".
inline std::string said(const Derived& derived, const std::vector<std::string>& words) {
  for (const std::string& note : derived.notes) {
    bool all = true;
    for (const std::string& word : words) all = all && note.find(word) != std::string::npos;
    if (all) return note;
  }
  return "";
}

}  // namespace caitu::checks::derive_test
