#include "imagery.hpp"

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "buildings.hpp"
#include "plane.hpp"
#include "projection.hpp"
#include "random.hpp"
#include "writer.hpp"

namespace caitu::demo {
namespace {

struct Class {
  const char* name;
  short red, green, blue;
};
constexpr std::array kClasses = {Class{"未知 unknown", 0, 0, 0},
                                 Class{"种植 crops", 120, 180, 90},
                                 Class{"棚膜 greenhouse film", 210, 225, 235},
                                 Class{"裸土 bare soil", 190, 150, 110},
                                 Class{"硬化 hardened", 150, 150, 150},
                                 Class{"建筑 building", 200, 90, 80}};
constexpr double kMistaken = 0.02;  // share of a greenhouse's pixels taken for a hardened floor

class Raster {
 public:
  explicit Raster(Position middle) : cells_(static_cast<std::size_t>(kCoverSide) * kCoverSide) {
    const Position at[] = {middle};
    const Point p = to_plane(at).front();
    constexpr double kHalf = kCoverSide * kCoverPixel / 2;
    west_ = std::round((p.x - kHalf) / kCoverPixel) * kCoverPixel;
    north_ = std::round((p.y + kHalf) / kCoverPixel) * kCoverPixel;
  }

  /// Every pixel whose middle lies in the ring.
  void fill(const Ring& ring, Cover cover) {
    const Path path = to_plane(ring);
    const auto [west, east] = std::minmax_element(path.begin(), path.end(), by_x);
    const auto [south, north] = std::minmax_element(path.begin(), path.end(), by_y);
    for (int row = row_of(north->y); row <= row_of(south->y); ++row) {
      for (int column = column_of(west->x); column <= column_of(east->x); ++column) {
        const Point middle{west_ + (column + 0.5) * kCoverPixel, north_ - (row + 0.5) * kCoverPixel};
        if (inside(path, middle)) cells_[at(column, row)] = static_cast<std::uint8_t>(cover);
      }
    }
  }
  void mistake(Cover seen, Cover as, double share, std::uint64_t seed) {
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i] == static_cast<std::uint8_t>(seen) && Random(seed_of({seed, 0x696d, i})).chance(share))
        cells_[i] = static_cast<std::uint8_t>(as);
    }
  }

  std::vector<std::uint8_t>& cells() { return cells_; }
  std::array<double, 6> transform() const {
    return {kOriginEast + west_, kCoverPixel, 0, kOriginNorth + north_, 0, -kCoverPixel};
  }

 private:
  static bool by_x(Point a, Point b) { return a.x < b.x; }
  static bool by_y(Point a, Point b) { return a.y < b.y; }
  static int clamped(double pixel) {
    return static_cast<int>(std::clamp(std::floor(pixel), 0.0, kCoverSide - 1.0));
  }
  int column_of(double x) const { return clamped((x - west_) / kCoverPixel); }
  int row_of(double y) const { return clamped((north_ - y) / kCoverPixel); }
  static std::size_t at(int column, int row) {
    return static_cast<std::size_t>(row) * kCoverSide + static_cast<std::size_t>(column);
  }

  double west_ = 0, north_ = 0;
  std::vector<std::uint8_t> cells_;
};

/// True when a ring may reach into the raster.
bool near(const Ring& ring, Position middle) {
  constexpr double kReach = 0.03;  // degrees: more than the raster and a block
  return std::abs(ring[0].lon - middle.lon) < kReach && std::abs(ring[0].lat - middle.lat) < kReach;
}

