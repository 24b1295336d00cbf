#include "http/detail/body_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/ids.hpp"

namespace caitu::http::detail {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file) {
  throw std::system_error(errno, std::generic_category(), file.string());
}

}  // namespace

BodyFile::BodyFile(const std::filesystem::path& folder) : path_(folder / ("part-" + base::random_id())) {
  std::filesystem::create_directories(folder);
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ < 0) fail(path_);
}

BodyFile::~BodyFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  ::unlink(path_.c_str());
}

void BodyFile::write(std::string_view piece) {
  digest_.add(piece);
  bytes_ += piece.size();
  while (!piece.empty()) {
    const ::ssize_t written = ::write(descriptor_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_);
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
}

ReceivedFile BodyFile::finish() {
  if (::fdatasync(descriptor_) != 0) fail(path_);
  return {.path = path_, .bytes = bytes_, .sha256 = base::hex(digest_.finish())};
}

}  // namespace caitu::http::detail
