#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/crs.hpp"
#include "geometry/geometry.hpp"

namespace caitu::geodata {

/// What the values of a raster of classes are called.
using ClassNames = std::map<std::int64_t, std::string>;
/// As the field `classes` of imagery holds them, by value: {"1":"种植","4":"硬化"}; empty text for none.
std::string to_text(const ClassNames& names);
/// Throws Error(invalid) when it is no such text.
ClassNames class_names_of(std::string_view text);

/// A raster of classes has one band of whole numbers, and says what they are called or coloured; others are
/// bands of measured values.
enum class RasterKind : std::uint8_t { classes, bands };
std::string_view name(RasterKind kind);

/// What somebody says of a raster who knows better than the file.
struct RasterOptions {
  std::optional<geometry::Crs> crs;
  std::optional<geometry::Datum> datum;  ///< of degrees: a map service's
};

/// A raster as it says it is.
struct RasterInfo {
  std::filesystem::path file;
  std::string driver;  ///< GDAL's name: "GTiff"
  int width = 0, height = 0;
  int bands = 0;     ///< that hold values: an alpha band is none
  std::string type;  ///< of its values, as GDAL calls it: "Byte", "Float32"
  RasterKind kind = RasterKind::bands;
  ClassNames classes;            ///< from category names, its attribute table, and metadata items CLASS_n
  std::string taken_on;          ///< ISO date, from metadata DATE or TIFFTAG_DATETIME; empty: not said
  std::string description;       ///< TIFFTAG_IMAGEDESCRIPTION
  std::optional<double> nodata;  ///< of its first band; NaN is one too
  geometry::Geometry footprint;  ///< its four corners in `crs`, x first
  std::optional<geometry::Crs> declared;  ///< by the file
  std::optional<geometry::Datum> declared_datum;
  geometry::Crs crs = geometry::Crs::cgcs2000();  ///< in which its pixels lie
  geometry::Datum datum = geometry::Datum::cgcs2000;
  double pixel_m = 0;  ///< the side of a square as large as its pixels are on the ground, in the mean
  std::string sha256;  ///< of the file's bytes; `describe_raster` alone fills it in
};

/// Looks at the whole of a raster once: reads every block that it holds, so that a damaged or truncated file
/// is told, and takes its digest. Throws what Raster does. Memory: as Raster.
RasterInfo describe_raster(const std::filesystem::path& file, const RasterOptions& options = {},
                           const base::Progress& progress = {});

struct BandSum {
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
};

/// What a raster holds inside a polygon. pixels = missing + nodata + valid().
struct ZoneCounts {
  std::uint64_t pixels = 0;   ///< whose middle lies in the polygon, whether the raster has them or not
  std::uint64_t missing = 0;  ///< of them: outside the raster
  std::uint64_t nodata = 0;   ///< of them: inside, where at least one band has no data
  std::map<std::int64_t, std::uint64_t> values;  ///< of a raster of classes: valid pixels by value
  std::vector<BandSum> bands;                    ///< of a raster of bands: over the valid pixels
  /// The polygon's area in pixels. Where it is about one or less, or the polygon is narrow, `pixels` may be
  /// 0: the polygon lies between the middles, and the raster is too coarse to tell anything of it.
  double size = 0;

  std::uint64_t valid() const { return pixels - missing - nodata; }
  bool too_coarse() const { return pixels == 0; }
};

/// A raster of which only what is asked for is read.
///
/// Guarantees: `count` reads the rectangle about the polygon, at most kWindowBytes of it at a time however
/// large the polygon is; GDAL keeps at most 64 MB of decoded blocks beside, for all rasters of the process
/// (GDAL_CACHEMAX), and one block more, of at most kMostBlockBytes. A pixel belongs to the polygon in which
/// its middle lies; of polygons that share an edge, each pixel on it to exactly one. Same file and polygon,
/// same bits.
///
/// Takes one local file by itself, of a form that tells everything within: GeoTIFF, Erdas Imagine, JPEG 2000;
/// whatever stands beside it (.tfw, .aux.xml, .ovr) is not looked at. Affine georeferences of any kind that
/// can be inverted: turned, sheared, south up. Whole numbers of 8, 16 or 32 bits, and real ones.
/// Error(refused) with the way out for all else: no raster, no georeference, no CRS and none in the options,
/// a CRS that is a pipeline, several images in one file, complex numbers, more than kMostBands bands.
///
/// Coordinates: polygons in EPSG:4490 degrees. Their corners are brought into the raster's CRS and joined by
/// straight edges there: off by less than 1 mm for edges up to 140 m, 5 cm at 1 km.
/// Threads: one thread each; several may be open on one file.
class Raster {
 public:
  explicit Raster(const std::filesystem::path& file, const RasterOptions& options = {});
  ~Raster();
  Raster(Raster&&) noexcept;
  Raster& operator=(Raster&&) noexcept;

  const RasterInfo& info() const;

  /// Error(invalid) when it is no polygon, has a corner with no place in the raster's CRS, or one that lies
  /// further off than 2^24 pixels; Error(corrupt) when the file cannot be read there, or holds more than
  /// kMostClasses different values and is no raster of classes. A valid polygon is wanted.
  ZoneCounts count(geometry::GeometryView polygon);

  static constexpr std::size_t kWindowBytes = std::size_t{4} << 20;
  static constexpr std::size_t kMostBlockBytes = std::size_t{64} << 20;
  static constexpr std::size_t kMostClasses = 65'536;
  static constexpr std::size_t kMostBands = 2'000;

 private:
  friend RasterInfo describe_raster(const std::filesystem::path& file, const RasterOptions& options,
                                    const base::Progress& progress);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geodata
