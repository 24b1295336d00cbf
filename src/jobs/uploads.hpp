#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace caitu::jobs {

struct Upload {
  std::string id, name;
  std::uint64_t bytes = 0;
  std::string sha256, who, at;  ///< the account that sent it; UTC, ISO
};

/// Files that wait for a job: `<folder>/<id>/<name>`, and what is known of each in `<folder>/<id>.json`. A
/// file on its way lies in the same folder as `part-…`. Thread-safe; several processes may hold one.
class Uploads {
 public:
  explicit Uploads(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }
  /// Moves a file that has come whole in. `name` is safe (safe_name). Error(io).
  Upload keep(const std::filesystem::path& received, Upload upload) const;
  std::optional<Upload> find(std::string_view id) const;
  std::filesystem::path file(const Upload& upload) const { return folder_ / upload.id / upload.name; }
  void remove(std::string_view id) const;
  /// Takes away what is older than `age` and not among `in_use`, half files too.
  void expire(std::chrono::seconds age, const std::set<std::string>& in_use) const;

 private:
  std::filesystem::path folder_;
};

/// The name of a sent file as one of ours: the last part of its path, without what a file system or GDAL
/// reads a meaning into, its ending kept, at most 200 bytes; empty when nothing is left.
std::string safe_name(std::string_view sent);

}  // namespace caitu::jobs
