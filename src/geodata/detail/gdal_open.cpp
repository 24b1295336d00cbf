#include "geodata/detail/gdal_open.hpp"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "geodata/detail/text_encoding.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

/// Drivers whose data lies behind a network or a database server, or in a file that may point there.
const std::set<std::string_view> kNotLocal = {
    "WFS",      "OAPIF", "CSW",       "Elasticsearch", "CARTO",      "AmigoCloud", "NGW",
    "PLSCENES", "GMLAS", "OGR_VRT",   "HTTP",          "PostgreSQL", "MySQL",      "MSSQLSpatial",
    "ODBC",     "OCI",   "MongoDBv3", "OGCAPI",        "EEDA",       "EEDAI",      "HANA",
    "Memory",   "SOSI",  "DAAS",      "GeoRSS",        "PDF"};

struct Packed {
  const char* ending;
  const char* tool;
};
constexpr std::array<Packed, 6> kPacked = {{{".zst", "zstd -d"},
                                            {".gz", "gunzip"},
                                            {".xz", "unxz"},
                                            {".7z", "7z x"},
                                            {".rar", "unrar x"},
                                            {".tar", "tar -xf"}}};

/// What may stand as a delivery inside a .zip.
constexpr std::array<const char*, 13> kInsideZip = {".shp", ".gdb", ".gpkg", ".geojson", ".json",
                                                    ".fgb", ".csv", ".kml",  ".kmz",     ".dxf",
                                                    ".gml", ".tab", ".mif"};

constexpr const char* kLongitudeColumns = "lon,lng,long,longitude,x,lon_*,lng_*,经度,经度*,东经";
constexpr const char* kLatitudeColumns = "lat,latitude,y,lat_*,纬度,纬度*,北纬";

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string ending(const std::string& name) { return lower(fs::path(name).extension().string()); }

[[noreturn]] void refuse(const fs::path& file, const std::string& message, const std::string& hint = {}) {
  throw Error(Code::refused, message, {.file = file.string()}, hint);
}

void require_local_file(const fs::path& file) {
  const std::string name = file.string();
  const bool foreign = name.find("://") != std::string::npos || name.starts_with("/vsi");
  if (foreign) refuse(file, "caitu reads local files only", "fetch the file first, then import it from disk");
  std::error_code failed;
  if (!fs::exists(file, failed)) refuse(file, "there is no such file or folder");
  for (const Packed& packed : kPacked) {
    if (ending(name) != packed.ending) continue;
    refuse(file, "the file is compressed in a form that GDAL does not read",
           "unpack it first: " + std::string(packed.tool) + " \"" + name + "\"");
  }
  const fs::path log = name + "-wal";
  if (fs::exists(log, failed) && fs::file_size(log, failed) > 0) {
    refuse(file, "another program is writing to it (" + log.filename().string() + " holds changes)",
           "close the file there first");
  }
}

/// The one delivery inside a .zip, as GDAL names it; the archive itself when its root is a folder of
/// Shapefiles.
std::string inside_zip(const fs::path& file) {
  const std::string archive = "/vsizip/" + fs::absolute(file).string();
  const CPLStringList entries(VSIReadDirRecursive(archive.c_str()));
  std::set<std::string> shape_folders;
  std::vector<std::string> found;
  for (int i = 0; i < entries.size(); ++i) {
    std::string entry = entries[i];
    if (entry.ends_with('/')) entry.pop_back();
    if (entry.find(".gdb/") != std::string::npos) continue;
    const std::string kind = ending(entry);
    if (kind == ".shp") {
      const std::string folder = fs::path(entry).parent_path().string();
      shape_folders.insert(archive + (folder.empty() ? "" : "/" + folder));
    } else if (std::ranges::find(kInsideZip, kind) != kInsideZip.end()) {
      found.push_back(archive + "/" + entry);
    }
  }
  found.insert(found.end(), shape_folders.begin(), shape_folders.end());
  if (found.size() == 1) return found.front();
  if (found.empty()) refuse(file, "the archive holds no vector data that caitu knows");
  refuse(file, "the archive holds several deliveries", "unpack it and import them one by one");
}

