#include "tiles/render.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/ids.hpp"
#include "base/units.hpp"
#include "fixture.hpp"
#include "geometry/ops.hpp"
#include "support/mvt_reader.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::tiles;
using test::MvtFeature;
using test::MvtPoint;

namespace {

const std::vector<std::string> kFields = {"DLBM", "TBBH", "year", "share", "old", "since", "no_such_field"};

/// 60 × 50 parcels around 116.65 E, 39.87 N: about two tiles by two at zoom 14.
struct Sheet {
  test::TempFolder folder;
  test::ParcelSheet parcels{60, 50};
  std::shared_ptr<const geodata::Snapshot> snapshot = parcels.snapshot(folder.path() / "parcels.snapshot");

  std::string tile(TileAddress address, geometry::Datum datum = geometry::Datum::cgcs2000) const {
    const RenderLayer layer{"parcels", snapshot.get(), kFields};
    return render({address, 4096, 64, datum}, {&layer, 1});
  }
  std::vector<MvtFeature> features(TileAddress address,
                                   geometry::Datum datum = geometry::Datum::cgcs2000) const {
    const std::string bytes = tile(address, datum);
    return bytes.empty() ? std::vector<MvtFeature>{} : test::read_mvt(bytes).at("parcels").features;
  }
  std::vector<TileAddress> tiles(int z) const {
    const auto extent = snapshot->extent();
    const TileAddress first = tile_at({extent.min_lon, extent.max_lat}, z),
                      last = tile_at({extent.max_lon, extent.min_lat}, z);
    std::vector<TileAddress> all;
    for (auto x = first.x; x <= last.x; ++x)
      for (auto y = first.y; y <= last.y; ++y) all.push_back({z, x, y});
    return all;
  }
};

const Sheet& sheet() {
  static const Sheet one;
  return one;
}

/// The points of a feature on the grid of the zoom, without those on the border of the buffer, where a cut
/// puts its own.
std::set<MvtPoint> inner_points(const MvtFeature& feature, TileAddress tile) {
  std::set<MvtPoint> points;
  for (const auto& path : feature.paths)
    for (const MvtPoint p : path)
      if (p.x > -64 && p.x < 4160 && p.y > -64 && p.y < 4160)
        points.insert({p.x + tile.x * 4096, p.y + tile.y * 4096});
  return points;
}
/// Whether a point of the zoom's grid lies strictly inside a tile's buffer.
bool within(MvtPoint p, TileAddress tile) {
  const std::int64_t x = p.x - tile.x * 4096, y = p.y - tile.y * 4096;
  return x > -64 && x < 4160 && y > -64 && y < 4160;
}

bool valid(const MvtFeature& feature) {
  geometry::Geometry polygon;
  polygon.kind = geometry::Kind::polygon;
  for (const auto& ring : feature.paths) {
    if (test::twice_area(ring) > 0 && !polygon.path_ends.empty()) polygon.end_part();
    for (const MvtPoint p : ring)
      polygon.positions.push_back({static_cast<double>(p.x), static_cast<double>(p.y)});
    polygon.positions.push_back({static_cast<double>(ring[0].x), static_cast<double>(ring[0].y)});
    polygon.end_path();
  }
  polygon.end_part();
  return !geometry::flaw_of(polygon);
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, got);
  pclose(pipe);
  return output;
}

}  // namespace

TEST_CASE("every parcel is on the tiles of a zoom, under its id, with its area and attributes") {
  for (const int z : {10, 12, 14, 16}) {
    std::map<std::uint64_t, MvtFeature> seen;
    for (const TileAddress tile : sheet().tiles(z))
      for (const MvtFeature& feature : sheet().features(tile)) seen.emplace(feature.id, feature);
    REQUIRE(seen.size() == static_cast<std::size_t>(sheet().parcels.size()));
    for (int i = 0; i < sheet().parcels.size(); i += 37) {
      const MvtFeature& feature = seen.at(sheet().parcels.id(i));
      CHECK(std::get<double>(feature.tags.at("mu")) ==
            base::mu_from_m2(geometry::area_m2(sheet().parcels.parcel(i))));
      CHECK(std::get<std::uint64_t>(feature.tags.at("count")) == 1);
      CHECK(std::get<std::string>(feature.tags.at("TBBH")) == "T" + std::to_string(i));
      CHECK(std::get<std::uint64_t>(feature.tags.at("year")) == static_cast<std::uint64_t>(2000 + i % 25));
      CHECK(std::get<bool>(feature.tags.at("old")) == (i % 2 == 1));
      CHECK(feature.tags.contains("share") == (i % 3 != 0));
      CHECK_FALSE(feature.tags.contains("no_such_field"));
    }
  }
}

TEST_CASE("neighbouring tiles put the vertices of a parcel on the same places") {
  CHECK(rc::check([] {
    const int z = *rc::gen::inRange(11, 19);
    const auto extent = sheet().snapshot->extent();
    const auto within_extent = [](double low, double high, int step) {
      return low + (high - low) * step / 1000;
    };
    const TileAddress a = tile_at({within_extent(extent.min_lon, extent.max_lon, *rc::gen::inRange(0, 1001)),
                                   within_extent(extent.min_lat, extent.max_lat, *rc::gen::inRange(0, 1001))},
                                  z);
    const TileAddress b{z, a.x + (*rc::gen::arbitrary<bool>() ? 1 : 0), a.y + 1};
    std::map<std::uint64_t, MvtFeature> of_b;
    for (const MvtFeature& feature : sheet().features(b)) of_b.emplace(feature.id, feature);
    for (const MvtFeature& feature : sheet().features(a)) {
      const auto other = of_b.find(feature.id);
      const std::set<MvtPoint> points = inner_points(feature, a);
      const std::set<MvtPoint> others =
          other == of_b.end() ? std::set<MvtPoint>{} : inner_points(other->second, b);
      for (const MvtPoint p : points) RC_ASSERT(!within(p, b) || others.contains(p));
      for (const MvtPoint p : others) RC_ASSERT(!within(p, a) || points.contains(p));
    }
  }));
}

