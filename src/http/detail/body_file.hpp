#pragma once

#include <filesystem>
#include <string_view>

#include "base/sha256.hpp"
#include "http/message.hpp"

namespace caitu::http::detail {

/// A body on its way into a file of its own. The file goes with this object, unless somebody has moved it
/// away. Errors: std::system_error. For workers, one at a time.
class BodyFile {
 public:
  /// A new file in `folder`, which is made when it is missing.
  explicit BodyFile(const std::filesystem::path& folder);
  ~BodyFile();
  BodyFile(const BodyFile&) = delete;
  BodyFile& operator=(const BodyFile&) = delete;

  void write(std::string_view piece);
  /// All of it is on the disk.
  ReceivedFile finish();

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
  base::Sha256 digest_;
};

}  // namespace caitu::http::detail