/// What the file says of itself. Class names are metadata, for GDAL would keep category names in a file
/// beside.
void describe(GDALDataset& tiff, Raster& raster) {
  OGRSpatialReference crs;
  crs.importFromEPSG(4527);
  auto transform = raster.transform();
  tiff.SetSpatialRef(&crs);
  tiff.SetGeoTransform(transform.data());
  tiff.SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", kMarkLine);
  tiff.SetMetadataItem("TIFFTAG_DATETIME", "2024:10:05 11:00:00");
  tiff.SetMetadataItem("DATE", kCoverDate);
  GDALRasterBand& band = *tiff.GetRasterBand(1);
  band.SetNoDataValue(0);
  GDALColorTable colours;
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    const GDALColorEntry colour{kClasses[i].red, kClasses[i].green, kClasses[i].blue, 255};
    colours.SetColorEntry(static_cast<int>(i), &colour);
    tiff.SetMetadataItem(("CLASS_" + std::to_string(i)).c_str(), kClasses[i].name);
  }
  band.SetColorTable(&colours);
}

void write_tiff(const std::filesystem::path& file, Raster& raster) {
  const auto fail = [&](const char* what) {
    throw base::Error(base::Code::io, std::string(what) + ": " + CPLGetLastErrorMsg() + ".",
                      base::Where{.file = file.string()});
  };
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  if (driver == nullptr) fail("GDAL has no driver GTiff");
  CPLStringList options;
  options.SetNameValue("COMPRESS", "DEFLATE");
  options.SetNameValue("TILED", "YES");
  GDALDatasetUniquePtr tiff(
      driver->Create(file.c_str(), kCoverSide, kCoverSide, 1, GDT_Byte, options.List()));
  if (!tiff) fail("The raster cannot be created");
  describe(*tiff, raster);
  if (tiff->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, kCoverSide, kCoverSide, raster.cells().data(),
                                       kCoverSide, kCoverSide, GDT_Byte, 0, 0, nullptr) != CE_None)
    fail("The raster cannot be written");
  CPLErrorReset();
  tiff.reset();
  if (CPLGetLastErrorType() >= CE_Failure) fail("The raster cannot be ended");
}

}  // namespace

void write_imagery(const std::filesystem::path& file, const Planting& planting, std::span<const Park> parks,
                   std::span<const Piece> fields, std::uint64_t seed) {
  Raster raster(planting.imaged);
  for (const Piece& field : fields) {
    if (near(field.ring, planting.imaged)) raster.fill(field.ring, Cover::crops);
  }
  for (const Park& park : parks) {
    if (!near(park.ring, planting.imaged)) continue;
    for (const Footprint& plot : park.facilities) raster.fill(plot.ring, Cover::hardened);
    for (const Footprint& house : park.greenhouses) raster.fill(house.ring, Cover::film);
  }
  raster.mistake(Cover::film, Cover::hardened, kMistaken, seed);
  for (const HardFloor& floor : planting.hard_floors) {
    raster.fill(part_of(floor.house, {.west = 0, .east = floor.share, .south = 0, .north = 1}),
                Cover::hardened);
  }
  for (const Park& park : parks) {
    if (!near(park.ring, planting.imaged)) continue;
    for (const Footprint& building : park.structures) raster.fill(building.ring, Cover::building);
  }
  write_tiff(file, raster);
}

void plant_hard_floors(Planting& planting) {
  static constexpr std::array kShares = {0.95, 0.05, 0.9, 0.08, 0.85, 0.1, 0.8, 0.06,
                                         0.75, 0.12, 0.7, 0.0,  0.65, 0.0, 1.0, 0.0};
  constexpr double kNearby = 600;  // m
  const Park& park = planting.take_park([&](const Park& p) {
    return p.greenhouses.size() >= 2 * std::size(kShares) && planting.neighbours(p, kNearby) >= 2;
  });
  planting.imaged = geometry::point_on(polygon(park.ring));
  for (std::size_t i = 0; i < std::size(kShares); ++i) {
    const Footprint& house = park.greenhouses[2 * i];
    if (kShares[i] > 0) planting.hard_floors.push_back({house.ring, kShares[i]});
    // Seen from above only: whoever goes there may find a mat.
    planting.truth.expect(house, "G9", kShares[i] > 0.5 ? kFieldCheck : kClear);
  }
}

}  // namespace caitu::demo
