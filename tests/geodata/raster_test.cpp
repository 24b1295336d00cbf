#include "geodata/raster.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "geometry/measure.hpp"
#include "geometry/stars.hpp"
#include "made_files.hpp"
#include "made_rasters.hpp"
#include "support/properties.hpp"

namespace {

namespace fs = std::filesystem;
namespace geometry = caitu::geometry;
using caitu::base::Code;
using caitu::base::Error;
using caitu::geodata::Raster;
using caitu::geodata::ZoneCounts;
using geometry::Geometry;
using geometry::Position;
using made::Affine;
using made::RasterForm;

constexpr int kWidth = 120, kHeight = 90, kClasses = 6;

/// 0 is nodata.
double class_at(int, int x, int y) { return (x * 7 + y * 13 + x * y) % kClasses; }

Position moved(const Affine& by, Position p) {
  return {by[0] + by[1] * p.lon + by[2] * p.lat, by[3] + by[4] * p.lon + by[5] * p.lat};
}

RasterForm classes_form(const Affine& transform, int epsg) {
  return {.width = kWidth,
          .height = kHeight,
          .transform = transform,
          .epsg = epsg,
          .nodata = 0,
          .items = {{"CLASS_1", "种植"}, {"CLASS_4", "硬化"}}};
}

/// A raster that a test asks, with all that is needed to know better.
struct Asked {
  Affine transform;
  geometry::Crs crs;
  Raster raster;
  double pixel_deg;  ///< about

  Asked(const made::Folder& folder, const std::string& name, const Affine& by, int epsg, double degrees)
      : transform(by),
        crs(geometry::Crs::parse("EPSG:" + std::to_string(epsg))),
        raster(made::write_raster(folder.path / name, classes_form(by, epsg), class_at)),
        pixel_deg(degrees) {}

  Position middle() const {
    std::vector<Position> at{moved(transform, {kWidth / 2.0, kHeight / 2.0})};
    geometry::to_cgcs2000(crs).apply(at);
    return at.front();
  }
};

/// What `count` must find, from every pixel about the polygon by itself.
ZoneCounts by_hand(const Asked& asked, const Geometry& land) {
  const geometry::Transform to_plane(geometry::Crs::cgcs2000(), asked.crs);
  Geometry plane = land;
  to_plane.apply(plane.positions);
  Affine inverse{};
  Affine transform = asked.transform;
  REQUIRE(GDALInvGeoTransform(transform.data(), inverse.data()) != 0);
  geometry::Box box;
  for (const Position p : plane.positions) box.grow(moved(inverse, p));
  ZoneCounts counts;
  for (int y = static_cast<int>(std::floor(box.min_lat)); y <= box.max_lat; ++y) {
    for (int x = static_cast<int>(std::floor(box.min_lon)); x <= box.max_lon; ++x) {
      if (!geometry::covers(plane, moved(transform, {x + 0.5, y + 0.5}))) continue;
      ++counts.pixels;
      if (x < 0 || x >= kWidth || y < 0 || y >= kHeight) {
        ++counts.missing;
      } else if (const double value = class_at(0, x, y); value == 0) {
        ++counts.nodata;
      } else {
        ++counts.values[static_cast<std::int64_t>(value)];
      }
    }
  }
  return counts;
}

Geometry box(double west, double south, double east, double north) {
  return geometry::make_box({west, south, east, north});
}

/// A rectangle of zone 39, in degrees.
Geometry on_zone39(double west, double south, double east, double north) {
  Geometry land = box(west, south, east, north);
  geometry::to_cgcs2000(geometry::Crs::parse("EPSG:4527")).apply(land.positions);
  return land;
}

template <typename Action>
Error error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    UNSCOPED_INFO(error.full());
    return error;
  }
  FAIL("nothing was thrown");
  throw 0;
}

/// The most memory that the process held since `forget_peak`, in bytes.
std::size_t peak() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
  return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

}  // namespace

