#include "tiles/grid.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "support/properties.hpp"

using namespace caitu::tiles;

namespace {

double direct_mercator_y(double lat) {
  constexpr long double pi = std::numbers::pi_v<long double>;
  return static_cast<double>(0.5L - std::log(std::tan(pi / 4 + lat * pi / 360)) / (2 * pi));
}

double degrees(std::int64_t low, std::int64_t high, double unit) {
  return static_cast<double>(*rc::gen::inRange<std::int64_t>(low, high)) / unit;
}

}  // namespace

TEST_CASE("an address is plain decimal numbers in range for its zoom, and nothing else") {
  CHECK(parse_address("0", "0", "0") == TileAddress{0, 0, 0});
  CHECK(parse_address("14", "13500", "6200") == TileAddress{14, 13500, 6200});
  CHECK(parse_address("22", "4194303", "4194303") == TileAddress{22, 4194303, 4194303});
  for (const char* bad : {"01",         "-1",  "+1",  "1e2",     "",
                          " 1",         "1 ",  "1.0", "0x1",     "NaN",
                          "nan",        "inf", "²",   "4194304", "99999999999999999999",
                          "4294967297", "-0",  "00",  "1,0",     "１"}) {
    INFO(bad);
    CHECK_FALSE(parse_address("22", bad, "0"));
    CHECK_FALSE(parse_address("22", "0", bad));
    CHECK_FALSE(parse_address(bad, "0", "0"));
  }
  CHECK_FALSE(parse_address("0", "1", "0"));
  CHECK_FALSE(parse_address("3", "0", "8"));
  CHECK_FALSE(parse_address("23", "0", "0"));
  CHECK_FALSE(parse_address("1", std::string_view("0\0", 2), "0"));
}

TEST_CASE("the Mercator latitude is the formula's, to a ten-thousandth of a unit at the last zoom") {
  CHECK(rc::check([] {
    const double lat = degrees(-85'050'000'000, 85'050'000'000, 1e9);
    RC_ASSERT(std::abs(mercator_y(lat) - direct_mercator_y(lat)) < 5e-15);
  }));
  for (double lat = -61; lat <= 61; lat += 0.25) {
    INFO(lat);
    for (const double near : {std::nextafter(lat, -90), lat, std::nextafter(lat, 90)})
      CHECK(std::abs(mercator_y(near) - direct_mercator_y(near)) < 5e-15);
  }
  CHECK(mercator_y(0) == Approx(0.5).margin(1e-15));
  CHECK(mercator_y(90) == Approx(0).margin(1e-12));
  CHECK(mercator_y(-90) == Approx(1).margin(1e-12));
}

TEST_CASE("a tile's square holds the positions that name the tile, and neighbours meet") {
  CHECK(rc::check([] {
    const int z = *rc::gen::inRange(0, kMaxZoom + 1);
    const double lon = degrees(-179'999'999, 179'999'999, 1e6);
    const double lat = degrees(-85'000'000, 85'000'000, 1e6);
    const TileAddress tile = tile_at({lon, lat}, z);
    auto box = tile_box(tile);
    const double slack = 1e-12 * 360;
    box = {box.min_lon - slack, box.min_lat - slack, box.max_lon + slack, box.max_lat + slack};
    RC_ASSERT(box.contains(caitu::geometry::Position{lon, lat}));
  }));
  CHECK(tile_box({14, 13500, 6200}).max_lon == tile_box({14, 13501, 6200}).min_lon);
  CHECK(tile_box({14, 13500, 6200}).min_lat == tile_box({14, 13500, 6201}).max_lat);
  CHECK(tile_box({0, 0, 0}).max_lat == Approx(85.05112877980659).epsilon(1e-14));
}

TEST_CASE("positions on the edge of the square or beyond it are clamped to its tiles") {
  CHECK(tile_at({180, -90}, 3) == TileAddress{3, 7, 7});
  CHECK(tile_at({-180, 90}, 3) == TileAddress{3, 0, 0});
  CHECK(tile_at({116.4, 39.9}, 14) == TileAddress{14, 13489, 6208});
}
