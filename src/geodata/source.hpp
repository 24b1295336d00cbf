#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "geodata/schema.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/crs.hpp"

namespace caitu::geodata {

struct RasterInfo;

struct SourceOptions {
  std::string
      layer;  ///< as source_layers calls it; empty takes the only one, and refuses when there are more
  std::string encoding;  ///< of its text, when the file does not say or lies: "GBK", "GB18030", "UTF-8" …
};

struct SourceField {
  std::string name;  ///< UTF-8
  FieldType type = FieldType::text;
};

/// One row as it was delivered: source coordinates (x first), one value for each selected field.
struct SourceRow {
  std::int64_t row = 0;  ///< counted from 1
  geometry::Geometry geometry;
  std::vector<Value> values;  ///< a number that is not finite is missing
  std::string extra;          ///< JSON object of the fields not selected that hold a value, or empty
  std::string note;  ///< what reading changed: "heights dropped", "collection of polygons joined" …
  std::string flaw;  ///< why it cannot be used: "no geometry", "field DLMC is not GBK text" …
  /// Of its bytes as they stand in the file, where the format keeps them row by row: a plain Shapefile.
  std::optional<base::Digest128> bytes;
  bool passed_over = false;  ///< only `row` and `bytes` are filled in
};

/// Whether the caller knows a row by its bytes and need not have it read.
using KnownBytes = std::function<bool(const base::Digest128& bytes)>;

/// Vector data of any form that surveyors deliver, read in order: one file, or what lies in a folder or .zip;
/// tables (CSV, spreadsheets) with their coordinates in columns, or WKT. Nothing is read but local files, by
/// drivers that follow no reference out of them. One thread. Errors of GDAL become Error(refused) with file,
/// layer, row and GDAL's own words.
class Source {
 public:
  /// Throws Error(refused) when GDAL cannot open it, when it holds no vector layer with geometry, or when it
  /// holds several and none was named (the message lists them).
  Source(const std::filesystem::path& file, const SourceOptions& options);
  /// A raster as the one feature that it is here: its footprint, and what it says of itself as fields named
  /// as those of the layer imagery. Its CRS and datum are those that the file declares.
  explicit Source(const RasterInfo& raster);
  ~Source();
  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;

  const std::string& layer() const;
  const std::string& driver() const;
  const std::vector<SourceField>& fields() const;
  /// As the file declares it; nullopt when it does not, or declares one that PROJ cannot use. GeoJSON and KML
  /// are OGC:CRS84 by definition; CSV and DXF declare none. Coordinates are x first whatever its authority
  /// says.
  std::optional<geometry::Crs> crs() const;
  /// GCJ-02 or BD-09 when the declared CRS is named so (no EPSG code exists; map services write it as a
  /// custom WKT), or when a text table's columns are ("lon_gcj02").
  std::optional<geometry::Datum> datum() const;
  /// The encoding used for its text and how it was found ("GBK: no .cpg, bytes are not UTF-8"); empty when
  /// the format says.
  const std::string& encoding_note() const;
  /// What the format says, or -1; a Shapefile's deleted rows are in it.
  std::int64_t rows() const;
  /// By whom and how its rows are read: driver, libraries, encoding, fields, axes. Rows of equal bytes are
  /// read alike from sources that say the same here.
  std::string manner() const;

  /// Values come in this order; other fields go to `extra`. Names are exact. Default: all fields.
  void select(const std::vector<std::string>& names);
  /// Its coordinates stand in columns.
  bool is_table() const;
  /// Of the first row that has one. To be asked before the first read().
  std::optional<geometry::Position> first_position();
  /// From now on coordinates are read the other way round.
  void swap_axes();
  /// Up to `count` further rows; empty at the end. Rows that are `known` are passed over.
  std::vector<SourceRow> read(std::size_t count, const KnownBytes& known = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The layers with geometry in a file, folder or .zip, as SourceOptions.layer names them. In a folder or
/// archive that is the path in it without its ending ("town/DLTB"), followed by "/" and the layer's name
/// where a file there has several.
std::vector<std::string> source_layers(const std::filesystem::path& file);

/// "file.gpkg:layer" names a layer of a file; a path that exists as it stands is never split.
std::pair<std::filesystem::path, std::string> split_layer(const std::filesystem::path& given);

}  // namespace caitu::geodata
