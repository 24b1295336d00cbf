#include "tiles/service.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "fixture.hpp"
#include "support/mvt_reader.hpp"

using namespace caitu;
using namespace caitu::tiles;

namespace {

const geometry::Position kPlace{116.65, 39.87};
const TileAddress kTile = tile_at(kPlace, 14);

/// One edition of `layer`, in the record and as a snapshot.
void publish(const catalog::Workspace& workspace, const std::string& layer, const std::string& as_of,
             int columns) {
  const auto schema = geodata::load_declarations({CAITU_SOURCE_DIR "/geodata/layers"}).at(layer).schema;
  auto store = store::Store::open(workspace.database(), false);
  auto staged = store.stage(schema, as_of);
  for (const store::RowState& row : store.newest_rows(layer)) staged.end_row(row.row_id);
  const test::ParcelSheet sheet(columns, 2);
  store::EditionRecord record;
  record.layer = layer;
  record.edition = staged.edition();
  record.as_of = as_of;
  record.published = true;
  record.rows = static_cast<std::uint64_t>(sheet.size());
  record.snapshot = layer + "-" + std::to_string(record.edition) + ".snapshot";
  geodata::SnapshotWriter snapshot(workspace.snapshots() / record.snapshot, schema,
                                   {.layer = layer, .edition = record.edition, .as_of = as_of});
  for (int i = 0; i < sheet.size(); ++i) {
    geodata::Feature feature{sheet.id(i), sheet.parcel(i), std::vector<geodata::Value>(schema.fields.size()),
                             0};
    feature.area_m2 = geometry::area_m2(feature.geometry);
    staged.add(feature, geodata::content_digest(feature.geometry, feature.values));
    snapshot.add(feature.id, feature.geometry, feature.values, feature.area_m2);
  }
  record.digest = snapshot.finish();
  staged.index();
  staged.publish(record);
}

/// A workspace with two editions of parcels (4 and 6 features) and none of spots.
struct Land {
  test::TempFolder folder;
  catalog::Workspace workspace{folder.path() / "ws"};
  std::unique_ptr<catalog::Catalog> catalog;

  Land() {
    catalog::create_workspace(workspace);
    publish(workspace, "parcels", "2022-12-31", 2);
    publish(workspace, "parcels", "2023-12-31", 3);
    catalog = std::make_unique<catalog::Catalog>(
        workspace, std::vector<std::filesystem::path>{CAITU_SOURCE_DIR "/geodata/layers"});
  }
};

std::map<std::string, Tileset> tilesets() {
  Tileset one;
  one.id = "one";
  one.min_zoom = 10;
  one.layers = {{"parcels", 12, 16, {"DLBM"}}};
  one.digest = "one";
  Tileset two = one;
  two.id = two.digest = "two";
  two.layers.push_back({"spots", 10, 16, {}});
  return {{"one", one}, {"two", two}};
}

std::size_t parcels_on(const Tile& tile) {
  return tile.plain ? test::read_mvt(*tile.plain).at("parcels").features.size() : 0;
}
TileQuery as_of(const std::string& date) {
  TileQuery query;
  query.as_of = date;
  return query;
}
TileQuery edition(std::uint32_t number) {
  TileQuery query;
  query.edition = number;
  return query;
}
base::Code refusal(Service& service, const std::string& id, TileAddress address, const TileQuery& query) {
  try {
    service.tile(id, address, query);
  } catch (const base::Error& error) {
    return error.code();
  }
  return base::Code::internal;
}

}  // namespace

