#include "tiles/labels.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <thread>

#include "base/units.hpp"
#include "fixture.hpp"
#include "geometry/ops.hpp"
#include "support/mvt_reader.hpp"
#include "support/properties.hpp"
#include "tiles/grid.hpp"
#include "tiles/render.hpp"

using namespace caitu;
using namespace caitu::tiles;

namespace {

geodata::Schema base_schema() {
  geodata::Schema schema = test::parcel_schema();
  schema.layer = "bases";
  schema.label_field = "TBBH";
  return schema;
}

/// Outlines of every shape over Beijing and the counties around it; every seventh has no name.
struct Bases {
  static constexpr std::uint64_t kCount = 600;
  test::TempFolder folder;
  std::shared_ptr<const geodata::Snapshot> snapshot = write();
  LabelPlaces places{*snapshot};

  static bool named(std::uint64_t id) { return id % 7 != 0; }

  std::string tile(TileAddress address, geometry::Datum datum = geometry::Datum::cgcs2000) const {
    const LabelledLayer layer{"bases", snapshot.get(), &places, {"year", "DLBM", "no_such_field"}};
    return render({address, 4096, 64, datum}, {}, {&layer, 1});
  }
  std::vector<test::MvtFeature> labels(TileAddress address,
                                       geometry::Datum datum = geometry::Datum::cgcs2000) const {
    const std::string bytes = tile(address, datum);
    return bytes.empty() ? std::vector<test::MvtFeature>{} : test::read_mvt(bytes).at("labels").features;
  }
  /// Every tile of a zoom that can hold one, with a tile to spare on each side.
  std::vector<TileAddress> tiles(int z) const {
    const auto extent = snapshot->extent();
    const TileAddress first = tile_at({extent.min_lon, extent.max_lat}, z),
                      last = tile_at({extent.max_lon, extent.min_lat}, z);
    std::vector<TileAddress> all;
    for (auto x = first.x - 1; x <= last.x + 1; ++x)
      for (auto y = first.y - 1; y <= last.y + 1; ++y) all.push_back({z, x, y});
    return all;
  }

 private:
  std::shared_ptr<const geodata::Snapshot> write() const {
    geodata::SnapshotWriter writer(folder.path() / "bases.snapshot", base_schema(),
                                   {.layer = "bases", .edition = 1, .as_of = "2024-01-01"});
    std::mt19937_64 random(3);
    const auto between = [&](double low, double high) {
      return std::uniform_real_distribution<>(low, high)(random);
    };
    for (std::uint64_t id = 1; id <= kCount; ++id) {
      const geometry::Position centre{between(114.5, 119), between(38.5, 41.5)};
      geometry::Geometry shape;
      shape.kind = geometry::Kind::polygon;
      const double radius = id % 5 == 0 ? 0.3 : 0.01;  // some reach over several tiles
      for (int corner = 0; corner < 11; ++corner) {
        const double angle = 2 * M_PI * corner / 11, reach = radius * between(0.2, 1);
        shape.positions.push_back(
            {centre.lon + reach * std::cos(angle), centre.lat + reach * std::sin(angle)});
      }
      shape.positions.push_back(shape.positions.front());
      shape.end_path();
      shape.end_part();
      const geodata::Value name =
          named(id) ? geodata::Value("基地" + std::to_string(id % 50)) : geodata::Value{};
      writer.add(id, shape,
                 {std::string("0102"), name, static_cast<std::int64_t>(2000 + id % 20), {}, {}, {}, {}},
                 geometry::area_m2(shape));
    }
    writer.finish();
    return geodata::Snapshot::open(folder.path() / "bases.snapshot");
  }
};

const Bases& bases() {
  static const Bases one;
  return one;
}

}  // namespace

TEST_CASE("over a whole zoom each named feature is labelled exactly once, in any datum") {
  for (const auto datum : {geometry::Datum::cgcs2000, geometry::Datum::gcj02, geometry::Datum::bd09})
    for (const int z : {8, 10}) {
      std::map<std::uint64_t, int> seen;
      for (const TileAddress tile : bases().tiles(z))
        for (const auto& label : bases().labels(tile, datum)) ++seen[label.id];
      std::size_t named = 0;
      for (std::uint64_t id = 1; id <= Bases::kCount; ++id) {
        named += Bases::named(id);
        CHECK(seen.contains(id) == Bases::named(id));
      }
      CHECK(seen.size() == named);
      for (const auto& [id, times] : seen) CHECK(times == 1);
    }
}

