#include "api/pages.hpp"

#include <array>
#include <fstream>
#include <sstream>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace caitu::api {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes{
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".mjs", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".json", "application/json"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".ico", "image/x-icon"},
     {".woff2", "font/woff2"},
     {".webmanifest", "application/manifest+json"},
     {".txt", "text/plain; charset=utf-8"},
     {".pbf", "application/x-protobuf"}}};

std::string type_of(const std::filesystem::path& file) {
  for (const auto& [ending, type] : kTypes) {
    if (file.extension() == ending) return std::string(type);
  }
  return "application/octet-stream";
}

bool compressible(const std::string& type) {
  return type.rfind("image/png", 0) != 0 && type.rfind("font/", 0) != 0;
}

}  // namespace

Pages::Pages(const std::filesystem::path& folder) {
  if (folder.empty() || !std::filesystem::is_directory(folder)) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    File file;
    file.type = type_of(entry.path());
    file.plain = std::make_shared<const std::string>(text.str());
    if (compressible(file.type)) file.gzip = std::make_shared<const std::string>(base::gzip(*file.plain, 9));
    file.etag = base::hex(base::digest128(*file.plain));
    files_.emplace("/" + std::filesystem::relative(entry.path(), folder).generic_string(), std::move(file));
  }
}

http::Response Pages::page(const std::string& path) const {
  const auto at = files_.find(path == "/" ? "/index.html" : path);
  if (at == files_.end()) {
    if (files_.empty()) {
      throw base::Error(base::Code::not_found, "the web pages are not built",
                        "tools/up builds them; the interface is at /ogc and /tiles");
    }
    throw base::Error(base::Code::not_found, "there is nothing at " + path);
  }
  http::Response response;
  response.set("Content-Type", at->second.type);
  response.set("Cache-Control",
               path.rfind("/assets/", 0) == 0 ? "public, max-age=31536000, immutable" : "no-cache");
  response.body = at->second.plain;
  response.gzip_body = at->second.gzip;
  response.etag = at->second.etag;
  return response;
}

}  // namespace caitu::api
