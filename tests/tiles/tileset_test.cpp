#include "tiles/tileset.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "fixture.hpp"
#include "tiles/grid.hpp"

using namespace caitu;
using namespace caitu::tiles;

namespace {

std::map<std::string, geodata::Declaration> declared() {
  return geodata::load_declarations({CAITU_SOURCE_DIR "/geodata/layers"});
}

/// What is said about a tileset of this text.
std::string complaint(const std::string& text) {
  test::TempFolder folder;
  std::ofstream(folder.path() / "mine.toml") << text;
  try {
    load_tilesets(folder.path(), declared());
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::usage);
    return error.full();
  }
  return {};
}

/// All layers declared, and edition 3 of the parcels, a sheet of them.
catalog::State with_parcels(const test::TempFolder& folder) {
  catalog::State state;
  state.declarations = declared();
  auto edition = std::make_shared<catalog::Edition>();
  edition->record.edition = 3;
  edition->snapshot = test::ParcelSheet(4, 4).snapshot(folder.path() / "parcels.snapshot");
  state.current.emplace("parcels", edition);
  return state;
}

}  // namespace

TEST_CASE("the house's tilesets load and hold the layers that the interface names") {
  const auto tilesets = load_tilesets(CAITU_SOURCE_DIR "/tiles", declared());
  const auto layers = [&](const char* id) {
    std::set<std::string> names;
    for (const TilesetLayer& layer : tilesets.at(id).layers) names.insert(layer.layer);
    return names;
  };
  REQUIRE(tilesets.size() == 3);
  CHECK(layers("plan") == std::set<std::string>{"districts", "towns", "roads", "reserve", "protected",
                                                "basic_farmland", "points", "clusters", "clusters_delivered",
                                                "belts", "belts_delivered", "ring_bases", "outer_bases"});
  CHECK(layers("land") == std::set<std::string>{"parcels", "vegetable_land", "parks", "facilities",
                                                "greenhouses", "structures", "spots"});
  CHECK(layers("flags") == std::set<std::string>{"flags", "inspections", "rectified"});
  for (const auto& [id, tileset] : tilesets) {
    CHECK(tileset.id == id);
    CHECK(tileset.max_zoom == 16);
    for (const TilesetLayer& layer : tileset.layers) CHECK_FALSE(layer.fields.empty());
  }
}

TEST_CASE("a mistake in a tileset is named with its file, its line and what is near") {
  const std::string head = "title = \"T\"\n";
  const auto layer = [&](const std::string& rest) { return head + "[[layer]]\n" + rest; };
  using Catch::Contains;
  CHECK(complaint(layer("layer = \"parcels\"\nfields = [\"DLBM\"]\n")).empty());
  CHECK_THAT(complaint(layer("layer = \"parcel\"\n")),
             Contains("mine.toml") && Contains("line 3") && Contains("parcels"));
  CHECK_THAT(complaint(layer("layer = \"parcels\"\nfields = [\"DLBN\"]\n")),
             Contains("line 4") && Contains("DLBM"));
  CHECK_THAT(complaint(layer("layer = \"parcels\"\nfields = [\"mu\"]\n")), Contains("mu"));
  CHECK_THAT(complaint(layer("layer = \"parcels\"\nfields = [\"DLBM\", \"DLBM\"]\n")), Contains("twice"));
  CHECK_THAT(complaint(layer("layer = \"parcels\"\n[[layer]]\nlayer = \"parcels\"\n")), Contains("twice"));
  CHECK_THAT(complaint(layer("layer = \"parcels\"\nmin_zom = 3\n")), Contains("min_zoom"));
  CHECK_THAT(complaint(layer("layer = \"parcels\"\nmin_zoom = 17\n")), Contains("min_zoom"));
  CHECK_THAT(complaint(head + "max_zoom = 23\n[[layer]]\nlayer = \"parcels\"\n"), Contains("max_zoom"));
  CHECK_THAT(complaint(head + "extent = 4000\n[[layer]]\nlayer = \"parcels\"\n"), Contains("power of two"));
  CHECK_THAT(complaint(head + "buffer = 0\n[[layer]]\nlayer = \"parcels\"\n"), Contains("buffer"));
  CHECK_THAT(complaint(head), Contains("[[layer]]"));
  const std::string towns = "layer = \"towns\"\nmin_zoom = 7\n";
  CHECK(complaint(layer(towns + "label = { min_zoom = 9, fields = [\"district\"] }\n")).empty());
  CHECK_THAT(complaint(layer(towns + "label = { min_zoom = 6 }\n")), Contains("min_zoom") && Contains("7"));
  CHECK_THAT(complaint(layer(towns + "label = { fields = [\"distric\"] }\n")), Contains("district"));
  CHECK_THAT(complaint(layer(towns + "label = { fields = [\"name\"] }\n")), Contains("every label"));
  CHECK_THAT(complaint(layer(towns + "label = { field = [\"code\"] }\n")), Contains("fields"));
  CHECK_THAT(complaint(layer("layer = \"labels\"\n")), Contains("layer of labels"));
  CHECK_THAT(complaint("[[layer]]\nlayer = \"parcels\"\n"), Contains("title"));
  CHECK_THROWS_AS(load_tilesets("/nowhere/tiles", declared()), base::Error);
}