TEST_CASE("parcels that share a border share its vertices on the tile") {
  const TileAddress tile = tile_at({116.65, 39.87}, 14);
  std::map<MvtPoint, int> uses;
  int inside = 0;
  for (const MvtFeature& feature : sheet().features(tile))
    for (const MvtPoint p : feature.paths.at(0))
      if (p.x > 400 && p.x < 3700 && p.y > 400 && p.y < 3700) ++uses[p], ++inside;
  REQUIRE(inside > 1000);
  for (const auto& [point, count] : uses) CHECK(count >= 2);
}

TEST_CASE("rings wind as the specification says, repeat no point and stay in the buffer") {
  for (const int z : {9, 12, 14, 16})
    for (const TileAddress tile : sheet().tiles(z))
      for (const MvtFeature& feature : sheet().features(tile)) {
        REQUIRE(feature.type == 3);
        REQUIRE(test::twice_area(feature.paths.at(0)) > 0);
        for (const auto& ring : feature.paths) {
          REQUIRE(ring.size() >= 3);
          for (std::size_t i = 0; i < ring.size(); ++i) {
            REQUIRE(ring[i] != ring[(i + 1) % ring.size()]);
            REQUIRE(std::min(ring[i].x, ring[i].y) >= -64);
            REQUIRE(std::max(ring[i].x, ring[i].y) <= 4160);
          }
        }
      }
}

TEST_CASE("polygons that the buffer does not cut are valid after rounding, and most of those that it cuts") {
  for (const int z : {12, 14, 16}) {
    std::size_t whole = 0, whole_valid = 0, cut = 0, cut_valid = 0;
    for (const TileAddress tile : sheet().tiles(z))
      for (const MvtFeature& feature : sheet().features(tile)) {
        const bool at_border = inner_points(feature, tile).size() < feature.paths.at(0).size();
        (at_border ? cut : whole) += 1;
        (at_border ? cut_valid : whole_valid) += valid(feature);
      }
    std::printf("  zoom %d: %zu of %zu whole and %zu of %zu cut polygons are valid\n", z, whole_valid, whole,
                cut_valid, cut);
    CHECK(whole_valid == whole);
    CHECK(static_cast<double>(cut_valid) >= 0.8 * static_cast<double>(cut));
  }
}

TEST_CASE("the same tile has the same bytes on any thread") {
  const TileAddress tile = tile_at({116.65, 39.87}, 14);
  const std::string expected = sheet().tile(tile);
  REQUIRE_FALSE(expected.empty());
  std::vector<std::string> made(8);
  std::vector<std::thread> threads;
  for (std::string& one : made) threads.emplace_back([&] { one = sheet().tile(tile); });
  for (auto& thread : threads) thread.join();
  for (const std::string& one : made) CHECK(one == expected);
}

TEST_CASE("where nothing lies a tile is empty") {
  CHECK(sheet().tile(tile_at({117.5, 39.87}, 14)).empty());
  CHECK(sheet().tile({14, 0, 0}).empty());
}

TEST_CASE("on a map in another datum every vertex stands where that datum puts it") {
  for (const auto datum : {geometry::Datum::gcj02, geometry::Datum::bd09}) {
    const int index = 1530;
    const auto parcel = sheet().parcels.parcel(index);
    const auto first = geometry::shift(parcel.positions[0], geometry::Datum::cgcs2000, datum);
    const TileAddress tile = tile_at(first, 16);
    const double side = std::ldexp(4096.0, 16);
    const MvtPoint expected{
        static_cast<std::int64_t>(std::floor(mercator_x(first.lon) * side + 0.5)) - tile.x * 4096,
        static_cast<std::int64_t>(std::floor(mercator_y(first.lat) * side + 0.5)) - tile.y * 4096};
    bool found = false;
    for (const MvtFeature& feature : sheet().features(tile, datum))
      if (feature.id == sheet().parcels.id(index))
        for (const MvtPoint p : feature.paths.at(0)) found = found || p == expected;
    CHECK(found);
  }
}

TEST_CASE("GDAL reads as many features, ids and 亩 as were written") {
  const TileAddress tile = tile_at({116.65, 39.87}, 14);
  test::TempFolder folder;
  const auto file = folder.path() / "6207.mvt";
  std::ofstream(file, std::ios::binary) << sheet().tile(tile);
  const std::string sql =
      "SELECT COUNT(*) AS n, SUM(mu) AS mu, SUM(\\\"count\\\") AS pieces, MIN(mvt_id) AS least FROM parcels";
  const std::string output =
      output_of("ogrinfo -q -oo CLIP=NO -dialect SQLite -sql \"" + sql + "\" MVT:" + file.string() + " 2>&1");
  INFO(output);
  const auto number = [&](const std::string& name) {
    const auto at = output.find(" " + name + " (");
    REQUIRE(at != std::string::npos);
    return std::stod(output.substr(output.find("= ", at) + 2));
  };
  double mu = 0;
  const auto features = sheet().features(tile);
  std::uint64_t least = base::kMaxFeatureId;
  for (const MvtFeature& feature : features) {
    mu += std::get<double>(feature.tags.at("mu"));
    least = std::min(least, feature.id);
  }
  CHECK(number("n") == static_cast<double>(features.size()));
  CHECK(number("mu") == Approx(mu).epsilon(1e-12));
  CHECK(number("pieces") == static_cast<double>(features.size()));
  CHECK(number("least") == static_cast<double>(least));
}
