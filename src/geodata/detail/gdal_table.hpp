#pragma once

#include <ogrsf_frmts.h>

#include <optional>
#include <string>
#include <string_view>

#include "geodata/detail/gdal_geometry.hpp"
#include "geodata/detail/text_encoding.hpp"

namespace caitu::geodata::detail {

/// A driver of tables, whose geometry stands in columns: CSV and spreadsheets.
bool is_table(const std::string& driver);

/// The columns in which a table keeps its geometry: WKT (or hex WKB) of any kind, or the two of a point.
struct TableGeometry {
  int wkt = -1, x = -1, y = -1;  ///< OGR's field numbers
  bool degrees = false;          ///< longitude and latitude, not easting and northing
};

/// By the columns' names, in UTF-8 or GBK: WKT, geometry …; lon and lat, 经度 and 纬度, with or without a
/// tail
/// ("lon_gcj02"); X and Y, POINT_X, easting, 东坐标, 横坐标 …. In a table that names its columns in Chinese
/// 横坐标 (Y of the survey) is the easting; X and Y are taken as x and y. Nullopt when there are none.
std::optional<TableGeometry> table_geometry(OGRLayer& layer);

/// The geometry of a row by its columns; what cannot be read is a flaw that cites it.
FromOgr table_row(const OGRFeature& feature, const TableGeometry& columns, const TextCodec* codec);

/// A coordinate as people write it: "116.5", "116°24′36.5″", "116-24-36.5", "116度24分36.5秒",
/// "116:24:36.5E", "东经116°24′". Nullopt for all else, and for minutes and seconds of 60 and more. `parts`:
/// how many numbers.
std::optional<double> parse_coordinate(std::string_view text, int& parts);

}  // namespace caitu::geodata::detail
