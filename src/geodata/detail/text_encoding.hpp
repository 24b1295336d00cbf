#pragma once

#include <iconv.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caitu::geodata::detail {

bool is_ascii(std::string_view text);
/// Well-formed UTF-8 by Unicode: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);

/// Strict conversion of text in some encoding to UTF-8 and back. One thread (it holds iconv's state).
/// GB2312, GBK and CP936 are read as GB18030, which holds them all.
class TextCodec {
 public:
  /// Nullopt when nobody knows the encoding.
  static std::optional<TextCodec> make(std::string encoding);

  const std::string& encoding() const { return encoding_; }
  /// It changes nothing, and any thread may ask whether text `is_utf8`.
  bool utf8() const { return !encode_; }
  /// False when `text` is not of this encoding; `out` is replaced.
  bool to_utf8(std::string_view text, std::string& out) const;
  /// False when a character has no place in this encoding.
  bool from_utf8(std::string_view text, std::string& out) const;
  /// As `to_utf8`, but a last character that was cut in half is left out: text that a fixed width has cut.
  bool to_utf8_cut(std::string_view text, std::string& out) const;

 private:
  struct CloseIconv {
    void operator()(void* handle) const { iconv_close(handle); }
  };
  using Handle = std::unique_ptr<void, CloseIconv>;
  TextCodec(std::string encoding, Handle decode, Handle encode);

  std::string encoding_;
  Handle decode_, encode_;  ///< null for UTF-8, which is checked and copied
};

}  // namespace caitu::geodata::detail
