#pragma once

#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Rasters that the tests of this room make.
namespace made {

using Affine = std::array<double, 6>;

struct RasterForm {
  int width = 0, height = 0, bands = 1;
  std::optional<Affine> transform = {};
  int epsg = 0;  ///< 0: none
  GDALDataType type = GDT_Byte;
  std::optional<double> nodata = {};
  std::map<std::string, std::string> items = {};  ///< of its metadata
  std::vector<std::string> options = {};          ///< of the driver
  std::string driver = "GTiff";
};

using Dataset = std::unique_ptr<GDALDataset, void (*)(GDALDataset*)>;

inline Dataset create_raster(const std::filesystem::path& file, const RasterForm& form) {
  GDALAllRegister();
  GDALDriver* const driver = GetGDALDriverManager()->GetDriverByName(form.driver.c_str());
  REQUIRE(driver != nullptr);
  CPLStringList options;
  for (const std::string& option : form.options) options.AddString(option.c_str());
  Dataset raster(driver->Create(file.c_str(), form.width, form.height, form.bands, form.type, options.List()),
                 [](GDALDataset* open) { GDALClose(open); });
  REQUIRE(raster != nullptr);
  if (form.transform) {
    Affine transform = *form.transform;
    raster->SetGeoTransform(transform.data());
  }
  if (form.epsg != 0) {
    OGRSpatialReference crs;
    crs.importFromEPSG(form.epsg);
    raster->SetSpatialRef(&crs);
  }
  if (form.nodata) raster->GetRasterBand(1)->SetNoDataValue(*form.nodata);
  for (const auto& [name, value] : form.items) raster->SetMetadataItem(name.c_str(), value.c_str());
  return raster;
}

/// Of values by band (from 0), column and row.
inline std::filesystem::path write_raster(const std::filesystem::path& file, const RasterForm& form,
                                          const std::function<double(int, int, int)>& value) {
  const Dataset raster = create_raster(file, form);
  std::vector<double> row(static_cast<std::size_t>(form.width));
  for (int band = 0; band < form.bands; ++band) {
    for (int y = 0; y < form.height; ++y) {
      for (int x = 0; x < form.width; ++x) row[static_cast<std::size_t>(x)] = value(band, x, y);
      REQUIRE(raster->GetRasterBand(band + 1)->RasterIO(GF_Write, 0, y, form.width, 1, row.data(), form.width,
                                                        1, GDT_Float64, 0, 0, nullptr) == CE_None);
    }
  }
  return file;
}

/// Pixels of 2 m in zone 39, somewhere in the south of Beijing.
inline Affine north_up(double west = 39'440'600, double north = 4'389'200, double pixel = 2) {
  return {west, pixel, 0, north, 0, -pixel};
}

}  // namespace made
