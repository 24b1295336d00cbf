#pragma once

#include <filesystem>
#include <string>

namespace caitu::store::detail {

/// Says "an import of this layer is running" to every process on this machine, for as long as it lives. The
/// kernel gives it back when the process dies, however it dies. The lock is one byte of `<database>-imports`,
/// at a place that follows from the layer's name; that file stays, empty. One thread.
class ImportLock {
 public:
  /// Throws Error(busy) when somebody holds it, this process included.
  ImportLock(const std::filesystem::path& database, const std::string& layer);
  ~ImportLock();
  ImportLock(const ImportLock&) = delete;
  ImportLock& operator=(const ImportLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace caitu::store::detail