TEST_CASE("a label stands inside its feature, on a whole unit of its own tile, and never on the far edge") {
  for (const TileAddress tile : bases().tiles(10))
    for (const auto& label : bases().labels(tile)) {
      REQUIRE(label.type == 1);
      REQUIRE(label.paths.size() == 1);
      const test::MvtPoint p = label.paths[0].at(0);
      REQUIRE(std::min(p.x, p.y) >= 0);
      REQUIRE(std::max(p.x, p.y) <= 4095);
      const std::size_t item = *bases().snapshot->find(label.id);
      const auto at = geometry::point_on(bases().snapshot->geometry(item));
      REQUIRE(geometry::covers(bases().snapshot->geometry(item), at));
      const double side = std::ldexp(4096.0, 10);
      CHECK(p.x == static_cast<std::int64_t>(std::floor(mercator_x(at.lon) * side)) - tile.x * 4096);
      CHECK(p.y == static_cast<std::int64_t>(std::floor(mercator_y(at.lat) * side)) - tile.y * 4096);
    }
}

TEST_CASE("a label says its layer and name, the declared fields and the 亩 of the whole feature") {
  std::size_t seen = 0;
  for (const TileAddress tile : bases().tiles(8))
    for (const auto& label : bases().labels(tile)) {
      ++seen;
      const std::size_t item = *bases().snapshot->find(label.id);
      CHECK(std::get<std::string>(label.tags.at("layer")) == "bases");
      CHECK(std::get<std::string>(label.tags.at("name")) == "基地" + std::to_string(label.id % 50));
      CHECK(std::get<std::uint64_t>(label.tags.at("year")) == 2000 + label.id % 20);
      CHECK(std::get<std::string>(label.tags.at("DLBM")) == "0102");
      CHECK(std::get<double>(label.tags.at("mu")) == base::mu_from_m2(bases().snapshot->area_m2(item)));
      CHECK_FALSE(label.tags.contains("no_such_field"));
    }
  CHECK(seen > 500);
}

TEST_CASE("a place on the border of tiles belongs to one of them") {
  const int z = 9;
  geodata::SnapshotWriter writer(bases().folder.path() / "edges.snapshot", base_schema(),
                                 {.layer = "bases", .edition = 1, .as_of = "2024-01-01"});
  const auto corner = tile_box(tile_at({116.5, 39.8}, z));
  const std::vector<geometry::Position> at = {{corner.min_lon, corner.max_lat},
                                              {corner.max_lon, corner.min_lat},
                                              {corner.min_lon, (corner.min_lat + corner.max_lat) / 2},
                                              {(corner.min_lon + corner.max_lon) / 2, corner.min_lat}};
  for (std::size_t i = 0; i < at.size(); ++i)
    writer.add(i + 1, geometry::make_point(at[i]), {{}, "P" + std::to_string(i), {}, {}, {}, {}, {}}, 0);
  writer.finish();
  const auto snapshot = geodata::Snapshot::open(bases().folder.path() / "edges.snapshot");
  const LabelPlaces places(*snapshot);
  const LabelledLayer layer{"bases", snapshot.get(), &places, {}};
  std::map<std::uint64_t, int> seen;
  for (const TileAddress tile : bases().tiles(z)) {
    const std::string bytes = render({tile, 4096, 64, geometry::Datum::cgcs2000}, {}, {&layer, 1});
    if (bytes.empty()) continue;
    const auto decoded = test::read_mvt(bytes);
    for (const auto& label : decoded.at("labels").features) ++seen[label.id];
  }
  CHECK(seen == std::map<std::uint64_t, int>{{1, 1}, {2, 1}, {3, 1}, {4, 1}});
}

TEST_CASE("places are made once for a snapshot, whoever asks, and forgotten with it") {
  LabelShelf shelf;
  std::vector<std::shared_ptr<const LabelPlaces>> got(8);
  std::vector<std::thread> threads;
  for (auto& one : got) threads.emplace_back([&] { one = shelf.of(bases().snapshot); });
  for (auto& thread : threads) thread.join();
  for (const auto& one : got) CHECK(one == got.front());
  CHECK(got.front()->size() == bases().places.size());

  std::weak_ptr<const LabelPlaces> gone;
  {
    const auto other = test::ParcelSheet(2, 2).snapshot(bases().folder.path() / "other.snapshot");
    gone = shelf.of(other);
    CHECK_FALSE(gone.expired());
  }
  shelf.of(bases().snapshot);
  CHECK(gone.expired());
}

TEST_CASE("a layer without a label field, or without a name anywhere, has no labels") {
  const auto snapshot = test::ParcelSheet(2, 2).snapshot(bases().folder.path() / "unnamed.snapshot");
  const LabelPlaces places(*snapshot);
  CHECK(places.size() == 0);
  const LabelledLayer layer{"parcels", snapshot.get(), &places, {}};
  CHECK(render({tile_at({116.65, 39.87}, 12), 4096, 64, geometry::Datum::cgcs2000}, {}, {&layer, 1}).empty());
}
