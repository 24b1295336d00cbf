#pragma once

#include <filesystem>
#include <memory>

#include "geodata/feature.hpp"
#include "geometry/crs.hpp"

namespace caitu::geodata {

struct SinkOptions {
  std::string format;    ///< GDAL driver name; empty: by the file's ending (.gpkg .fgb .geojson .shp .csv .xlsx .sqlite .kml .dxf)
  std::string encoding;  ///< of a Shapefile's text: UTF-8 (default) or GBK
  geometry::Crs crs = geometry::Crs::cgcs2000();
};

/// Writes features to any GDAL vector format. The file has its final name only after `finish()`; until then, and when
/// the sink is dropped, nothing stands under it. Same features, same bytes (GDAL's clock is pinned). One thread.
class Sink {
 public:
  Sink(const std::filesystem::path& file, const Schema& schema, const SinkOptions& options = {});
  ~Sink();
  Sink(Sink&&) noexcept;
  Sink& operator=(Sink&&) noexcept;

  void write(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values, double area_m2);
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geodata
