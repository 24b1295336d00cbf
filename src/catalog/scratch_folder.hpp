#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace caitu::catalog {

/// A folder of a dry run's own that goes with it, among the system's temporary ones. Error(io) when it cannot
/// be made. Const-shared.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "caitu-import-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw base::Error(base::Code::io, "cannot make a folder for the dry run in " + name,
                        "set TMPDIR to one with room");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace caitu::catalog