TEST_CASE("a polygon's pixels are those whose middle lies in it, however the raster lies") {
  const made::Folder folder;
  constexpr double kPixel = 2e-5;  // of a degree, about 2 m
  const double turn = 0.5, pixel = 2;
  std::vector<Asked> all;
  all.emplace_back(folder, "north_up.tif", made::north_up(), 4527, kPixel);
  all.emplace_back(folder, "turned.tif",
                   Affine{39'440'600, pixel * std::cos(turn), pixel * std::sin(turn), 4'389'200,
                          pixel * std::sin(turn), -pixel * std::cos(turn)},
                   4527, kPixel);
  all.emplace_back(folder, "south_up.tif", Affine{39'440'600, pixel, 0, 4'389'000, 0, pixel}, 4527, kPixel);
  all.emplace_back(folder, "degrees.tif", Affine{116.3, kPixel, 0, 39.63, 0, -kPixel}, 4326, kPixel);
  all.emplace_back(folder, "mercator.tif", Affine{12'946'700, 2.5, 0, 4'810'000, 0, -2.5}, 3857, kPixel);
  const auto good = rc::check("counts of every pixel", [&all] {
    Asked& asked = all[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(all.size())))];
    const Position middle = asked.middle();
    const double reach = asked.pixel_deg * std::pow(10, 1.8 - geometry::test::real(0, 2.4));
    const Position centre{middle.lon + asked.pixel_deg * geometry::test::real(-80, 80),
                          middle.lat + asked.pixel_deg * geometry::test::real(-60, 60)};
    const Geometry land = geometry::test::star_land(centre, reach);
    const ZoneCounts found = asked.raster.count(land), wanted = by_hand(asked, land);
    RC_ASSERT(found.pixels == wanted.pixels);
    RC_ASSERT(found.missing == wanted.missing);
    RC_ASSERT(found.nodata == wanted.nodata);
    RC_ASSERT(found.values == wanted.values);
    RC_ASSERT(found.size > 0.0);
    RC_TAG(found.too_coarse() ? "too coarse" : found.missing == found.pixels ? "outside" : "counted");
  });
  CHECK(good);
}

TEST_CASE("lands that share an edge share no pixel and leave none out, even where middles lie on it") {
  const made::Folder folder;
  constexpr double kPixel = 1.0 / 1024, kWest = 116, kNorth = 40;
  Raster raster(made::write_raster(folder.path / "a.tif",
                                   classes_form({kWest, kPixel, 0, kNorth, 0, -kPixel}, 4490), class_at));
  const auto at = [&](double x, double y) { return Position{kWest + x * kPixel, kNorth - y * kPixel}; };
  const auto triangle = [&](Position a, Position b, Position c) {
    Geometry land{
        .kind = geometry::Kind::polygon, .positions = {a, b, c, a}, .path_ends = {}, .part_ends = {}};
    land.end_path();
    land.end_part();
    return land;
  };
  // Its diagonal and its sides go through middles.
  const Position nw = at(0.5, 0.5), ne = at(40.5, 0.5), se = at(40.5, 40.5), sw = at(0.5, 40.5);
  const ZoneCounts upper = raster.count(triangle(nw, se, ne)), lower = raster.count(triangle(nw, sw, se));
  const ZoneCounts whole = raster.count(box(nw.lon, sw.lat, ne.lon, nw.lat));
  CHECK(whole.pixels == 1600);
  CHECK(upper.pixels + lower.pixels == whole.pixels);
  CHECK(upper.nodata + lower.nodata == whole.nodata);
  for (int value = 1; value < kClasses; ++value) {
    const auto of = [value](const ZoneCounts& counts) {
      const auto found = counts.values.find(value);
      return found == counts.values.end() ? 0 : found->second;
    };
    CHECK(of(upper) + of(lower) == of(whole));
  }
}

