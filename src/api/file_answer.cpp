#include "api/file_answer.hpp"

#include <fstream>
#include <map>
#include <memory>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace caitu::api {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileChunkBytes = std::size_t{1} << 18;
constexpr std::string_view kPage = ".html";

std::string tag_of(const fs::path& file, std::uint64_t bytes, fs::file_time_type written) {
  return base::hex(base::digest128(file.filename().string() + "\n" + std::to_string(bytes) + "\n" +
                                   std::to_string(written.time_since_epoch().count())));
}

}  // namespace

std::string content_type_of(const std::string& file) {
  static const std::map<std::string, std::string> kTypes{
      {".gpkg", "application/geopackage+sqlite3"},
      {".fgb", "application/flatgeobuf"},
      {".geojson", "application/geo+json"},
      {".json", "application/json"},
      {".html", "text/html; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}};
  const auto at = kTypes.find(fs::path(file).extension().string());
  return at == kTypes.end() ? "application/octet-stream" : at->second;
}

std::optional<http::Response> file_answer(const fs::path& file, const std::string& name) {
  const auto in = std::make_shared<std::ifstream>(file, std::ios::binary);
  std::error_code gone;
  const std::uint64_t bytes = fs::file_size(file, gone);
  if (!*in || gone) return std::nullopt;
  const auto written = fs::last_write_time(file, gone);
  if (gone) return std::nullopt;
  const bool page = file.extension() == kPage;
  http::Response response;
  response.set("Content-Type", content_type_of(name));
  response.set("Content-Disposition", (page ? "inline" : "attachment") + ("; filename=\"" + name + "\""));
  // Names and owners in it are what deliveries say.
  if (page)
    response.set("Content-Security-Policy",
                 "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  response.set("Cache-Control", "private, no-cache");
  response.etag = tag_of(file, bytes, written);
  response.chunks = [in](std::string& chunk) {
    chunk.resize(kFileChunkBytes);
    in->read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    chunk.resize(static_cast<std::size_t>(in->gcount()));
    if (in->bad()) throw base::Error(base::Code::io, "the file cannot be read");
    return !chunk.empty();
  };
  return response;
}

}  // namespace caitu::api
