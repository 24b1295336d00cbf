#include "geodata/detail/text_encoding.hpp"

#include <catch2/catch.hpp>

#include "support/properties.hpp"

namespace {

using caitu::geodata::detail::is_utf8;
using caitu::geodata::detail::TextCodec;

std::string utf8_of(char32_t c) {
  std::string out;
  if (c < 0x80) return std::string(1, static_cast<char>(c));
  if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  }
  return out + static_cast<char>(0x80 | (c & 0x3f));
}

/// Text of characters up to `last`, with much ASCII so that the fast path and the slow one meet.
rc::Gen<std::string> text_up_to(char32_t last) {
  const auto character =
      rc::gen::oneOf(rc::gen::inRange<char32_t>(1, 0x80), rc::gen::inRange<char32_t>(0x80, last));
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(character),
                      [](const std::vector<char32_t>& characters) {
                        std::string out;
                        for (const char32_t c : characters) {
                          if (c < 0xd800 || c > 0xdfff) out += utf8_of(c);
                        }
                        return out;
                      });
}

void check(bool held) { REQUIRE(held); }

}  // namespace

TEST_CASE("all of Unicode is UTF-8, and no byte of it can be cut off or broken") {
  check(rc::check([] {
    const std::string text = *text_up_to(0x110000);
    RC_ASSERT(is_utf8(text));
    const std::string last = utf8_of(*rc::gen::inRange<char32_t>(0x80, 0xd800));
    RC_ASSERT(!is_utf8(text + last.substr(0, last.size() - 1)));
    RC_ASSERT(!is_utf8(text + last.substr(1)));
  }));
  for (const char* bad : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "abcdefgh\xff", "\x80"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("GB18030 holds all of Unicode and gives it back") {
  check(rc::check([] {
    const auto codec = TextCodec::make("GB18030");
    const std::string text = *text_up_to(0xd800);
    std::string encoded, back;
    RC_ASSERT(codec->from_utf8(text, encoded));
    RC_ASSERT(codec->to_utf8(encoded, back));
    RC_ASSERT(back == text);
  }));
}

TEST_CASE("text that a fixed width has cut loses at most its last character") {
  check(rc::check([] {
    const std::string encoding = *rc::gen::element<std::string>("UTF-8", "GBK");
    const auto codec = TextCodec::make(encoding);
    const auto count = *rc::gen::inRange<std::size_t>(1, 20);
    std::string text, encoded, back;
    for (std::size_t i = 0; i < count; ++i) text += utf8_of(*rc::gen::inRange<char32_t>(0x4e00, 0x9fa5));
    RC_ASSERT(codec->from_utf8(text, encoded));
    const auto kept = *rc::gen::inRange<std::size_t>(0, encoded.size());
    RC_ASSERT(codec->to_utf8_cut(encoded.substr(0, kept), back));
    RC_ASSERT(text.starts_with(back));
    RC_ASSERT(back.size() == kept / (encoding == "GBK" ? 2 : 3) * 3);
  }));
}

TEST_CASE(
    "names of encodings are known in the ways that deliveries write them; those without ASCII are not") {
  for (const char* name :
       {"GBK", "gbk", "CP936", "936", "GB2312", "utf8", "65001", "BIG5", "1252", "latin2", "EUC-KR"}) {
    INFO(name);
    CHECK(TextCodec::make(name));
  }
  for (const char* name : {"", "GKB", "UTF-16", "UCS-4"}) {
    INFO(name);
    CHECK_FALSE(TextCodec::make(name));
  }
}

TEST_CASE("what an encoding does not hold is said, not replaced by a look-alike") {
  std::string out;
  CHECK_FALSE(TextCodec::make("GBK")->from_utf8("🥒", out));
  CHECK(TextCodec::make("GB18030")->from_utf8("🥒", out));
  CHECK_FALSE(TextCodec::make("latin1")->from_utf8("菜", out));
  CHECK_FALSE(TextCodec::make("GBK")->to_utf8("\xff\xff", out));
}
