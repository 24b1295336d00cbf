#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caitu::catalog {

/// The one file of a backup: a tar (POSIX pax), uncompressed, that any tar reads. Members are plain files
/// alone. Errors of the disk are Error(io).

/// Writes one, under "<name>.part-<random>" until `finish()`, and gone when dropped before. One thread.
class BackupWriter {
 public:
  /// Error(conflict) when the file is there and `replace` is not set.
  BackupWriter(std::filesystem::path file, bool replace);
  ~BackupWriter();
  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  /// A member of so many bytes, which follow by `append`.
  void begin(const std::string& name, std::uint64_t bytes);
  void append(std::string_view bytes);
  /// The file has its name, and both are on the disk.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads one from front to back. What is no tar, or a cut one, is Error(corrupt). One thread.
class BackupReader {
 public:
  explicit BackupReader(const std::filesystem::path& file);
  ~BackupReader();
  BackupReader(const BackupReader&) = delete;
  BackupReader& operator=(const BackupReader&) = delete;

  struct Member {
    std::string name;
    std::uint64_t bytes = 0;
    bool plain = false;  ///< a file, and no link, folder or device
  };
  std::optional<Member> next();
  /// The content of the member, in pieces.
  void read(const std::function<void(std::string_view)>& take);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::catalog
