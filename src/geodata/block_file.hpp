#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace caitu::geodata {

/// A derived file that is mapped and read in place: typed sections, checksums by block, metadata in front of
/// nobody's way.
///
/// Layout, little-endian:
///   0        header of 64 bytes (see Header in block_file.cpp), under a CRC-32 of its own
///   64       the body: sections, each beginning at a multiple of 64, zeros between them
///   trailer  section table, CRC-32 of every 64 KiB block of the body (block k is the file's bytes [64 Ki·k,
///   64 Ki·(k+1));
///            block 0 begins after the header), metadata text; all under one CRC-32 that stands in the header
/// The content digest in the header is taken over kind, version, sections and body, not over the metadata.

/// What a section is, and of which field, level … it is.
struct SectionKey {
  std::uint32_t what = 0;
  std::uint32_t of = 0;
  friend bool operator==(const SectionKey&, const SectionKey&) = default;
};

struct Section {
  SectionKey key;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

inline constexpr std::size_t kBlockBits = 16;
inline constexpr std::size_t kBlockBytes = std::size_t{1} << kBlockBits;

/// Reads such a file. Opening reads header and trailer only; a block is read and held against its checksum
/// when it is first touched, so what `at` and `slice` return is what was written. A foreign, truncated or
/// damaged file is Error(corrupt) naming file and block, every time that it is touched. Threads:
/// const-shared.
class BlockFile {
 public:
  /// `kind` (at most 8 bytes) and `version` are the caller's; a file of others is Error(corrupt), none
  /// Error(not_found).
  BlockFile(const std::filesystem::path& file, std::string_view kind, std::uint32_t version);

  const std::filesystem::path& file() const { return file_; }
  const std::string& metadata() const { return metadata_; }
  const base::Digest128& digest() const { return digest_; }
  std::uint64_t bytes() const { return bytes_; }

  /// Where a section lies, untouched. Error(corrupt) when it is missing or not a whole number of values.
  template <typename T>
  std::span<const T> section(SectionKey key) const {
    const std::span<const char> raw = raw_section(key, sizeof(T));
    return {reinterpret_cast<const T*>(raw.data()), raw.size() / sizeof(T)};
  }

  template <typename T>
  const T& at(std::span<const T> section, std::size_t index) const {
    if (index >= section.size()) fail_index(index, section.size());
    touch(&section[index], sizeof(T));
    return section[index];
  }
  /// Values [first, last); Error(corrupt) when they are not in order or not in the section.
  template <typename T>
  std::span<const T> slice(std::span<const T> section, std::uint64_t first, std::uint64_t last) const {
    if (first > last || last > section.size()) fail("an offset points out of its section");
    const std::span<const T> values = section.subspan(first, last - first);
    touch(values.data(), values.size_bytes());
    return values;
  }
  /// The bytes must lie in a section of this file.
  void touch(const void* first, std::size_t bytes) const {
    if (bytes == 0) return;
    const auto begin = static_cast<std::size_t>(static_cast<const char*>(first) - mapped_.get());
    const std::size_t last = (begin + bytes - 1) >> kBlockBits;
    for (std::size_t block = begin >> kBlockBits; block <= last; ++block) {
      if (!checked_[block].load(std::memory_order_relaxed)) check(block);
    }
  }
  /// Checks every block anew; Error(corrupt) naming the first bad one.
  void verify() const;
  [[noreturn]] void fail(const std::string& what) const;

 private:
  void read_header(std::string_view kind, std::uint32_t version);
  void read_trailer(std::uint64_t begin, std::uint32_t sections, std::uint64_t metadata_bytes);
  std::span<const char> raw_section(SectionKey key, std::size_t value_bytes) const;
  void check(std::size_t block) const;
  [[noreturn]] void fail_index(std::size_t index, std::size_t size) const;

  std::filesystem::path file_;
  std::uint64_t bytes_ = 0;
  std::shared_ptr<const char> mapped_;
  std::uint64_t body_end_ = 0;
  std::vector<Section> sections_;
  std::vector<std::uint32_t> block_crcs_;
  std::string metadata_;
  base::Digest128 digest_;
  /// Set once a block was found good. Relaxed order is enough: what it guards was never written by this
  /// process.
  std::unique_ptr<std::atomic<bool>[]> checked_;
};

/// Waits until a finished file and its name are on the disk. Any thread.
void sync_block_file(const std::filesystem::path& file);

/// Writes such a file front to back. Until `finish()` it stands under "<name>.part-<random>" beside its
/// place, and is removed when the writer is dropped. Same calls, same bytes. Errors of the disk are
/// Error(io). One thread.
class BlockFileWriter {
 public:
  BlockFileWriter(std::filesystem::path file, std::string_view kind, std::uint32_t version);
  ~BlockFileWriter();
  BlockFileWriter(const BlockFileWriter&) = delete;
  BlockFileWriter& operator=(const BlockFileWriter&) = delete;

  /// What is appended from now on belongs to this section; each key is used once.
  void begin(SectionKey key);
  template <typename T>
  void append(std::span<const T> values) {
    append_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }
  /// Gives the file its name; it may not be on the disk yet (`sync_block_file`). Returns the content digest.
  base::Digest128 finish(std::string_view metadata);

 private:
  void append_bytes(std::string_view bytes);
  void pad_to_section();
  void put(std::string_view bytes);
  void end_block();
  base::Digest128 digest() const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace caitu::geodata