TEST_CASE("a tile shows the current edition, or the one of a date or a number") {
  const Land land;
  Service service(*land.catalog, tilesets());
  CHECK(parcels_on(service.tile("one", kTile, {})) == 6);
  CHECK(parcels_on(service.tile("two", kTile, {})) == 6);
  CHECK(parcels_on(service.tile("two", kTile, as_of("2023-06-30"))) == 4);
  CHECK(parcels_on(service.tile("two", kTile, as_of("2023-12-31"))) == 6);
  CHECK(service.tile("two", kTile, as_of("2020-01-01")).plain == nullptr);
  CHECK(parcels_on(service.tile("one", kTile, edition(1))) == 4);
  CHECK(parcels_on(service.tile("one", kTile, edition(2))) == 6);
}

TEST_CASE("a tile that nobody offers is refused with a reason") {
  const Land land;
  Service service(*land.catalog, tilesets());
  CHECK(refusal(service, "none", kTile, {}) == base::Code::not_found);
  CHECK(refusal(service, "one", {9, 0, 0}, {}) == base::Code::not_found);
  CHECK(refusal(service, "one", {17, 0, 0}, {}) == base::Code::not_found);
  CHECK(refusal(service, "one", kTile, edition(3)) == base::Code::not_found);
  CHECK(refusal(service, "two", kTile, edition(1)) == base::Code::invalid);
  CHECK(refusal(service, "one", kTile, as_of("yesterday")) == base::Code::invalid);
  CHECK_FALSE(service.cached("none", kTile, {}));
  CHECK_FALSE(service.cached("one", {9, 0, 0}, {}));
}

TEST_CASE("a tile is rendered once, then comes from memory with the same bytes and tag") {
  const Land land;
  Service service(*land.catalog, tilesets());
  CHECK_FALSE(service.cached("one", kTile, {}));
  const Tile first = service.tile("one", kTile, {});
  const auto again = service.cached("one", kTile, {});
  REQUIRE(again);
  CHECK(again->plain == first.plain);
  CHECK(again->etag == first.etag);
  CHECK(again->gzip_ready() == nullptr);
  CHECK(base::gunzip(*first.gzip(), 1 << 20) == *first.plain);
  CHECK(again->gzip_ready() == first.gzip());
  TileQuery shifted;
  shifted.datum = geometry::Datum::gcj02;
  CHECK(service.tile("one", kTile, shifted).etag != first.etag);
  const ServiceCounters counters = service.counters();
  CHECK(counters.misses == 2);
  CHECK(counters.hits == 1);
  CHECK(counters.cache_tiles == 2);
}

TEST_CASE("an empty tile has no bytes and is remembered too") {
  const Land land;
  Service service(*land.catalog, tilesets());
  const Tile tile = service.tile("one", {14, 0, 0}, {});
  CHECK(tile.plain == nullptr);
  CHECK(tile.gzip() == nullptr);
  CHECK(service.cached("one", {14, 0, 0}, {}));
  CHECK(service.tile("one", tile_at(kPlace, 10), {}).plain == nullptr);  // below the layer's zooms
  CHECK(service.counters().rendered_empty == 2);
}

TEST_CASE("a new edition is shown by the next request, and a dated one stays as it was") {
  Land land;
  Service service(*land.catalog, tilesets());
  const Tile before = service.tile("one", kTile, {});
  publish(land.workspace, "parcels", "2024-12-31", 4);
  REQUIRE(land.catalog->refresh());
  CHECK_FALSE(service.cached("one", kTile, {}));
  CHECK(parcels_on(service.tile("one", kTile, {})) == 8);
  CHECK(service.tile("one", kTile, as_of("2024-01-01")).etag == before.etag);
}

TEST_CASE("many threads that ask for one tile get one rendering") {
  const Land land;
  Service service(*land.catalog, tilesets());
  std::atomic<int> different = 0;
  const std::string expected = service.tile("two", kTile, {}).etag;
  for (int round = 0; round < 20; ++round) {
    Service fresh(*land.catalog, tilesets());
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { different += fresh.tile("two", kTile, {}).etag != expected; });
    for (auto& thread : threads) thread.join();
    CHECK(fresh.counters().misses == 1);
  }
  CHECK(different == 0);
}
