#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "geodata/detail/posix_file.hpp"

namespace caitu::geodata::detail {

inline constexpr std::size_t kSpillChunkBytes = std::size_t{1} << 15;

/// One unnamed file that several growing arrays share, chunk by chunk; made with the first chunk. One thread.
class SpillFile {
 public:
  explicit SpillFile(std::filesystem::path beside) : beside_(std::move(beside)) {}

  /// Returns the chunk's number.
  std::size_t write_chunk(std::string_view chunk) {
    if (!file_) file_ = create_unnamed(beside_);
    write(file_.get(), chunk, beside_);
    writeback_.written_to(file_.get(), (chunks_ + 1) * kSpillChunkBytes);
    return chunks_++;
  }
  /// After the last chunk.
  void map() {
    if (file_) mapped_ = detail::map(file_.get(), chunks_ * kSpillChunkBytes, beside_);
  }
  /// Gives the file back; none of its chunks is asked for any more.
  void close() {
    mapped_.reset();
    file_.reset();
  }
  const char* chunk(std::size_t number) const { return mapped_.get() + number * kSpillChunkBytes; }

 private:
  std::filesystem::path beside_;
  File file_;
  Writeback writeback_;
  std::size_t chunks_ = 0;
  std::shared_ptr<const char> mapped_;
};

/// An array of plain values that is first only appended to, then only read; all but its last chunk is on the
/// disk.
template <typename T>
class SpillArray {
  static_assert(std::has_single_bit(sizeof(T)));
  static constexpr std::size_t kPerChunk = kSpillChunkBytes / sizeof(T);

 public:
  void append(SpillFile& file, const T& value) {
    last_.push_back(value);
    if (last_.size() == kPerChunk) spill(file);
  }
  void append(SpillFile& file, std::span<const T> values) {
    while (!values.empty()) {
      const std::size_t taken = std::min(values.size(), kPerChunk - last_.size());
      last_.insert(last_.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(taken));
      values = values.subspan(taken);
      if (last_.size() == kPerChunk) spill(file);
    }
  }
  std::uint64_t size() const { return numbers_.size() * kPerChunk + last_.size(); }

  /// Makes the array readable, once the file is mapped.
  void open(const SpillFile& file) {
    for (const std::size_t number : numbers_)
      chunks_.push_back(reinterpret_cast<const T*>(file.chunk(number)));
    chunks_.push_back(last_.data());
  }
  const T& operator[](std::uint64_t i) const { return chunks_[i / kPerChunk][i % kPerChunk]; }
  /// Hands on [first, last) in as few pieces as it lies in.
  template <typename Piece>
  void read(std::uint64_t first, std::uint64_t last, Piece&& piece) const {
    while (first < last) {
      const std::uint64_t count = std::min<std::uint64_t>(last - first, kPerChunk - first % kPerChunk);
      piece(std::span<const T>(&(*this)[first], count));
      first += count;
    }
  }

 private:
  void spill(SpillFile& file) {
    numbers_.push_back(file.write_chunk({reinterpret_cast<const char*>(last_.data()), kSpillChunkBytes}));
    last_.clear();
  }

  std::vector<std::size_t> numbers_;
  std::vector<const T*> chunks_;
  std::vector<T> last_;
};

}  // namespace caitu::geodata::detail
