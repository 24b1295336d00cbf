#include <cmath>

#include "geodata/detail/gdal_raster.hpp"

namespace caitu::geodata::detail {
namespace {

/// Of a pixel, beside its values.
constexpr std::size_t kMaskBytes = 2;

}  // namespace

WindowReader::WindowReader(const OpenedRaster& opened)
    : opened_(opened),
      most_pixels_(
          static_cast<int>(Raster::kWindowBytes / (opened.bands.size() * sizeof(double) + kMaskBytes))) {}

const std::string& WindowReader::read(const Window& window) {
  const GdalEar ear;
  pixels_ = static_cast<std::size_t>(window.columns) * static_cast<std::size_t>(window.rows);
  const bool whole = read_values(window) && read_mask(window);
  // A JPEG that ends early is filled up with grey, and a warning is all that is said.
  const bool cut = ear.warning().find("JPEG") != std::string::npos;
  failure_.clear();
  if (!whole || cut) failure_ = cut ? ear.warning() : ear.failure();
  if (!whole && failure_.empty()) failure_ = "GDAL does not say why";
  return failure_;
}

bool WindowReader::read_values(const Window& window) {
  values_.resize(pixels_ * opened_.bands.size());
  std::vector<int> bands = opened_.bands;
  const CPLErr result = opened_.dataset->RasterIO(
      GF_Read, window.column, window.row, window.columns, window.rows, values_.data(), window.columns,
      window.rows, GDT_Float64, static_cast<int>(bands.size()), bands.data(), 0, 0, 0, nullptr);
  if (result != CE_None) return false;
  valid_.assign(pixels_, 1);
  for (std::size_t begin = 0; begin < values_.size(); begin += pixels_)
    for (std::size_t i = 0; i < pixels_; ++i)
      if (std::isnan(values_[begin + i])) valid_[i] = 0;
  return true;
}

/// Takes away pixels that are nodata, masked or wholly transparent in any band.
bool WindowReader::read_mask(const Window& window) {
  for (const int number : opened_.bands) {
    GDALRasterBand& band = *opened_.dataset->GetRasterBand(number);
    const int flags = band.GetMaskFlags();
    if ((flags & GMF_ALL_VALID) != 0) continue;
    mask_.resize(pixels_);
    if (band.GetMaskBand()->RasterIO(GF_Read, window.column, window.row, window.columns, window.rows,
                                     mask_.data(), window.columns, window.rows, GDT_Byte, 0, 0,
                                     nullptr) != CE_None)
      return false;
    for (std::size_t i = 0; i < pixels_; ++i)
      if (mask_[i] == 0) valid_[i] = 0;
    if ((flags & GMF_PER_DATASET) != 0) break;
  }
  return true;
}

}  // namespace caitu::geodata::detail
