#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "geodata/schema.hpp"

namespace caitu::geodata {

/// Attribute values of many rows, kept on the disk in an unnamed file that goes away with this. Rows are
/// first added, in order, then read, in any. Some bytes of memory for a thousand rows. Adding: one thread;
/// after `seal` const-shared.
class RowFile {
 public:
  /// `beside`: a file of this or another kind whose folder has room.
  explicit RowFile(const std::filesystem::path& beside);
  ~RowFile();
  RowFile(RowFile&&) noexcept;
  RowFile& operator=(RowFile&&) noexcept;

  void add(const std::vector<Value>& values);
  /// Ends the adding.
  void seal();
  std::uint64_t size() const;
  /// How many a row takes here.
  std::size_t bytes(std::uint64_t number) const;
  /// The values of row `number`, counted from 0.
  std::vector<Value> row(std::uint64_t number) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geodata
