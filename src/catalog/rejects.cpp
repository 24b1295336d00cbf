#include "catalog/rejects.hpp"

#include "base/error.hpp"
#include "geometry/codec.hpp"

namespace caitu::catalog {
namespace {

std::string csv_cell(const std::string& text) {
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

}  // namespace

RejectsFile::RejectsFile(std::filesystem::path file) : file_(std::move(file)) {
  // An import of the same number that was refused may have left one.
  if (!file_.empty()) std::filesystem::remove(file_);
}

void RejectsFile::add(store::Reject reject) {
  if (!file_.empty()) {
    if (!out_.is_open()) {
      std::filesystem::create_directories(file_.parent_path());
      out_.open(file_, std::ios::binary | std::ios::trunc);
      if (!out_)
        throw base::Error(base::Code::io, "the file of refused rows cannot be made",
                          base::Where{.file = file_.string()});
      out_ << "\xEF\xBB\xBFrow,file,reason,attributes,WKT\r\n";
    }
    std::string wkt;
    geometry::append_wkt(wkt, reject.geometry);
    out_ << reject.row << ',' << csv_cell(reject.file) << ',' << csv_cell(reject.reason) << ','
         << csv_cell(reject.attributes) << ',' << csv_cell(wkt) << "\r\n";
  }
  rows_.push_back(std::move(reject));
}

std::string RejectsFile::finish() {
  if (!out_.is_open()) return {};
  out_.close();
  if (!out_)
    throw base::Error(base::Code::io, "the refused rows could not be written",
                      base::Where{.file = file_.string()});
  return file_.string();
}

}  // namespace caitu::catalog