TEST_CASE("eastings and longitudes come first, whatever the authority says of the axes") {
  const made::Folder folder;
  // 41 columns from the west and 10 rows from the north.
  Raster zone(made::write_raster(folder.path / "zone.tif", classes_form(made::north_up(), 4527), class_at));
  const ZoneCounts counts = zone.count(on_zone39(39'440'682, 4'389'178, 39'440'684, 4'389'180));
  REQUIRE(counts.valid() == 1);
  CHECK(counts.values.begin()->first == static_cast<std::int64_t>(class_at(0, 41, 10)));
  for (const int epsg : {4326, 4490}) {
    Raster degrees(made::write_raster(folder.path / ("degrees" + std::to_string(epsg) + ".tif"),
                                      classes_form({116.3, 1e-5, 0, 39.63, 0, -1e-5}, epsg), class_at));
    const ZoneCounts one = degrees.count(box(116.3004101, 39.6298901, 116.3004199, 39.6298999));
    REQUIRE(one.valid() == 1);
    CHECK(one.values.begin()->first == static_cast<std::int64_t>(class_at(0, 41, 10)));
  }
}

TEST_CASE("pixels without data are told apart from pixels, and pixels outside from both") {
  const made::Folder folder;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  RasterForm form{.width = 20,
                  .height = 10,
                  .bands = 2,
                  .transform = made::north_up(),
                  .epsg = 4527,
                  .type = GDT_Float32,
                  .nodata = -9999};
  // Band 2 has no data in row 0, band 1 none in column 0, and a hole that is no number.
  Raster raster(made::write_raster(folder.path / "bands.tif", form, [nan](int band, int x, int y) {
    if (band == 1) return y == 0 ? nan : 0.5;
    return x == 0 ? -9999 : x == 3 && y == 3 ? nan : x + 100.0 * y;
  }));
  CHECK(raster.info().kind == caitu::geodata::RasterKind::bands);
  CHECK(raster.info().nodata == -9999);
  const ZoneCounts all = raster.count(on_zone39(39'440'596, 4'389'176, 39'440'644, 4'389'204));
  CHECK(all.pixels == 24 * 14);
  CHECK(all.missing == 24 * 14 - 20 * 10);
  CHECK(all.nodata == 20 + 9 + 1);
  CHECK(all.valid() == 170);
  CHECK(all.values.empty());
  REQUIRE(all.bands.size() == 2);
  CHECK(all.bands[0].least == 101);
  CHECK(all.bands[0].most == 919);
  CHECK(all.bands[0].sum == 9 * 190 + 19 * 100.0 * 45 - 303);
  CHECK(all.bands[1].sum == 85);
}

TEST_CASE("a transparent pixel has no data, and an alpha band no values") {
  const made::Folder folder;
  RasterForm form{.width = 8,
                  .height = 8,
                  .bands = 4,
                  .transform = made::north_up(),
                  .epsg = 4527,
                  .options = {"ALPHA=YES", "PHOTOMETRIC=RGB"}};
  Raster raster(made::write_raster(folder.path / "rgba.tif", form,
                                   [](int band, int x, int) { return band == 3 ? (x < 4 ? 0 : 255) : 7; }));
  const ZoneCounts counts = raster.count(on_zone39(39'440'600, 4'389'184, 39'440'616, 4'389'200));
  CHECK(counts.nodata == 32);
  REQUIRE(counts.bands.size() == 3);
  CHECK(counts.bands[2].sum == 7 * 32);
}

TEST_CASE("of a polygon between the middles nothing is told but that the raster is too coarse") {
  const made::Folder folder;
  Raster raster(made::write_raster(folder.path / "a.tif", classes_form(made::north_up(), 4527), class_at));
  const ZoneCounts none = raster.count(on_zone39(39'440'680.1, 4'389'178.1, 39'440'680.8, 4'389'178.8));
  CHECK(none.too_coarse());
  CHECK(none.size == Approx(0.1225).epsilon(0.001));
  const ZoneCounts hut = raster.count(on_zone39(39'440'680.2, 4'389'175.5, 39'440'685.2, 4'389'180));
  CHECK(hut.size == Approx(22.5 / 4).epsilon(0.001));
  CHECK(hut.pixels == 6);
}

