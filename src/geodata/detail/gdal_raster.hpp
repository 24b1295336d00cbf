#pragma once

#include <gdal_priv.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "geodata/detail/gdal_setup.hpp"
#include "geodata/raster.hpp"

namespace caitu::geodata::detail {

/// x = a[0] + a[1]·u + a[2]·v and y = a[3] + a[4]·u + a[5]·v, as GDAL has it.
using Affine = std::array<double, 6>;
geometry::Position moved(const Affine& by, geometry::Position p);

struct OpenedRaster {
  Dataset dataset;
  std::string driver;
  Affine to_plane{};       ///< from pixels: (0, 0) is the outer corner of the first one
  Affine to_pixels{};      ///< and back
  std::vector<int> bands;  ///< GDAL's numbers of those that hold values
};

/// Opens one local file by itself. Throws Error(refused) as Raster says, but for what concerns its CRS.
OpenedRaster open_raster(const std::filesystem::path& file);

/// Fills in what the dataset says of itself: form, size, bands, classes, date, nodata, declared CRS and
/// datum.
void read_facts(const OpenedRaster& opened, RasterInfo& info);

/// A rectangle of pixels inside the raster.
struct Window {
  int column = 0, row = 0, columns = 0, rows = 0;
};

/// Reads windows into one buffer that is used again. One thread.
class WindowReader {
 public:
  explicit WindowReader(const OpenedRaster& opened);

  /// The most pixels of a window: values and their mask stay within `Raster::kWindowBytes`.
  int most_pixels() const { return most_pixels_; }
  /// Empty, or GDAL's words when it cannot be read.
  const std::string& read(const Window& window);

  /// Of the window read last, by the pixel's place in it, row by row.
  bool valid(std::size_t pixel) const { return valid_[pixel] != 0; }
  double value(std::size_t band, std::size_t pixel) const { return values_[band * pixels_ + pixel]; }

 private:
  bool read_values(const Window& window);
  bool read_mask(const Window& window);

  const OpenedRaster& opened_;
  int most_pixels_;
  std::size_t pixels_ = 0;
  std::vector<double> values_;  ///< band by band
  std::vector<std::uint8_t> valid_, mask_;
  std::string failure_;
};

}  // namespace caitu::geodata::detail
