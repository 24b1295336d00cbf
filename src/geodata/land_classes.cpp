#include "geodata/land_classes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace caitu::geodata {
namespace {

using base::Code;
using base::Error;

constexpr std::array<std::pair<std::string_view, LandKind>, 6> kKinds = {{{"cropland", LandKind::cropland},
                                                                          {"farmland", LandKind::farmland},
                                                                          {"facility", LandKind::facility},
                                                                          {"built-up", LandKind::built_up},
                                                                          {"linear", LandKind::linear},
                                                                          {"other", LandKind::other}}};

[[noreturn]] void fail(const std::filesystem::path& file, std::int64_t line, const std::string& message) {
  throw Error(Code::usage, message, base::Where{.file = file.string(), .row = line});
}

/// Rows of a table whose cells hold no comma; lines that begin with # say what it is.
void read_table(const std::filesystem::path& file, std::string_view head, std::size_t columns,
                const std::function<void(std::int64_t line, const std::vector<std::string>&)>& take) {
  std::ifstream in(file);
  if (!in) throw Error(Code::usage, "the table cannot be read", base::Where{.file = file.string()});
  std::string text;
  bool headed = false;
  for (std::int64_t line = 1; std::getline(in, text); ++line) {
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.empty() || text.front() == '#') continue;
    if (!headed) {
      if (text != head) fail(file, line, "the table's columns are " + std::string(head));
      headed = true;
      continue;
    }
    std::vector<std::string> cells(1);
    for (const char c : text) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    if (cells.size() != columns) fail(file, line, "a line has " + std::to_string(columns) + " cells");
    take(line, cells);
  }
}

std::string_view without_end(std::string_view text, std::string_view end) {
  return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text;
}

std::string_view stem_of(std::string_view name) {
  constexpr std::string_view kAdjustable = "可调整";
  if (name.starts_with(kAdjustable)) name.remove_prefix(kAdjustable.size());
  return without_end(without_end(name, "地"), "用");
}

template <typename Map>
std::string nearest_key(const Map& map, std::string_view code) {
  std::vector<std::string> codes;
  for (const auto& [key, value] : map) codes.push_back(key);
  return base::nearest_name(code, codes);
}

}  // namespace

LandClasses LandClasses::load(const std::filesystem::path& file) {
  LandClasses classes;
  read_table(file, "code_system,code,name,kind,min_area_m2", 5,
             [&](std::int64_t line, const std::vector<std::string>& cells) {
               LandClass one{.code = cells[1], .name = cells[2]};
               const auto* kind = std::find_if(kKinds.begin(), kKinds.end(),
                                               [&](const auto& known) { return known.first == cells[3]; });
               if (kind == kKinds.end()) fail(file, line, "\"" + cells[3] + "\" is no kind of land");
               one.kind = kind->second;
               const char* end = cells[4].data() + cells[4].size();
               const auto read = std::from_chars(cells[4].data(), end, one.min_area_m2);
               if (read.ec != std::errc{} || read.ptr != end || !(one.min_area_m2 >= 0))
                 fail(file, line, "\"" + cells[4] + "\" is no area");
               if (one.code.empty() || one.name.empty()) fail(file, line, "a class has a code and a name");
               if (!classes.systems_[cells[0]].emplace(one.code, one).second)
                 fail(file, line, "the code " + one.code + " stands twice in " + cells[0]);
             });
  return classes;
}

const LandClass* LandClasses::find(std::string_view system, std::string_view code) const {
  const auto codes = systems_.find(system);
  if (codes == systems_.end()) return nullptr;
  const auto at = codes->second.find(code);
  return at == codes->second.end() ? nullptr : &at->second;
}

const LandClass* LandClasses::nearest(std::string_view system, std::string_view code) const {
  const auto codes = systems_.find(system);
  if (codes == systems_.end()) return nullptr;
  return find(system, nearest_key(codes->second, code));
}

std::string LandClasses::system_of(std::string_view code, std::string_view name,
                                   std::string_view not_in) const {
  for (const auto& [system, codes] : systems_) {
    if (system == not_in) continue;
    const auto at = codes.find(code);
    if (at != codes.end() && same_class_name(at->second.name, name)) return system;
  }
  return {};
}

SurveyCodes SurveyCodes::load(const std::filesystem::path& file) {
  SurveyCodes codes;
  read_table(file, "field,code,name,on", 4, [&](std::int64_t line, const std::vector<std::string>& cells) {
    Pair pair{.code = cells[1], .name = cells[2]};
    if (cells[3] == "cropland") {
      pair.on = On::cropland;
    } else if (cells[3] == "other") {
      pair.on = On::other;
    } else if (cells[3] != "any") {
      fail(file, line, "land is cropland, other or any");
    }
    if (!codes.fields_[cells[0]].emplace(pair.code, pair).second)
      fail(file, line, "the code " + pair.code + " stands twice in " + cells[0]);
  });
  return codes;
}

const SurveyCodes::Pair* SurveyCodes::find(std::string_view field, std::string_view code) const {
  const auto pairs = fields_.find(field);
  if (pairs == fields_.end()) return nullptr;
  const auto at = pairs->second.find(code);
  return at == pairs->second.end() ? nullptr : &at->second;
}

std::string SurveyCodes::nearest(std::string_view field, std::string_view code) const {
  const auto pairs = fields_.find(field);
  return pairs == fields_.end() ? std::string() : nearest_key(pairs->second, code);
}

bool same_class_name(std::string_view a, std::string_view b) { return stem_of(a) == stem_of(b); }

}  // namespace caitu::geodata
