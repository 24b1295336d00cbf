#include "catalog/quality_text.hpp"

#include <iconv.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace caitu::catalog {
namespace {

constexpr std::size_t kRemembered = 20'000;

struct CloseIconv {
  void operator()(void* handle) const { iconv_close(handle); }
};
using Iconv = std::unique_ptr<void, CloseIconv>;

/// Strict; nullopt when a character has no place in the target. One converter a thread.
class Converter {
 public:
  Converter(const char* to, const char* from) : handle_(iconv_open(to, from)) {}

  std::optional<std::string> convert(std::string_view text) const {
    // iconv_open answers (iconv_t)-1 where the system lacks the encoding.
    if (handle_.get() == reinterpret_cast<void*>(-1)) return std::nullopt;
    iconv(handle_.get(), nullptr, nullptr, nullptr, nullptr);
    std::string source(text), out(text.size() * 4 + 4, '\0');
    char* in = source.data();
    char* at = out.data();
    std::size_t left = source.size(), room = out.size();
    if (iconv(handle_.get(), &in, &left, &at, &room) == static_cast<std::size_t>(-1)) return std::nullopt;
    out.resize(out.size() - room);
    return out;
  }

 private:
  Iconv handle_;
};

bool ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Characters from U+4E00 to U+9FFF, and whether nothing else but ASCII is among them.
struct Hanzi {
  std::size_t count = 0;
  bool only = true;
};
Hanzi hanzi_of(std::string_view utf8) {
  Hanzi found;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (bytes == 3 && i + 2 < utf8.size()) {
      const unsigned code = (lead & 0x0FU) << 12U | (static_cast<unsigned char>(utf8[i + 1]) & 0x3FU) << 6U |
                            (static_cast<unsigned char>(utf8[i + 2]) & 0x3FU);
      const bool is = code >= 0x4E00 && code <= 0x9FFF;
      found.count += is ? 1 : 0;
      found.only = found.only && is;
    } else if (bytes != 1) {
      found.only = false;
    }
    i += bytes;
  }
  return found;
}

/// Two hanzi at least, and nothing but them and ASCII: a name, not chance.
bool reads_as_names(const std::optional<std::string>& text) {
  if (!text) return false;
  const Hanzi hanzi = hanzi_of(*text);
  return hanzi.only && hanzi.count >= 2;
}

/// A character that GBK has and GB2312 has not: names hardly hold any, UTF-8 read as GBK is full of them.
bool has_rare(std::string_view gbk) {
  for (std::size_t i = 0; i + 1 < gbk.size(); ++i) {
    const auto lead = static_cast<unsigned char>(gbk[i]);
    if (lead < 0x80) continue;
    if (lead < 0xA1 || static_cast<unsigned char>(gbk[i + 1]) < 0xA1) return true;
    ++i;
  }
  return false;
}

std::optional<TextDamage> damage_of(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD", kTwoReplacements = "锟斤拷";
  if (text.find(kReplacement) != std::string_view::npos ||
      text.find(kTwoReplacements) != std::string_view::npos) {
    return TextDamage{
        "characters were lost when it was read in a wrong encoding: export it again as UTF-8, or "
        "import the original with --encoding GBK",
        "以错误编码读取时有字符丢失：请以 UTF-8 重新导出，或以 --encoding GBK 导入原件",
        {}};
  }
  thread_local const Converter to_gbk("GBK", "UTF-8"), from_gbk("UTF-8", "GBK"), from_utf8("UTF-8", "UTF-8"),
      to_latin("ISO-8859-1", "UTF-8");
  if (const auto bytes = to_gbk.convert(text); bytes && has_rare(*bytes)) {
    if (auto mended = from_utf8.convert(*bytes); reads_as_names(mended))
      return TextDamage{"UTF-8 text that was read as GBK; --encoding UTF-8 mends it",
                        "UTF-8 文字被当作 GBK 读取，应使用 --encoding UTF-8", *mended};
  }
  if (const auto bytes = to_latin.convert(text); bytes && !ascii(*bytes)) {
    if (auto mended = from_utf8.convert(*bytes); reads_as_names(mended))
      return TextDamage{"UTF-8 text that was read as Latin-1; --encoding UTF-8 mends it",
                        "UTF-8 文字被当作 Latin-1 读取，应使用 --encoding UTF-8", *mended};
    if (auto mended = from_gbk.convert(*bytes); reads_as_names(mended))
      return TextDamage{"GBK text that was read as Latin-1; --encoding GBK mends it",
                        "GBK 文字被当作 Latin-1 读取，应使用 --encoding GBK", *mended};
  }
  return std::nullopt;
}

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

std::optional<TextDamage> text_damage(std::string_view text) {
  if (ascii(text)) return std::nullopt;
  thread_local std::unordered_map<std::string, bool, Hash, std::equal_to<>> seen;
  if (const auto at = seen.find(text); at != seen.end() && !at->second) return std::nullopt;
  auto damage = damage_of(text);
  if (seen.size() >= kRemembered) seen.clear();
  seen.emplace(text, damage.has_value());
  return damage;
}

}  // namespace caitu::catalog
