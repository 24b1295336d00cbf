#include "geodata/detail/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace caitu::geodata::detail {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// Bytes of the character that begins with `first`, 0 when none does.
std::size_t utf8_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/// The second byte also keeps out overlong forms, surrogates and what lies past U+10FFFF.
bool good_second_byte(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xe0:
      return second >= 0xa0 && second <= 0xbf;
    case 0xed:
      return second >= 0x80 && second <= 0x9f;
    case 0xf0:
      return second >= 0x90 && second <= 0xbf;
    case 0xf4:
      return second >= 0x80 && second <= 0x8f;
    default:
      return second >= 0x80 && second <= 0xbf;
  }
}

struct Scan {
  std::size_t good = 0;  ///< bytes of whole characters
  bool cut = false;      ///< what follows them is a character cut in half by the end
};

Scan scan_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = 0;
    if (at + 8 <= text.size()) {
      std::memcpy(&eight, text.data() + at, 8);
      if ((eight & kHighBits) == 0) {
        at += 8;
        continue;
      }
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const std::size_t length = utf8_length(byte(0));
    if (length == 0) return {at, false};
    const std::size_t here = std::min(length, text.size() - at);
    for (std::size_t i = 1; i < here; ++i) {
      const bool good = i == 1 ? good_second_byte(byte(0), byte(1)) : (byte(i) & 0xc0) == 0x80;
      if (!good) return {at, false};
    }
    if (here < length) return {at, true};
    at += length;
  }
  return {at, false};
}

struct Converted {
  bool good = false;
  bool cut = false;
};

Converted convert(iconv_t handle, std::string_view text, std::string& out) {
  iconv(handle, nullptr, nullptr, nullptr, nullptr);
  out.resize(text.size() * 3 + 4);
  char* from = const_cast<char*>(text.data());  // iconv's signature is older than const
  std::size_t from_left = text.size();
  char* to = out.data();
  std::size_t to_left = out.size();
  const std::size_t result = iconv(handle, &from, &from_left, &to, &to_left);
  const bool cut = result == static_cast<std::size_t>(-1) && errno == EINVAL;
  out.resize(out.size() - to_left);
  // A positive result counts characters that were replaced by look-alikes: that is no faithful conversion.
  return {result == 0, cut};
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view text) { return scan_utf8(text).good == text.size(); }

TextCodec::TextCodec(std::string encoding, Handle decode, Handle encode)
    : encoding_(std::move(encoding)), decode_(std::move(decode)), encode_(std::move(encode)) {}

std::optional<TextCodec> TextCodec::make(std::string encoding) {
  if (encoding.empty()) return std::nullopt;  // iconv would take the machine's own
  std::string known = upper(encoding);
  if (known == "UTF-8" || known == "UTF8" || known == "65001" || known == "CP65001") {
    return TextCodec(std::move(encoding), nullptr, nullptr);
  }
  constexpr std::array<std::string_view, 6> chinese = {"GBK", "CP936", "936", "GB2312", "EUC-CN", "GB18030"};
  const bool is_chinese = std::ranges::find(chinese, known) != chinese.end();
  if (is_chinese) known = "GB18030";
  const auto open = [](const char* to, const char* from) -> Handle {
    const iconv_t handle = iconv_open(to, from);
    const bool failed = reinterpret_cast<std::intptr_t>(handle) == -1;
    return Handle(failed ? nullptr : handle);
  };
  Handle decode = open("UTF-8", known.c_str());
  // Code pages are also written as their bare number.
  if (!decode) decode = open("UTF-8", (known = "CP" + known).c_str());
  // What is written as GBK is for readers that know no more than GBK.
  Handle encode = open(is_chinese && upper(encoding) != "GB18030" ? "GBK" : known.c_str(), "UTF-8");
  std::string sample;
  // Only encodings in which ASCII is ASCII can stand in a table's fields; UTF-16 cannot.
  if (!decode || !encode || !convert(decode.get(), "0Az,", sample).good || sample != "0Az,")
    return std::nullopt;
  return TextCodec(std::move(encoding), std::move(decode), std::move(encode));
}

bool TextCodec::to_utf8(std::string_view text, std::string& out) const {
  if (decode_ && !is_ascii(text)) return convert(decode_.get(), text, out).good;
  out.assign(text);
  return decode_ || is_utf8(text);
}

bool TextCodec::to_utf8_cut(std::string_view text, std::string& out) const {
  if (decode_) {
    const Converted done = convert(decode_.get(), text, out);
    return done.good || done.cut;
  }
  const Scan scan = scan_utf8(text);
  out.assign(text.substr(0, scan.good));
  return scan.good == text.size() || scan.cut;
}

bool TextCodec::from_utf8(std::string_view text, std::string& out) const {
  if (encode_ && !is_ascii(text)) return convert(encode_.get(), text, out).good;
  out.assign(text);
  return encode_ || is_utf8(text);
}

}  // namespace caitu::geodata::detail
