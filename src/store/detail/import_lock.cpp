#include "store/detail/import_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <system_error>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace caitu::store::detail {

ImportLock::ImportLock(const std::filesystem::path& database, const std::string& layer) {
  std::filesystem::path file = database;
  file += "-imports";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw base::Error(base::Code::io,
                      "the lock file cannot be opened: " + std::generic_category().message(errno),
                      base::Where{.file = file.string(), .layer = layer});
  }
  struct flock range = {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start =
      static_cast<off_t>(base::digest128(layer).high & std::uint64_t{std::numeric_limits<off_t>::max() - 1});
  range.l_len = 1;
  // Of the open file, not of the process: two stores of one process exclude each other too.
  if (::fcntl(descriptor_, F_OFD_SETLK, &range) == 0) return;
  const int error = errno;
  ::close(descriptor_);
  const base::Where where{.file = database.string(), .layer = layer};
  if (error == EAGAIN || error == EACCES) {
    throw base::Error(base::Code::busy, "another import of the layer " + layer + " is running", where,
                      "wait until it has ended, then import again");
  }
  throw base::Error(base::Code::io,
                    "the lock file cannot be locked: " + std::generic_category().message(error), where);
}

ImportLock::~ImportLock() { ::close(descriptor_); }

}  // namespace caitu::store::detail
