#include "checks/detail/report_folder.hpp"

#include <fcntl.h>
#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace caitu::checks::detail {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;
using base::Where;

[[noreturn]] void fail(const fs::path& folder, const std::string& why) {
  throw Error(Code::io, "the report's folder cannot be made: " + why, Where{.file = folder.string()},
              "may you write there, and is there room?");
}

/// QGIS leaves files of SQLite beside a GeoPackage that it has open.
bool of_a_report(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name == "report.html" || name == "manifest.json" || name == "findings.xlsx") return true;
  for (const char* ending : {".gpkg", ".gpkg-wal", ".gpkg-shm"}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

fs::path settled(const fs::path& target) {
  fs::path path = fs::weakly_canonical(fs::absolute(target));
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

void refuse_no_report(const fs::path& target) {
  if (!fs::exists(target)) return;
  const auto refuse = [&](const std::string& message) {
    throw Error(Code::refused, message, Where{.file = target.string()}, "name another folder, or empty it");
  };
  if (!fs::is_directory(target)) refuse("the report is a folder, and this is none");
  if (fs::is_empty(target)) return;
  if (!fs::exists(target / "manifest.json")) refuse("the folder holds something that is no report");
  for (const auto& entry : fs::directory_iterator(target)) {
    if (!of_a_report(entry.path()))
      refuse("the folder holds a report and \"" + entry.path().filename().string() +
             "\", which is none of it");
  }
}

ReportFolder::ReportFolder(const fs::path& target) : target_(settled(target)) {
  refuse_no_report(target_);
  std::error_code failed;
  fs::create_directories(target_.parent_path(), failed);
  if (failed) fail(target_, failed.message());
  std::string name = (target_.parent_path() / ".caitu-writing-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail(target_, std::generic_category().message(errno));
  making_ = name;
  fs::permissions(
      making_,
      fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec,
      fs::perm_options::add, failed);
}

ReportFolder::~ReportFolder() {
  std::error_code ignored;
  fs::remove_all(making_, ignored);
}

void ReportFolder::deliver() {
  std::error_code failed;
  if (fs::exists(target_)) {
    // Somebody may have put a file there meanwhile.
    refuse_no_report(target_);
    // In one step: the former report is then in the hidden folder, and goes with it.
    if (::renameat2(AT_FDCWD, making_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) return;
    const fs::path former = making_.string() + "-former";
    fs::rename(target_, former, failed);
    if (failed) fail(target_, failed.message());
    fs::rename(making_, target_, failed);
    if (failed) {
      const std::string why = failed.message();
      fs::rename(former, target_, failed);
      fail(target_, why);
    }
    fs::remove_all(former, failed);
    return;
  }
  fs::rename(making_, target_, failed);
  if (failed) fail(target_, failed.message());
}

}  // namespace caitu::checks::detail
