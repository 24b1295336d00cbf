#include "geodata/detail/gdal_raster.hpp"

#include <cpl_string.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "geodata/detail/file_names.hpp"
#include "geodata/detail/gdal_archive.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;

/// Forms that hold georeference and CRS in the file itself and are known by their first bytes, for the
/// workspace keeps one file under another name.
constexpr std::array<const char*, 3> kDrivers = {"GTiff", "HFA", "JP2OpenJPEG"};
constexpr const char* kAskAgain = "ask for it again; it is damaged, or not what its name says";

std::string to_tiff(const fs::path& file, const char* command = "gdal_translate") {
  fs::path tiff = file.filename();
  return std::string(command) + " \"" + file.string() + "\" \"" + tiff.replace_extension().string() +
         "-new.tif\" -co TILED=YES -co COMPRESS=DEFLATE";
}

/// Why none of the drivers took it.
[[noreturn]] void refuse_form(const fs::path& file, const std::string& failure) {
  GDALDriver* const known =
      static_cast<GDALDriver*>(GDALIdentifyDriverEx(file.c_str(), GDAL_OF_RASTER, nullptr, nullptr));
  const std::string form = known == nullptr ? "" : known->GetDescription();
  const bool ours = std::ranges::find(kDrivers, form) != kDrivers.end();
  if (!form.empty() && !ours) {
    refuse(file, "the form " + form + " is not taken, for it need not say by itself where it lies",
           "make a GeoTIFF of it: " + to_tiff(file));
  }
  refuse(file, "GDAL cannot read it as a raster: " + (failure.empty() ? "no driver knows its form" : failure),
         kAskAgain);
}

void require_one_image(GDALDataset& dataset, const fs::path& file) {
  if (const CPLStringList parts(CSLDuplicate(dataset.GetMetadata("SUBDATASETS"))); parts.size() > 0) {
    const std::string first = parts.FetchNameValueDef("SUBDATASET_1_NAME", "");
    refuse(file, "it holds several images",
           "take the one that is meant out of it: gdal_translate \"" + first + "\" one.tif");
  }
  if (dataset.GetRasterCount() == 0) refuse(file, "it holds no image", kAskAgain);
  const CPLStringList files(dataset.GetFileList());
  for (int i = 0; i < files.size(); ++i) {
    if (ending(files[i]) == ".ige") {
      refuse(file, "its pixels lie in another file, " + fs::path(files[i]).filename().string(),
             "make one file of them: " + to_tiff(file));
    }
  }
}

bool is_readable(GDALRasterBand& band) {
  constexpr std::array kTypes = {GDT_Byte,  GDT_UInt16,  GDT_Int16,  GDT_UInt32,
                                 GDT_Int32, GDT_Float32, GDT_Float64};
  const char* const signed_byte = band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE");
  return std::ranges::find(kTypes, band.GetRasterDataType()) != kTypes.end() && signed_byte == nullptr;
}

void require_small_blocks(GDALRasterBand& band, int bands_together, const fs::path& file) {
  int columns = 0, rows = 0;
  band.GetBlockSize(&columns, &rows);
  const double bytes =
      double{1} * columns * rows * GDALGetDataTypeSizeBytes(band.GetRasterDataType()) * bands_together;
  if (bytes > static_cast<double>(Raster::kMostBlockBytes)) {
    refuse(file,
           "its blocks are of " + std::to_string(static_cast<std::int64_t>(bytes) >> 20) +
               " MiB, so that a part of it cannot be read by itself",
           "cut it into tiles: " + to_tiff(file));
  }
}

/// GDAL's numbers of the bands that hold values.
std::vector<int> value_bands(GDALDataset& dataset, const fs::path& file) {
  std::vector<int> bands;
  const char* const interleave = dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE");
  const bool by_pixel = interleave != nullptr && EQUAL(interleave, "PIXEL");
  for (int number = 1; number <= dataset.GetRasterCount(); ++number) {
    GDALRasterBand& band = *dataset.GetRasterBand(number);
    if (band.GetColorInterpretation() == GCI_AlphaBand) continue;
    if (!is_readable(band)) {
      refuse(file,
             "band " + std::to_string(number) + " holds values of type " +
                 GDALGetDataTypeName(band.GetRasterDataType()) +
                 (band.GetRasterDataType() == GDT_Byte ? ", signed" : "") + ", which are not taken",
             "bring it to a type that is: " + to_tiff(file) + " -ot Int32 (or Float32)");
    }
    require_small_blocks(band, by_pixel ? dataset.GetRasterCount() : 1, file);
    bands.push_back(number);
  }
  if (bands.empty()) refuse(file, "it holds no band but its mask", kAskAgain);
  if (bands.size() > Raster::kMostBands)
    refuse(file, "it holds " + std::to_string(bands.size()) + " bands",
           "take those that are wanted: " + to_tiff(file) + " -b 1 -b 2 …");
  return bands;
}

Affine georeference(GDALDataset& dataset, const fs::path& file) {
  Affine to_plane{};
  if (dataset.GetGeoTransform(to_plane.data()) != CE_None) {
    const bool points = dataset.GetGCPCount() > 0 || dataset.GetMetadata("RPC") != nullptr;
    refuse(file,
           points ? "it has points of reference (GCP or RPC), but its pixels do not lie on a plane yet"
                  : "it does not say where it lies: there is no georeference in the file",
           points ? "rectify it first: " + to_tiff(file, "gdalwarp")
                  : "a .tfw or .aux.xml beside it goes into the file by: " + to_tiff(file) +
                        "; else say its corners with -a_ullr WEST NORTH EAST SOUTH");
  }
  return to_plane;
}

}  // namespace

geometry::Position moved(const Affine& by, geometry::Position p) {
  return {by[0] + by[1] * p.lon + by[2] * p.lat, by[3] + by[4] * p.lon + by[5] * p.lat};
}

OpenedRaster open_raster(const fs::path& file) {
  start_gdal();
  std::error_code failed;
  if (fs::is_directory(file, failed))
    refuse(file, "it is a folder", "name the rasters in it: " + (file / "*.tif").string());
  if (ending(file) == ".zip")
    refuse(file, "a raster is not read inside an archive",
           "unpack it first: unzip \"" + file.string() + "\"");
  data_sets(file);  // refuses what is no local file
  static const CPLStringList drivers = [] {
    CPLStringList names;
    for (const char* driver : kDrivers) names.AddString(driver);
    return names;
  }();
  const GdalEar ear;
  // Said to stand alone, so that GDAL looks for nothing beside it.
  CPLStringList alone;
  alone.AddString(file.filename().c_str());
  OpenedRaster opened;
  opened.dataset.reset(GDALDataset::Open(file.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY,
                                         const_cast<CPLStringList&>(drivers).List(), nullptr, alone.List()));
  if (!opened.dataset) refuse_form(file, ear.failure());
  GDALDataset& dataset = *opened.dataset;
  opened.driver = dataset.GetDriver()->GetDescription();
  require_one_image(dataset, file);
  opened.bands = value_bands(dataset, file);
  opened.to_plane = georeference(dataset, file);
  const bool finite = std::ranges::all_of(opened.to_plane, [](double part) { return std::isfinite(part); });
  if (!finite || GDALInvGeoTransform(opened.to_plane.data(), opened.to_pixels.data()) == 0)
    refuse(file, "its georeference lays all pixels on one line", kAskAgain);
  return opened;
}

}  // namespace caitu::geodata::detail
