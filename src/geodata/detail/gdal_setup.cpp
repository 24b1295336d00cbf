#include "geodata/detail/gdal_setup.hpp"

#include <cpl_conv.h>

#include <filesystem>
#include <mutex>
#include <string_view>

namespace caitu::geodata::detail {

void start_gdal() {
  static std::once_flag once;
  std::call_once(once, [] {
    CPLSetConfigOption("SHAPE_RESTORE_SHX", "NO");
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    // Arcs that a driver draws itself (DXF) are as fine as those that are stroked here.
    CPLSetConfigOption("OGR_ARC_STEPSIZE", "1");
    // OpenStreetMap extracts are unpacked into a file; without this it would be in the working folder.
    if (CPLGetConfigOption("CPL_TMPDIR", nullptr) == nullptr) {
      CPLSetConfigOption("CPL_TMPDIR", std::filesystem::temp_directory_path().c_str());
    }
    // What GDAL keeps of rasters, in MB; it would take a twentieth of the machine.
    if (CPLGetConfigOption("GDAL_CACHEMAX", nullptr) == nullptr) CPLSetConfigOption("GDAL_CACHEMAX", "64");
    // A table begins with its columns' names even where all of its cells are text.
    for (const char* option : {"OGR_XLSX_HEADERS", "OGR_XLS_HEADERS", "OGR_ODS_HEADERS"})
      CPLSetConfigOption(option, "FORCE");
    GDALAllRegister();
  });
}

void GdalEar::listen(CPLErr level, CPLErrorNum, const char* words) {
  auto* const self = static_cast<GdalEar*>(CPLGetErrorHandlerUserData());
  if (level >= CE_Failure) {
    if (self->failure_.empty()) self->failure_ = words;
  } else if (level == CE_Warning) {
    if (self->warning_.empty()) self->warning_ = words;
    if (std::string_view(words).find("parsed incompletely") != std::string_view::npos)
      self->value_cut_ = true;
  }
}

void GdalEar::forget() {
  failure_.clear();
  warning_.clear();
  value_cut_ = false;
}

}  // namespace caitu::geodata::detail
