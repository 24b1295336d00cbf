#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/fixture.hpp"
#include "catalog/fold.hpp"
#include "catalog/living.hpp"
#include "catalog/living_edition.hpp"
#include "geometry/codec.hpp"

namespace caitu::catalog::test {

inline constexpr const char* kSpots = R"(id = "plots"
title = "活图层"
geometry = ["polygon", "point"]
key = ["plot"]
living = true
region = { west = 115.0, south = 39.0, east = 118.0, north = 42.0 }
field = [
  { name = "plot", title = "编号", type = "text" },
  { name = "crop", title = "作物", type = "text" },
  { name = "rows", title = "行数", type = "integer" },
  { name = "weight", title = "重量", type = "real" },
  { name = "old", title = "老旧", type = "boolean" },
  { name = "since", title = "起始日期", type = "date" },
]
)";

inline const Editor kZhang{.who = "zhang", .districts = {}};
inline const Expected kAny{.any = true, .tags = {}};

/// A workspace with a living layer of its own, `plots`.
struct LivingLand : Land {
  LivingLand() { std::ofstream(workspace.own_layers() / "plots.toml") << kSpots; }

  ImportReport deliver(const std::vector<std::string>& features,
                       const std::string& as_of = "2024-01-01") const {
    return import({folder.write("plots.geojson", collection(features))}, {.layer = "plots", .as_of = as_of});
  }
  geodata::Declaration declaration() const {
    return geodata::load_declaration(workspace.own_layers() / "plots.toml");
  }
  std::optional<std::uint32_t> fold() const { return catalog::fold(workspace, declaration()); }
  std::vector<store::EditionRecord> editions() const { return record().editions("plots"); }
};

inline Draft draft(const std::string& feature) {
  const base::Json json = base::parse_json(feature);
  return {.geometry = geometry::read_geojson(json["geometry"]), .properties = json["properties"]};
}
inline Draft merge(const std::string& properties) {
  return {.geometry = {}, .properties = base::parse_json(properties)};
}

inline std::shared_ptr<const Edition> shown(Catalog& catalog) {
  catalog.refresh();
  const auto state = catalog.state();
  const auto at = state->current.find("plots");
  return at == state->current.end() ? nullptr : at->second;
}
inline std::string tag_in(const Edition& edition, std::uint64_t id) {
  // No assertion of Catch's: two threads may ask at once.
  const geodata::Feature feature = edition.snapshot->feature(edition.snapshot->find(id).value());
  return tag_of(edition.snapshot->schema(), feature.geometry, feature.values);
}
/// What readers see: crop by plot.
inline std::map<std::string, std::string> crops(const Edition& edition) {
  std::map<std::string, std::string> all;
  const geodata::Snapshot& snapshot = *edition.snapshot;
  const auto text = [&snapshot](std::size_t field, std::size_t item) {
    const geodata::Value value = snapshot.column(field).value(item);
    const auto* held = std::get_if<std::string>(&value);
    return held == nullptr ? std::string() : *held;
  };
  for (std::size_t item = 0; item < snapshot.size(); ++item) all[text(0, item)] = text(1, item);
  return all;
}
inline std::uint64_t id_of(const Edition& edition, const std::string& plot) {
  for (std::size_t item = 0; item < edition.snapshot->size(); ++item)
    if (edition.snapshot->column(0).value(item) == geodata::Value(plot)) return edition.snapshot->id(item);
  FAIL("no plot " + plot);
  return 0;
}

}  // namespace caitu::catalog::test
