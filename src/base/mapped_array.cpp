#include "base/mapped_array.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"

namespace caitu::base {
namespace {

[[noreturn]] void fail(int number, const std::string& what, const std::filesystem::path& folder) {
  throw Error(Code::io, what + ": " + std::strerror(number), {.file = folder.string()},
              "is there room on the disk?");
}

}  // namespace

std::shared_ptr<void> map_scratch(const std::filesystem::path& folder, std::size_t bytes) {
  if (bytes == 0) return nullptr;
  std::string name = (folder / ".caitu-scratch-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) fail(errno, "a file cannot be made in the folder", folder);
  ::unlink(name.c_str());
  const int full = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
  void* const memory =
      full != 0 ? MAP_FAILED : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  const int number = full != 0 ? full : errno;
  ::close(descriptor);
  if (memory == MAP_FAILED) fail(number, "a file cannot be made in the folder", folder);
  return {memory, [bytes](void* mapped) { ::munmap(mapped, bytes); }};
}

}  // namespace caitu::base
