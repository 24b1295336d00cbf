#include "jobs/uploads.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/log.hpp"

namespace caitu::jobs {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kIdLetters = 32;

bool is_id(std::string_view text) {
  return text.size() == kIdLetters && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool continues_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The first bytes of a UTF-8 text, no letter cut in two.
std::string_view first_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && continues_letter(text[most])) --most;
  return text.substr(0, most);
}

}  // namespace

Upload Uploads::keep(const fs::path& received, Upload upload) const {
  upload.id = base::random_id();
  upload.at = base::utc_now();
  try {
    fs::create_directories(folder_ / upload.id);
    fs::rename(received, file(upload));
    std::ofstream out(folder_ / (upload.id + ".json"), std::ios::binary);
    out << base::json_text({{"name", upload.name},
                            {"bytes", upload.bytes},
                            {"sha256", upload.sha256},
                            {"who", upload.who},
                            {"at", upload.at}});
    out.close();
    if (!out) throw fs::filesystem_error("not written", std::make_error_code(std::errc::io_error));
  } catch (const fs::filesystem_error& error) {
    remove(upload.id);
    throw base::Error(base::Code::io, "the upload cannot be kept: " + error.code().message(),
                      base::Where{.file = folder_.string()});
  }
  return upload;
}

std::optional<Upload> Uploads::find(std::string_view id) const {
  if (!is_id(id)) return std::nullopt;
  std::ifstream in(folder_ / (std::string(id) + ".json"), std::ios::binary);
  if (!in) return std::nullopt;
  std::stringstream text;
  text << in.rdbuf();
  const base::Json json = base::parse_json(text.str());
  Upload upload{.id = std::string(id),
                .name = json.at("name"),
                .bytes = json.at("bytes"),
                .sha256 = json.at("sha256"),
                .who = json.at("who"),
                .at = json.at("at")};
  if (!fs::exists(file(upload))) return std::nullopt;
  return upload;
}

void Uploads::remove(std::string_view id) const {
  if (!is_id(id)) return;
  std::error_code ignored;
  fs::remove(folder_ / (std::string(id) + ".json"), ignored);
  fs::remove_all(folder_ / id, ignored);
}

void Uploads::expire(std::chrono::seconds age, const std::set<std::string>& in_use) const {
  std::error_code failed;
  for (fs::directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    std::error_code gone;
    const auto written = fs::last_write_time(at->path(), gone);
    if (gone || fs::file_time_type::clock::now() - written < age) continue;
    const std::string id = name.substr(0, name.find('.'));
    if (in_use.contains(id)) continue;
    if (name.starts_with("part-")) fs::remove(at->path(), gone);
    if (is_id(id)) {
      spdlog::info("upload {} is older than {} s and goes", id, age.count());
      remove(id);
    }
  }
}

std::string safe_name(std::string_view sent) {
  sent.remove_prefix(std::min(sent.size(), sent.find_last_of("/\\") + 1));
  std::string name;
  for (const char c : sent) {
    const auto byte = static_cast<unsigned char>(c);
    // A colon would name a layer of a file; the others are a shell's and other systems'.
    const bool odd =
        byte < 0x20 || byte == 0x7F || std::string_view(":*?\"<>|").find(c) != std::string_view::npos;
    name += odd ? '_' : c;
  }
  name.erase(0, name.find_first_not_of(". "));
  name.erase(name.find_last_not_of(". ") + 1);
  if (name.size() <= kNameBytes) return name;
  const std::size_t point = name.rfind('.');
  const std::string ending = point == std::string::npos || name.size() - point > 16 ? "" : name.substr(point);
  return std::string(first_bytes(name, kNameBytes - ending.size())) + ending;
}

}  // namespace caitu::jobs
