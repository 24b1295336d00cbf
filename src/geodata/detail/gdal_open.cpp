#include "geodata/detail/gdal_open.hpp"

#include <cpl_string.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "geodata/detail/file_names.hpp"
#include "geodata/detail/gdal_archive.hpp"
#include "geodata/detail/gdal_table.hpp"

namespace caitu::geodata::detail {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

/// What is read: forms of files that hold their data themselves. Whatever points elsewhere (VRT, WFS, a
/// database server) is none of them.
constexpr std::array<const char*, 22> kDrivers = {
    "ESRI Shapefile", "MapInfo File", "GPKG", "SQLite", "OpenFileGDB", "FlatGeobuf", "GeoJSON", "GeoJSONSeq",
    "ESRIJSON",       "TopoJSON",     "GML",  "LIBKML", "KML",         "GPX",        "OSM",     "CSV",
    "XLSX",           "XLS",          "ODS",  "DXF",    "DGN",         "AVCE00"};

CPLStringList open_options(const std::string& name) {
  CPLStringList options;
  const std::string kind = ending(name);
  if (kind == ".csv" || kind == ".tsv") {
    options.SetNameValue("KEEP_GEOM_COLUMNS", "YES");
  } else if (kind == ".gpkg") {
    options.SetNameValue("IMMUTABLE", "YES");
  } else if (kind != ".dxf") {
    options.SetNameValue("ENCODING", "");
    // Whatever its ending, it may turn out to be GML.
    options.SetNameValue("WRITE_GFS", "NO");
    options.SetNameValue("DOWNLOAD_SCHEMA", "NO");
  }
  return options;
}

CPLStringList driver_list() {
  CPLStringList names;
  for (const char* driver : kDrivers) names.AddString(driver);
  return names;
}

/// SQLite's virtual tables may be other files of the machine; the ones that index this file are not.
void require_own_tables(const Opened& opened, const fs::path& file) {
  if (opened.driver != "GPKG" && opened.driver != "SQLite") return;
  constexpr std::array<const char*, 8> own = {"rtree",
                                              "virtualspatialindex",
                                              "spatialindex",
                                              "elementarygeometries",
                                              "virtualelementary",
                                              "virtualknn",
                                              "knn",
                                              "fts"};
  GDALDataset& dataset = *opened.dataset;
  OGRLayer* const found = dataset.ExecuteSQL(
      "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'", nullptr, nullptr);
  if (found == nullptr) return;
  std::string foreign;
  while (const FeatureHandle row = FeatureHandle(found->GetNextFeature())) {
    const std::string sql = lower(row->GetFieldAsString(1));
    const std::size_t module = sql.find("using");
    const std::size_t name =
        module == std::string::npos ? module : sql.find_first_not_of(" \t\r\n\"'[`", module + 5);
    const bool harmless = name != std::string::npos && std::ranges::any_of(own, [&](const char* known) {
                            return sql.compare(name, std::char_traits<char>::length(known), known) == 0;
                          });
    if (!harmless && foreign.empty()) foreign = row->GetFieldAsString(0);
  }
  dataset.ReleaseResultSet(found);
  if (!foreign.empty())
    refuse(file, "its table \"" + foreign + "\" lies in another file",
           "copy that table's rows into the database itself");
}

Opened open_set(const DataSet& set, const fs::path& file) {
  GdalEar ear;
  static const CPLStringList drivers = driver_list();
  const CPLStringList options = open_options(set.gdal_name);
  Opened opened{.dataset = {}, .gdal_name = set.gdal_name, .driver = {}};
  opened.dataset.reset(GDALDataset::Open(opened.gdal_name.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY,
                                         const_cast<CPLStringList&>(drivers).List(), options.List(),
                                         nullptr));
  if (!opened.dataset) {
    // GDAL would have the user set an option that makes it write beside the source.
    const bool index = ear.failure().find("SHAPE_RESTORE_SHX") != std::string::npos;
    const std::string words = index                   ? "its .shx is missing or cannot be read"
                              : ear.failure().empty() ? "no driver knows its form"
                                                      : ear.failure();
    const std::string form = ending(opened.gdal_name);
    const bool raster = form == ".tif" || form == ".tiff" || form == ".img" || form == ".jp2";
    const std::string inside = set.label.empty() ? "it" : "\"" + set.label + "\" in it";
    refuse(file, "GDAL cannot read " + inside + " as vector data: " + words,
           form == ".shp" ? "ask for the whole delivery: .shp, .shx, .dbf and .prj belong together"
           : raster       ? "a raster goes into the layer of rasters: caitu import WS imagery FILE"
                          : "ask for it again; it is damaged, or not what its name says");
  }
  opened.driver = opened.dataset->GetDriver()->GetDescription();
  require_own_tables(opened, file);
  return opened;
}

bool has_geometry(const Opened& opened, OGRLayer& layer) {
  return layer.GetGeomType() != wkbNone || (is_table(opened.driver) && table_geometry(layer).has_value());
}

std::vector<OGRLayer*> layers_with_geometry(const Opened& opened) {
  std::vector<OGRLayer*> found;
  for (OGRLayer* layer : opened.dataset->GetLayers()) {
    if (has_geometry(opened, *layer)) found.push_back(layer);
  }
  return found;
}

std::string label_of(const DataSet& set, OGRLayer& layer, std::size_t layers_in_set) {
  if (set.label.empty()) return layer.GetName();
  return layers_in_set == 1 ? set.label : set.label + "/" + layer.GetName();
}

struct Labelled {
  std::string label;
  const DataSet* set;
};

/// Every layer with geometry of these sets. A table that is none, or that nobody can read, is passed over if
/// there are other sets.
std::vector<Labelled> labelled(const std::vector<DataSet>& sets, const fs::path& file) {
  std::vector<Labelled> all;
  for (const DataSet& set : sets) {
    try {
      const Opened opened = open_set(set, file);
      const std::vector<OGRLayer*> layers = layers_with_geometry(opened);
      for (OGRLayer* layer : layers) all.push_back({label_of(set, *layer, layers.size()), &set});
    } catch (const Error&) {
      if (!set.table || sets.size() == 1) throw;
    }
  }
  return all;
}

std::string quoted_list(const std::vector<Labelled>& layers) {
  constexpr std::size_t kShown = 40;
  std::string text;
  for (std::size_t i = 0; i < layers.size() && i < kShown; ++i)
    text += (text.empty() ? "\"" : ", \"") + layers[i].label + "\"";
  if (layers.size() > kShown) text += " and " + std::to_string(layers.size() - kShown) + " more";
  return text;
}

[[noreturn]] void refuse_empty(const fs::path& file, const std::vector<DataSet>& sets) {
  const std::string driver = sets.size() == 1 ? open_set(sets.front(), file).driver : "tables";
  refuse(file, "it holds no layer with geometry (" + driver + ")",
         driver == "ESRI Shapefile"            ? "give the .shp beside it; a .dbf alone is only the table"
         : is_table(driver) || sets.size() > 1 ? "give it as a table with columns lon and lat (X and Y with "
                                                 "--crs), or with outlines as WKT in a column "
                                                 "WKT"
                                               : "give the file that holds the land");
}

/// The layer of that label in a set, or null.
OGRLayer* find_layer(const Opened& opened, const DataSet& set, const std::string& label) {
  const std::vector<OGRLayer*> layers = layers_with_geometry(opened);
  const auto at = std::ranges::find_if(
      layers, [&](OGRLayer* layer) { return label_of(set, *layer, layers.size()) == label; });
  return at == layers.end() ? nullptr : *at;
}

/// Formats whose degrees are longitude first by their own definition, whatever code GDAL gives them.
bool is_crs84_format(const std::string& driver) {
  return driver == "GeoJSON" || driver == "GeoJSONSeq" || driver == "TopoJSON" || driver == "KML" ||
         driver == "LIBKML" || driver == "GPX" || driver == "OSM";
}

}  // namespace