TEST_CASE("a polygon beside the raster has missing pixels only, and one far away is no zone of it") {
  const made::Folder folder;
  Raster raster(made::write_raster(folder.path / "a.tif", classes_form(made::north_up(), 4527), class_at));
  const ZoneCounts beside = raster.count(on_zone39(39'440'500, 4'389'100, 39'440'520, 4'389'110));
  CHECK(beside.pixels == 50);
  CHECK(beside.missing == 50);
  Raster fine(made::write_raster(folder.path / "fine.tif",
                                 classes_form(made::north_up(39'440'600, 4'389'200, 0.01), 4527), class_at));
  const Error far = error_of([&] { fine.count(box(121, 39.6, 121.001, 39.601)); });
  CHECK(far.code() == Code::invalid);
  CHECK_THAT(far.what(), Catch::Contains("too far"));
  CHECK(error_of([&] { raster.count(geometry::make_point({116.3, 39.6})); }).code() == Code::invalid);
}

TEST_CASE("of a raster larger than the memory a polygon is read by windows") {
  const made::Folder folder;
  constexpr int kSide = 60'000, kZone = 8'000;
  const fs::path file = folder.path / "sparse.tif";
  RasterForm form{.width = kSide,
                  .height = kSide,
                  .transform = made::north_up(39'400'000, 4'400'000, 0.5),
                  .epsg = 4527,
                  .items = {{"CLASS_4", "硬化"}},
                  .options = {"TILED=YES", "SPARSE_OK=TRUE", "COMPRESS=DEFLATE"}};
  {
    const made::Dataset sparse = made::create_raster(file, form);
    const std::vector<std::uint8_t> hard(300 * 200, 4);
    REQUIRE(sparse->GetRasterBand(1)->RasterIO(GF_Write, 31'000, 33'000, 300, 200,
                                               const_cast<std::uint8_t*>(hard.data()), 300, 200, GDT_Byte, 0,
                                               0, nullptr) == CE_None);
  }
  const auto info = caitu::geodata::describe_raster(file);
  CHECK(info.kind == caitu::geodata::RasterKind::classes);
  Raster raster(file);
  const double west = 39'400'000 + 15'000, north = 4'400'000 - 15'000;
  const Geometry zone = on_zone39(west, north - kZone / 2, west + kZone / 2, north);
  forget_peak();
  const std::size_t before = peak();
  const ZoneCounts counts = raster.count(zone);
  const std::size_t grown = peak() - before;
  CHECK(counts.pixels == std::uint64_t{kZone} * kZone);
  CHECK(counts.values.at(4) == 300 * 200);
  CHECK(counts.values.at(0) == counts.pixels - 300 * 200);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  INFO("grown by " << (grown >> 20) << " MiB");
  CHECK(grown < std::size_t{100} << 20);
#endif
}

TEST_CASE("a raster in degrees of a map service is asked where the land lies on it") {
  const made::Folder folder;
  const fs::path file = made::write_raster(folder.path / "gcj.tif",
                                           classes_form({116.3, 1e-5, 0, 39.63, 0, -1e-5}, 4490), class_at);
  Raster plain(file), shifted(file, {.crs = {}, .datum = geometry::Datum::gcj02});
  Geometry land = box(116.3002, 39.6294, 116.3008, 39.6298);
  const ZoneCounts wanted = plain.count(land);
  CHECK(shifted.count(land).missing > 0);
  geometry::shift(land.positions, geometry::Datum::gcj02, geometry::Datum::cgcs2000);
  CHECK(shifted.count(land).pixels == wanted.pixels);
  CHECK(shifted.count(land).values == wanted.values);
}
