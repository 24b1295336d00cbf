#pragma once

#include <cpl_string.h>

#include <filesystem>
#include <string>
#include <vector>

#include "geodata/schema.hpp"

namespace caitu::geodata::detail {

/// What a format can hold, and how GDAL is asked to write it so that the same features give the same bytes.
struct Format {
  std::string driver;
  bool geometry = true;        ///< XLSX has none
  bool attributes = true;      ///< DXF has none
  bool crs84_only = false;     ///< by its own definition: GeoJSON, KML
  bool empty = true;           ///< holds features with an empty geometry
  bool dates = true;           ///< else a date is written as text, for it would come back as midnight
  std::size_t name_bytes = 0;  ///< of a field, 0 when free
  std::size_t text_bytes = 0;  ///< of a value, 0 when free
  std::vector<std::string> dataset_options, layer_options;
};

/// By GDAL's driver name when one is given, else by the file's ending. Throws Error(unsupported) naming what
/// there is.
Format format_of(const std::filesystem::path& file, const std::string& driver);

/// Names for `id`, the schema's fields and `mu` in this format: cut where it must be and made unlike each
/// other (without case), the same ones each time.
std::vector<std::string> column_names(const Format& format, const Schema& schema);

}  // namespace caitu::geodata::detail