Opened open_layer(const fs::path& file, const std::string& label) {
  const std::vector<DataSet> sets = data_sets(file);
  std::string wanted = label;
  std::vector<Labelled> all;
  if (wanted.empty()) {
    all = labelled(sets, file);
    if (all.empty()) refuse_empty(file, sets);
    if (all.size() > 1) {
      refuse(file, "it holds several layers: " + quoted_list(all),
             "name one: " + file.string() + ":LAYER; or several as one edition: " + file.string() +
                 ":* (or a part of the name: " + file.string() + ":DLTB*)");
    }
    wanted = all.front().label;
  }
  const GdalEar ear;
  for (const DataSet& set : sets) {
    if (!set.label.empty() && wanted != set.label && !wanted.starts_with(set.label + "/")) continue;
    Opened opened = open_set(set, file);
    opened.layer = find_layer(opened, set, wanted);
    if (opened.layer != nullptr) return opened;
  }
  all = labelled(sets, file);
  if (all.empty()) refuse_empty(file, sets);
  refuse(file, "it has no layer \"" + wanted + "\" with geometry", "there is " + quoted_list(all));
}

std::vector<std::string> layer_labels(const fs::path& file) {
  const std::vector<DataSet> sets = data_sets(file);
  std::vector<std::string> labels;
  for (const Labelled& layer : labelled(sets, file)) labels.push_back(layer.label);
  return labels;
}

std::optional<geometry::Crs> declared_crs(const OGRLayer& layer, const std::string& driver) {
  return declared_crs(const_cast<OGRLayer&>(layer).GetSpatialRef(), is_crs84_format(driver));
}

std::optional<geometry::Crs> declared_crs(const OGRSpatialReference* srs, bool crs84) {
  if (srs == nullptr || srs->IsLocal()) return std::nullopt;
  const char* const name = srs->GetName();
  // GeoPackage's rows 0 and -1 stand for "not known".
  if (name != nullptr && lower(name).starts_with("undefined")) return std::nullopt;
  std::string text;
  const char* const authority = srs->GetAuthorityName(nullptr);
  const char* const code = srs->GetAuthorityCode(nullptr);
  if (authority != nullptr && code != nullptr) {
    text = std::string(authority) + ":" + code;
    if (text == "EPSG:4326" && crs84) text = "OGC:CRS84";
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
  return declared_datum(const_cast<OGRLayer&>(layer).GetSpatialRef());
}

std::optional<geometry::Datum> declared_datum(const OGRSpatialReference* srs) {
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
