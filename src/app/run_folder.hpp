#pragma once

#include <filesystem>

namespace caitu::app {

/// A folder in which a long run keeps its work, so that it can go on after it was killed:
/// `OUT.caitu-overlay` beside its result, or a temporary one of its own when there is none. One run at a time
/// holds it: Error(busy).
class RunFolder {
 public:
  explicit RunFolder(const std::filesystem::path& out);
  /// Without `done` one in which something was written down stays for the next try; another goes.
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// It is not needed any more.
  void done();

 private:
  std::filesystem::path path_;
  bool temporary_;
  int lock_ = -1;
};

}  // namespace caitu::app
