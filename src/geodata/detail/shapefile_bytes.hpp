#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace caitu::geodata::detail {

/// The records of a Shapefile as their bytes stand in .shp and .dbf, for telling a row that was read before
/// without reading it. Values are not looked at. One thread.
class ShapefileBytes {
 public:
  /// `files` are the dataset's. Nullopt when they are anything but one plain, whole Shapefile on the disk
  /// with a .shx and a .dbf of equally many records: then rows are told apart only by what GDAL reads.
  static std::optional<ShapefileBytes> open(const std::vector<std::string>& files);

  std::uint64_t size() const { return records_; }
  /// The .dbf marks it as deleted. `record` counts from 0.
  bool deleted(std::uint64_t record) const { return row_of(record).front() == '*'; }
  /// Of both files' bytes of a record and of what says how to read them (field widths, shape type), not of
  /// its number. Nullopt when the record does not lie in the .shp.
  std::optional<base::Digest128> digest(std::uint64_t record) const;

 private:
  struct Mapped {
    std::shared_ptr<const char> bytes;
    std::uint64_t size = 0;
    std::string_view text() const { return {bytes.get(), size}; }
  };
  static Mapped mapped(const std::filesystem::path& file);

  std::string_view row_of(std::uint64_t record) const {
    return rows_.text().substr(rows_begin_ + record * row_bytes_, row_bytes_);
  }

  Mapped shapes_, index_, rows_;
  std::uint64_t records_ = 0, rows_begin_ = 0, row_bytes_ = 0;
  base::Digest128 form_;  ///< of the headers, but for dates and counts
};

}  // namespace caitu::geodata::detail
