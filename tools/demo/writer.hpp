#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "geometry/geometry.hpp"

class GDALDataset;
class OGRLayer;

namespace caitu::demo {

struct Column {
  enum class Type : std::uint8_t { text, integer, real, date } type = Type::text;
  std::string name;
  int width = 0;
  int decimals = 0;
};
/// Missing, a number, or UTF-8 text; dates are ISO text.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string_view>;

/// One file being written by GDAL. Errors of GDAL become Error(io). One thread; different files may be
/// written at once.
class OutFile {
 public:
  OutFile(const char* driver, const std::filesystem::path& file);
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  /// Begins a layer; rows go to the one begun last. Kind::empty takes any kind. `options` as GDAL's layer
  /// creation options.
  void begin_layer(const std::string& name, geometry::Kind kind, const char* crs,
                   std::span<const Column> columns, std::span<const std::string> options);
  /// One value for each column; an empty geometry is written as none.
  void add(geometry::GeometryView geometry, std::span<const Cell> values);
  /// Ends the file and reports what was not written until then.
  void close();

 private:
  struct Closer {
    void operator()(GDALDataset* dataset) const;
  };
  std::unique_ptr<GDALDataset, Closer> dataset_;
  OGRLayer* layer_ = nullptr;
  std::vector<Column> columns_;
  std::string file_;
  bool in_transaction_ = false;
};

/// A GeoPackage in EPSG:4490 whose layers say that they are made up.
class OutPackage {
 public:
  explicit OutPackage(const std::filesystem::path& file) : file_("GPKG", file) {}
  void begin_layer(const std::string& id, const std::string& title, geometry::Kind kind,
                   std::span<const Column> columns);
  void add(geometry::GeometryView geometry, std::initializer_list<Cell> values) {
    file_.add(geometry, {values.begin(), values.size()});
  }
  void close() { file_.close(); }

 private:
  OutFile file_;
};

inline constexpr std::string_view kMark = "虚构数据";
inline constexpr const char* kMarkLine =
    "虚构数据，仅供软件演示与测试，与真实地块、单位无关 / made-up data, for demonstration and tests only";

/// Once per process: GDAL's drivers, its errors silenced in favour of ours, and dates that do not change from
/// run to run.
void prepare_gdal();

}  // namespace caitu::demo
