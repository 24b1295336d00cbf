#include "base/spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace caitu::base {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

}  // namespace

Spool::Spool(std::filesystem::path file, std::uint64_t size) : file_(std::move(file)), flushed_(size) {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("the file cannot be opened");
  struct ::stat facts {};
  const bool known = ::fstat(descriptor_, &facts) == 0;
  const bool whole = known && static_cast<std::uint64_t>(facts.st_size) >= size;
  if (!whole || ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
    const int number = errno;
    ::close(descriptor_);
    errno = number;
    if (known && !whole)
      throw Error(Code::corrupt, "the file is shorter than it was", Where{.file = file_.string()});
    fail("the file cannot be cut to its size");
  }
}

Spool::~Spool() { ::close(descriptor_); }

std::uint64_t Spool::append(std::string_view bytes) {
  const std::uint64_t begin = size();
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
  return begin;
}

void Spool::flush() {
  for (std::size_t done = 0; done < buffer_.size();) {
    const ssize_t wrote = ::pwrite(descriptor_, buffer_.data() + done, buffer_.size() - done,
                                   static_cast<off_t>(flushed_ + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) fail("the file cannot be written");
    done += static_cast<std::size_t>(wrote);
  }
  flushed_ += buffer_.size();
  buffer_.clear();
}

void Spool::sync() {
  flush();
  if (::fdatasync(descriptor_) != 0) fail("the file cannot be brought to the disk");
}

void Spool::read(std::uint64_t begin, std::span<char> into) const {
  for (std::size_t done = 0; done < into.size();) {
    const ssize_t got =
        ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(begin + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("the file cannot be read");
    if (got == 0) throw Error(Code::corrupt, "the file ends too early", Where{.file = file_.string()});
    done += static_cast<std::size_t>(got);
  }
}

void Spool::fail(const std::string& what) const {
  throw Error(Code::io, what + ": " + std::strerror(errno), Where{.file = file_.string()});
}

}  // namespace caitu::base
