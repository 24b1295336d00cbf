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
};

/// Opens local vector data for reading; never the network, never for writing. Text of Shapefiles and CSV
/// comes in the bytes that it has in the file. Throws Error(refused).
Opened open_source(const std::filesystem::path& file);

/// The layers that have geometry, in the file's order.
std::vector<OGRLayer*> layers_with_geometry(GDALDataset& dataset);
/// The one named, or the only one. Throws Error(refused) that lists what there is.
OGRLayer& pick_layer(const Opened& opened, const std::string& name, const std::filesystem::path& file);

/// As the layer declares it: its authority's code when it has one, else WKT 2. Nullopt when it declares none,
/// or one that is no place on Earth, or one that PROJ cannot use.
std::optional<geometry::Crs> declared_crs(const OGRLayer& layer, const std::string& driver);
/// By the names in the layer's CRS.
std::optional<geometry::Datum> declared_datum(const OGRLayer& layer);
/// "GCJ-02", "gcj02", "BD09" … anywhere in a text.
std::optional<geometry::Datum> named_datum(std::string_view text);
/// Coordinates of this layer come northing (latitude) first.
bool y_first(const OGRLayer& layer);

}  // namespace caitu::geodata::detail