CPLStringList allowed_drivers() {
  CPLStringList names;
  GDALDriverManager& all = *GetGDALDriverManager();
  for (int i = 0; i < all.GetDriverCount(); ++i) {
    GDALDriver& driver = *all.GetDriver(i);
    const bool reads = driver.GetMetadataItem(GDAL_DCAP_VECTOR) != nullptr &&
                       driver.GetMetadataItem(GDAL_DCAP_OPEN) != nullptr;
    if (reads && !kNotLocal.contains(driver.GetDescription())) names.AddString(driver.GetDescription());
  }
  return names;
}

/// The names in UTF-8 and in GBK, for the columns of a CSV are compared before its encoding is known.
std::string in_both_encodings(const char* names) {
  std::string gbk;
  TextCodec::make("GBK")->from_utf8(names, gbk);
  return names + ("," + gbk);
}

CPLStringList open_options(const std::string& name) {
  CPLStringList options;
  const std::string kind = ending(name);
  if (kind == ".csv" || kind == ".tsv") {
    options.SetNameValue("X_POSSIBLE_NAMES", in_both_encodings(kLongitudeColumns).c_str());
    options.SetNameValue("Y_POSSIBLE_NAMES", in_both_encodings(kLatitudeColumns).c_str());
    options.SetNameValue("GEOM_POSSIBLE_NAMES", "wkt,geom,geometry,the_geom,wkt_geom");
    options.SetNameValue("KEEP_GEOM_COLUMNS", "NO");
  } else if (kind == ".gpkg") {
    options.SetNameValue("IMMUTABLE", "YES");
  } else if (kind == ".gml" || kind == ".xml") {
    options.SetNameValue("WRITE_GFS", "NO");
    options.SetNameValue("DOWNLOAD_SCHEMA", "NO");
  } else if (kind != ".dxf") {
    options.SetNameValue("ENCODING", "");
  }
  return options;
}

std::string quoted_list(const std::vector<OGRLayer*>& layers) {
  std::string text;
  for (OGRLayer* layer : layers)
    text += (text.empty() ? "\"" : ", \"") + std::string(layer->GetName()) + "\"";
  return text;
}

/// Formats whose degrees are longitude first by their own definition, whatever code GDAL gives them.
bool is_crs84_format(const std::string& driver) {
  return driver == "GeoJSON" || driver == "GeoJSONSeq" || driver == "TopoJSON" || driver == "KML" ||
         driver == "LIBKML" || driver == "GPX" || driver == "OSM";
}

}  // namespace

Opened open_source(const fs::path& file) {
  start_gdal();
  require_local_file(file);
  GdalEar ear;
  Opened opened;
  opened.gdal_name = ending(file.string()) == ".zip" ? inside_zip(file) : file.string();
  static const CPLStringList drivers = allowed_drivers();
  const CPLStringList options = open_options(opened.gdal_name);
  opened.dataset.reset(GDALDataset::Open(opened.gdal_name.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY,
                                         const_cast<CPLStringList&>(drivers).List(), options.List(),
                                         nullptr));
  if (!opened.dataset) {
    const std::string words = ear.failure().empty() ? "no driver knows its form" : ear.failure();
    const bool shape = ending(opened.gdal_name) == ".shp";
    refuse(file, "GDAL cannot read it as vector data: " + words,
           shape ? "ask for the whole delivery: .shp, .shx, .dbf and .prj belong together" : "");
  }
  opened.driver = opened.dataset->GetDriver()->GetDescription();
  return opened;
}

std::vector<OGRLayer*> layers_with_geometry(GDALDataset& dataset) {
  std::vector<OGRLayer*> found;
  for (OGRLayer* layer : dataset.GetLayers()) {
    if (layer->GetGeomType() != wkbNone) found.push_back(layer);
  }
  return found;
}