TEST_CASE("the digest follows what decides the bytes, and nothing else") {
  const auto digest = [](const std::string& text) {
    test::TempFolder folder;
    std::ofstream(folder.path() / "mine.toml") << text;
    return load_tilesets(folder.path(), declared()).at("mine").digest;
  };
  const std::string base = "title = \"T\"\n[[layer]]\nlayer = \"parcels\"\nfields = [\"DLBM\"]\n";
  CHECK(digest(base) == digest("title = \"Another\"\n[[layer]]\nlayer = \"parcels\"\nfields = [\"DLBM\"]\n"));
  CHECK(digest(base) != digest("buffer = 32\n" + base));
  CHECK(digest(base) != digest("title = \"T\"\n[[layer]]\nlayer = \"parcels\"\nfields = [\"DLMC\"]\n"));
  CHECK(digest(base) != digest(base + "min_zoom = 4\n"));
  CHECK(digest(base) != digest(base + "label = {}\n"));
  CHECK(digest(base + "label = {}\n") != digest(base + "label = { min_zoom = 9 }\n"));
  CHECK(digest(base + "label = {}\n") != digest(base + "label = { fields = [\"TBBH\"] }\n"));
}

TEST_CASE("TileJSON tells zooms, bounds, layers and the fields that tiles carry") {
  const auto tilesets = load_tilesets(CAITU_SOURCE_DIR "/tiles", declared());
  test::TempFolder folder;
  const catalog::State state = with_parcels(folder);
  const base::Json json = tilejson(tilesets.at("land"), state, "http://127.0.0.1:8080");
  CHECK(json["tilejson"] == "3.0.0");
  CHECK(json["tiles"] == base::Json::array({"http://127.0.0.1:8080/tiles/land/{z}/{x}/{y}"}));
  CHECK(json["minzoom"] == 10);
  CHECK(json["maxzoom"] == 16);
  const auto extent = state.current.at("parcels")->snapshot->extent();
  CHECK(json["bounds"] ==
        base::Json::array({extent.min_lon, extent.min_lat, extent.max_lon, extent.max_lat}));
  CHECK(json["center"].size() == 3);
  CHECK(json["center"][0] == Approx((extent.min_lon + extent.max_lon) / 2));
  CHECK(json["editions"]["parcels"] == 3);
  const base::Json& parcels = json["vector_layers"][0];
  CHECK(parcels["id"] == "parcels");
  CHECK(parcels["minzoom"] == 12);
  CHECK(parcels["fields"].contains("DLBM"));
  CHECK(parcels["fields"].contains("mu"));
  CHECK(parcels["fields"].contains("count"));

  const base::Json flags = tilejson(tilesets.at("flags"), state, "http://h");
  CHECK(flags["bounds"][0] == -180.0);
  CHECK(flags["editions"].is_object());
}

TEST_CASE("labels are a tile layer of their own, with what each labelled layer carries") {
  const auto tilesets = load_tilesets(CAITU_SOURCE_DIR "/tiles", declared());
  catalog::State state;
  state.declarations = declared();
  const base::Json json = tilejson(tilesets.at("plan"), state, "http://h");
  const base::Json& labels = json["vector_layers"].back();
  CHECK(labels["id"] == "labels");
  CHECK(labels["minzoom"] == 6);
  CHECK(labels["maxzoom"] == 16);
  for (const char* field : {"layer", "name", "mu", "area_mu", "district"})
    CHECK(labels["fields"].contains(field));
  const base::Json flags = tilejson(tilesets.at("flags"), state, "http://h");
  for (const auto& layer : flags["vector_layers"]) CHECK(layer["id"] != "labels");

  CHECK(tile_layers(tilesets.at("plan")).back() == "labels");
  CHECK(tile_layers(tilesets.at("flags")).back() != "labels");
  const auto has = [&](const char* layer, const std::string& attribute) {
    const auto names = attributes_of(tilesets.at("plan"), layer);
    REQUIRE(names);
    return std::find(names->begin(), names->end(), attribute) != names->end();
  };
  CHECK(has("labels", "name"));
  CHECK(has("labels", "area_mu"));
  CHECK_FALSE(has("labels", "count"));
  CHECK(has("towns", "count"));
  CHECK_FALSE(attributes_of(tilesets.at("flags"), "labels"));
  CHECK_FALSE(attributes_of(tilesets.at("plan"), "parcels"));
}

TEST_CASE("TileJSON's centre is that of the land in its region, its bounds are of all") {
  const auto tilesets = load_tilesets(CAITU_SOURCE_DIR "/tiles", declared());
  test::TempFolder folder;
  catalog::State state = with_parcels(folder);
  const auto extent = state.current.at("parcels")->snapshot->extent();
  geometry::Box& region = state.declarations.at("parcels").region;
  const auto centre_lon = [&] {
    return tilejson(tilesets.at("land"), state, "http://h")["center"][0].get<double>();
  };

  region = {extent.min_lon - 1, extent.min_lat - 1, (extent.min_lon + extent.max_lon) / 2,
            extent.max_lat + 1};
  CHECK(centre_lon() == Approx(0.75 * extent.min_lon + 0.25 * extent.max_lon));
  CHECK(tilejson(tilesets.at("land"), state, "http://h")["bounds"][2] == extent.max_lon);
  region = {extent.max_lon + 1, extent.min_lat, extent.max_lon + 2, extent.max_lat};
  CHECK(centre_lon() == Approx((extent.min_lon + extent.max_lon) / 2));
}
