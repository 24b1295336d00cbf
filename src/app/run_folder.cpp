#include "app/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace caitu::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& folder) {
  throw base::Error(base::Code::io, "a folder for the run cannot be made",
                    base::Where{.file = folder.string()},
                    "is the folder above it there, may you write in it, and is there room?");
}

fs::path temporary_folder() {
  std::string name = (fs::temp_directory_path() / "caitu-overlay-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) fail(name);
  return name;
}

}  // namespace

RunFolder::RunFolder(const fs::path& out) : temporary_(out.empty()) {
  path_ = temporary_ ? temporary_folder() : fs::path(out.string() + ".caitu-overlay");
  std::error_code failed;
  fs::create_directory(path_, failed);
  if (failed) fail(path_);
  lock_ = ::open((path_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) fail(path_);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw base::Error(base::Code::busy, "another run is making the same file",
                      base::Where{.file = out.string()}, "wait for it, or name another file");
  }
  // What an earlier run was writing when it was killed is written anew.
  for (const auto& entry : fs::directory_iterator(path_, failed)) {
    if (entry.path().filename().string().starts_with(".caitu-writing-")) fs::remove_all(entry.path(), failed);
  }
}

RunFolder::~RunFolder() {
  if (temporary_ || !fs::exists(path_ / "done.json")) done();
  ::close(lock_);
}

void RunFolder::done() {
  std::error_code ignored;
  // First what the next run would go on by: a kill on the way must not leave it without the rest.
  fs::remove(path_ / "done.json", ignored);
  fs::remove_all(path_, ignored);
}

}  // namespace caitu::app