OGRLayer& pick_layer(const Opened& opened, const std::string& name, const fs::path& file) {
  const std::vector<OGRLayer*> layers = layers_with_geometry(*opened.dataset);
  if (layers.empty()) {
    const bool table =
        opened.driver == "CSV" || opened.driver == "XLSX" || opened.driver == "XLS" || opened.driver == "ODS";
    refuse(file, "it holds no layer with geometry (" + opened.driver + ")",
           table ? "give it as CSV with columns lon and lat, or with outlines as WKT in a column WKT" : "");
  }
  if (name.empty()) {
    if (layers.size() == 1) return *layers.front();
    refuse(file, "it holds several layers: " + quoted_list(layers), "name one: " + file.string() + ":LAYER");
  }
  const auto named = [&](OGRLayer* layer) { return name == layer->GetName(); };
  const auto at = std::ranges::find_if(layers, named);
  if (at == layers.end()) {
    refuse(file, "it has no layer \"" + name + "\" with geometry", "there is " + quoted_list(layers));
  }
  return **at;
}

std::optional<geometry::Crs> declared_crs(const OGRLayer& layer, const std::string& driver) {
  const OGRSpatialReference* const srs = const_cast<OGRLayer&>(layer).GetSpatialRef();
  if (srs == nullptr || srs->IsLocal()) return std::nullopt;
  const char* const name = srs->GetName();
  // GeoPackage's rows 0 and -1 stand for "not known".
  if (name != nullptr && lower(name).starts_with("undefined")) return std::nullopt;
  std::string text;
  const char* const authority = srs->GetAuthorityName(nullptr);
  const char* const code = srs->GetAuthorityCode(nullptr);
  if (authority != nullptr && code != nullptr) {
    text = std::string(authority) + ":" + code;
    if (text == "EPSG:4326" && is_crs84_format(driver)) text = "OGC:CRS84";
  } else {
    char* wkt = nullptr;
    const std::array<const char*, 2> form = {"FORMAT=WKT2_2019", nullptr};
    if (srs->exportToWkt(&wkt, form.data()) == OGRERR_NONE) text = wkt;
    CPLFree(wkt);
  }
  try {
    return geometry::Crs::parse(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<geometry::Datum> named_datum(std::string_view text) {
  const std::string low = lower(std::string(text));
  const auto says = [&](const auto&... words) { return ((low.find(words) != std::string::npos) || ...); };
  if (says("gcj-02", "gcj02", "gcj_02", "gcj 02", "火星")) return geometry::Datum::gcj02;
  if (says("bd-09", "bd09", "bd_09", "bd 09")) return geometry::Datum::bd09;
  return std::nullopt;
}

std::optional<geometry::Datum> declared_datum(const OGRLayer& layer) {
  const OGRSpatialReference* const srs = const_cast<OGRLayer&>(layer).GetSpatialRef();
  if (srs == nullptr) return std::nullopt;
  for (const char* node : {"PROJCS", "GEOGCS", "DATUM"}) {
    const char* const name = srs->GetAttrValue(node);
    if (name == nullptr) continue;
    if (const auto datum = named_datum(name)) return datum;
    // The offset is also called after Mars; the planet's own systems have another ellipsoid.
    if (lower(name).find("mars") != std::string::npos && srs->GetSemiMajor() > 6.3e6)
      return geometry::Datum::gcj02;
  }
  return std::nullopt;
}

bool y_first(const OGRLayer& layer) {
  const OGRSpatialReference* const srs = const_cast<OGRLayer&>(layer).GetSpatialRef();
  if (srs == nullptr || !(srs->EPSGTreatsAsLatLong() || srs->EPSGTreatsAsNorthingEasting())) return false;
  const std::vector<int>& mapping = srs->GetDataAxisToSRSAxisMapping();
  return mapping.size() >= 2 && mapping[0] == 1 && mapping[1] == 2;
}

}  // namespace caitu::geodata::detail
