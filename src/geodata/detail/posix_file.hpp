#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

namespace caitu::geodata::detail {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// Errors of the system are Error(io) with its words and the path; a missing file to read is
/// Error(not_found).
File open_to_read(const std::filesystem::path& path);
File create(const std::filesystem::path& path);
/// A file beside `path` that has no name, so that it vanishes with its handle, however the process ends.
File create_unnamed(const std::filesystem::path& path);
/// "<path>.part-<random>".
std::filesystem::path part_name(const std::filesystem::path& path);

void write(std::FILE* file, std::string_view bytes, const std::filesystem::path& path);
std::uint64_t size_of(std::FILE* file, const std::filesystem::path& path);
void close(File file, const std::filesystem::path& path);
/// Moves a file over `to`.
void rename(const std::filesystem::path& from, const std::filesystem::path& to);
/// Brings a closed file's bytes and its folder's entry to the disk.
void sync(const std::filesystem::path& path);

/// Has the disk begin with a long file while it is written, front to back, some megabytes at a time: a sync
/// of it then finds little left, and who syncs another file meanwhile does not wait behind all of it.
class Writeback {
 public:
  /// All before `end` was written. Does not wait for the disk; its errors are those of the sync.
  void written_to(std::FILE* file, std::uint64_t end);

 private:
  std::uint64_t begun_ = 0;
};

/// The first `bytes` of a file, read-only; empty when there are none.
std::shared_ptr<const char> map(std::FILE* file, std::uint64_t bytes, const std::filesystem::path& path);

}  // namespace caitu::geodata::detail
