#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace caitu::catalog {

/// The rows that an import did not take, as a CSV that a spreadsheet and QGIS open: row, file, reason,
/// attributes (JSON), geometry (WKT, source coordinates). Made with its first row; in UTF-8 with a byte-order
/// mark. One thread.
class RejectsFile {
 public:
  /// An empty path keeps the rows in memory only (a dry run).
  explicit RejectsFile(std::filesystem::path file);

  void add(store::Reject reject);
  /// The file's name, or empty when no row was refused.
  std::string finish();
  const std::vector<store::Reject>& rows() const { return rows_; }

 private:
  std::filesystem::path file_;
  std::ofstream out_;
  std::vector<store::Reject> rows_;
};

}  // namespace caitu::catalog
