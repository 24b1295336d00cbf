#include "geodata/detail/gdal_formats.hpp"

#include <gdal_priv.h>

#include <array>
#include <set>

#include "base/error.hpp"
#include "geodata/detail/file_names.hpp"

namespace caitu::geodata::detail {
namespace {

struct Ending {
  const char* ending;
  const char* driver;
};
constexpr std::array<Ending, 11> kEndings = {{{".gpkg", "GPKG"},
                                              {".fgb", "FlatGeobuf"},
                                              {".gdb", "OpenFileGDB"},
                                              {".geojson", "GeoJSON"},
                                              {".json", "GeoJSON"},
                                              {".shp", "ESRI Shapefile"},
                                              {".csv", "CSV"},
                                              {".xlsx", "XLSX"},
                                              {".sqlite", "SQLite"},
                                              {".kml", "KML"},
                                              {".dxf", "DXF"}}};

std::string driver_by_ending(const std::filesystem::path& file) {
  const std::string ending = detail::ending(file);
  std::string known;
  for (const Ending& entry : kEndings) {
    if (ending == entry.ending) return entry.driver;
    known += (known.empty() ? "" : " ") + std::string(entry.ending);
  }
  throw base::Error(base::Code::unsupported, "the ending \"" + ending + "\" stands for no format",
                    base::Where{.file = file.string()}, "use one of " + known);
}

}  // namespace

Format format_of(const std::filesystem::path& file, const std::string& driver) {
  Format format;
  format.driver = driver.empty() ? driver_by_ending(file) : driver;
  GDALDriver* const found = GetGDALDriverManager()->GetDriverByName(format.driver.c_str());
  if (found == nullptr || found->GetMetadataItem(GDAL_DCAP_VECTOR) == nullptr ||
      found->GetMetadataItem(GDAL_DCAP_CREATE) == nullptr) {
    throw base::Error(base::Code::unsupported, "GDAL does not write the format \"" + format.driver + "\"",
                      base::Where{.file = file.string()});
  }
  format.driver = found->GetDescription();
  if (format.driver == "ESRI Shapefile") {
    format.name_bytes = 10;
    format.text_bytes = 254;
    format.layer_options = {"DBF_DATE_LAST_UPDATE=2000-01-01"};
  } else if (format.driver == "GeoJSON") {
    format.crs84_only = true;
    // Nine decimals are a tenth of a millimetre; seven, the usual ones, are a centimetre.
    format.layer_options = {"RFC7946=YES", "COORDINATE_PRECISION=9"};
  } else if (format.driver == "KML" || format.driver == "LIBKML") {
    format.crs84_only = true;
  } else if (format.driver == "FlatGeobuf") {
    format.empty = false;
    format.dates = false;
  } else if (format.driver == "CSV") {
    format.layer_options = {"GEOMETRY=AS_WKT", "CREATE_CSVT=YES", "WRITE_BOM=YES", "STRING_QUOTING=ALWAYS"};
  } else if (format.driver == "SQLite") {
    format.layer_options = {"LAUNDER=NO"};
  } else if (format.driver == "XLSX" || format.driver == "ODS") {
    format.geometry = false;
  } else if (format.driver == "OpenFileGDB") {
    format.dates = false;
  } else if (format.driver == "DXF") {
    format.attributes = false;
    format.empty = false;
  }
  return format;
}

std::vector<std::string> column_names(const Format& format, const Schema& schema) {
  std::vector<std::string> wanted = {"id"};
  for (const Field& field : schema.fields) wanted.push_back(field.name);
  wanted.emplace_back("mu");
  if (format.name_bytes == 0) return wanted;
  // Names that need no cut keep what they are, wherever they stand.
  std::set<std::string> taken;
  for (const std::string& name : wanted) {
    if (name.size() <= format.name_bytes) taken.insert(lower(name));
  }
  for (std::string& name : wanted) {
    if (name.size() <= format.name_bytes) continue;
    std::string cut = name.substr(0, format.name_bytes);
    for (int n = 1; !taken.insert(lower(cut)).second; ++n) {
      const std::string tail = "_" + std::to_string(n);
      cut = name.substr(0, format.name_bytes - tail.size()) + tail;
    }
    name = cut;
  }
  return wanted;
}

}  // namespace caitu::geodata::detail
