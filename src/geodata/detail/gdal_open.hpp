#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "geodata/detail/gdal_setup.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/crs.hpp"

namespace caitu::geodata::detail {

struct Opened {
  Dataset dataset;
  std::string gdal_name;  ///< the path, or its place inside a .zip ("/vsizip/…")
  std::string driver;
  OGRLayer* layer = nullptr;  ///< of the dataset
};

/// Opens the layer of local vector data that is called so, or the only one, for reading; never the network,
/// never for writing, and only by drivers that are named here. Text of Shapefiles and CSV comes in the bytes
/// that it has in the file. Throws Error(refused), which lists the layers when it is not clear which is
/// meant.
Opened open_layer(const std::filesystem::path& file, const std::string& label);
/// What its layers with geometry (tables of coordinates too) are called, in the file's order: by their names;
/// in a folder or archive by the name of their set of data, and both where a set has several.
std::vector<std::string> layer_labels(const std::filesystem::path& file);

/// As the layer declares it: its authority's code when it has one, else WKT 2. Nullopt when it declares none,
/// or one that is no place on Earth, or one that PROJ cannot use.
std::optional<geometry::Crs> declared_crs(const OGRLayer& layer, const std::string& driver);
/// The same of a CRS by itself, which may be null. `crs84`: its EPSG:4326 has longitude first.
std::optional<geometry::Crs> declared_crs(const OGRSpatialReference* srs, bool crs84 = false);
/// By the names in the layer's CRS.
std::optional<geometry::Datum> declared_datum(const OGRLayer& layer);
std::optional<geometry::Datum> declared_datum(const OGRSpatialReference* srs);
/// "GCJ-02", "gcj02", "BD09" … anywhere in a text.
std::optional<geometry::Datum> named_datum(std::string_view text);
/// Coordinates of this layer come northing (latitude) first.
bool y_first(const OGRLayer& layer);

}  // namespace caitu::geodata::detail
