#include "geodata/detail/posix_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "geodata/detail/mapping.hpp"

namespace caitu::geodata::detail {
namespace {

/// The disk is at it for some milliseconds.
constexpr std::uint64_t kWritebackBytes = std::uint64_t{8} << 20;

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  const int number = errno;
  const base::Code code = number == ENOENT ? base::Code::not_found : base::Code::io;
  throw base::Error(code, what + ": " + std::strerror(number) + ".", base::Where{.file = path.string()});
}

}  // namespace

File open_to_read(const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "rbe"));
  if (!file) fail("The file cannot be opened", path);
  return file;
}

File create(const std::filesystem::path& path) {
  File file(std::fopen(path.c_str(), "w+bxe"));
  if (!file) fail("The file cannot be made", path);
  return file;
}

File create_unnamed(const std::filesystem::path& path) {
  const std::filesystem::path name = part_name(path);
  File file = create(name);
  if (::unlink(name.c_str()) != 0) fail("The file cannot be unlinked", name);
  return file;
}

std::filesystem::path part_name(const std::filesystem::path& path) {
  const std::string random = base::random_bytes(6);
  const auto* raw = reinterpret_cast<const std::uint8_t*>(random.data());
  std::filesystem::path name = path;
  name += ".part-" + base::hex(std::span<const std::uint8_t>(raw, random.size()));
  return name;
}

void write(std::FILE* file, std::string_view bytes, const std::filesystem::path& path) {
  if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
    fail("The file cannot be written", path);
  }
}

std::uint64_t size_of(std::FILE* file, const std::filesystem::path& path) {
  struct ::stat facts {};
  if (::fstat(::fileno(file), &facts) != 0) fail("The file's size cannot be read", path);
  if (!S_ISREG(facts.st_mode))
    throw base::Error(base::Code::io, "This is no file.", base::Where{.file = path.string()});
  return static_cast<std::uint64_t>(facts.st_size);
}

void close(File file, const std::filesystem::path& path) {
  if (std::fclose(file.release()) != 0) fail("The file cannot be written", path);
}

void rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) fail("The file cannot be given its name", to);
}

void Writeback::written_to(std::FILE* file, std::uint64_t end) {
  if (end - begun_ < kWritebackBytes) return;
  ::sync_file_range(::fileno(file), static_cast<off64_t>(begun_), static_cast<off64_t>(end - begun_),
                    SYNC_FILE_RANGE_WRITE);
  begun_ = end;
}

void sync(const std::filesystem::path& path) {
  const std::filesystem::path folder =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  for (const auto& each : {path, folder}) {
    if (::fsync(::fileno(open_to_read(each).get())) != 0)
      fail("The file cannot be brought to the disk", each);
  }
}

std::shared_ptr<const char> map(std::FILE* file, std::uint64_t bytes, const std::filesystem::path& path) {
  if (bytes == 0) return nullptr;
  if (std::fflush(file) != 0) fail("The file cannot be written", path);
  return map_watched(::fileno(file), bytes, path);
}

}  // namespace caitu::geodata::detail
