#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/progress.hpp"
#include "geodata/feature.hpp"
#include "geometry/crs.hpp"

class OGRFeature;

namespace caitu::geodata {

struct SinkOptions {
  std::string format = {};  ///< GDAL driver name; empty: by the file's ending (.gpkg .fgb .gdb .geojson .shp
                            ///< .csv .xlsx .sqlite .kml .dxf)
  std::string encoding = {};  ///< of a Shapefile's text: UTF-8 (default) or GBK
  geometry::Crs crs = geometry::Crs::cgcs2000();
  bool own_columns = true;  ///< `id` and `mu`; without them the schema's fields stand alone
  bool table = false;       ///< rows without geometry
  /// A folder on the same disk in which the file grows; empty: one of its own beside the file.
  std::filesystem::path grows_in = {};
};

/// Writes features to any GDAL vector format: a column `id` first, then the schema's fields, then `mu` (亩,
/// of the area); the two may be left out.
///
/// Guarantees: the file has its final name only after `finish()`; until then, and when the sink is dropped,
/// nothing stands under it. Same features, same bytes, but for FileGDB, which gives itself random names
/// (GDAL's clock is pinned). Coordinates: EPSG:4490 degrees in; out in `crs`, x first; GeoJSON and KML always
/// in longitude and latitude. Errors: what a format would lose without a word is refused: text past its width
/// or encoding (Error(invalid), naming feature and field), features without geometry in FlatGeobuf
/// (Error(unsupported)). XLSX has no geometry and DXF no attributes; a Shapefile's names are cut to 10 bytes
/// and kept apart by numbers, the same ones each time. One thread, but for `row`.
class Sink {
 public:
  /// A feature as the format will hold it. It must not outlive its sink.
  class Row {
   public:
    Row(Row&&) noexcept;
    Row& operator=(Row&&) noexcept;
    ~Row();

   private:
    friend class Sink;
    Row(std::uint64_t id, OGRFeature* feature) : id_(id), feature_(feature) {}
    std::uint64_t id_;
    OGRFeature* feature_;
  };

  Sink(const std::filesystem::path& file, const Schema& schema, const SinkOptions& options = {});
  ~Sink();
  Sink(Sink&&) noexcept;
  Sink& operator=(Sink&&) noexcept;

  /// Makes a feature ready: the greater part of the work of writing it. Any thread, while another writes.
  Row row(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values,
          double area_m2) const;
  void write(const std::vector<Row>& rows);
  void write(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values,
             double area_m2) {
    std::vector<Row> rows;
    rows.push_back(row(id, geometry, values, area_m2));
    write(rows);
  }
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Rows to be had by their number in [0, count).
struct RowMaker {
  std::size_t count = 0;
  /// Any thread.
  std::function<Sink::Row(std::size_t number)> row;
  /// About how much memory a row takes; one thread.
  std::function<std::size_t(std::size_t number)> bytes;
};

/// Writes all rows in their order; `threads` make them ready meanwhile. Beside what the format itself keeps,
/// some MiB a thread are in memory, or a few rows when they are larger. Reports "writing".
void write_rows(Sink& sink, const RowMaker& rows, std::size_t threads, const base::Progress& progress);

}  // namespace caitu::geodata
