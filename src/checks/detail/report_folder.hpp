#pragma once

#include <filesystem>

namespace caitu::checks::detail {

/// Error(refused) when a folder is neither missing nor empty, nor a former report: one with a manifest.json
/// and nothing beside it that a report does not have.
void refuse_no_report(const std::filesystem::path& target);

/// A folder that is made whole or not at all: what is written into `path()` lies in a hidden folder beside
/// the target, and takes its name in one step with `deliver()`. Dropped or killed before, the target is as it
/// was.
///
/// A former report is replaced; anything else is refused (`refuse_no_report`), so that nobody's files are
/// lost. Error(io) when it cannot be made. One thread.
class ReportFolder {
 public:
  explicit ReportFolder(const std::filesystem::path& target);
  ~ReportFolder();
  ReportFolder(const ReportFolder&) = delete;
  ReportFolder& operator=(const ReportFolder&) = delete;

  const std::filesystem::path& path() const { return making_; }
  void deliver();

 private:
  std::filesystem::path target_, making_;
};

}  // namespace caitu::checks::detail
