#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caitu::catalog {

/// How a text was damaged on its way, and which encoding would have read it right.
struct TextDamage {
  std::string what, what_zh;  ///< "UTF-8 text that was read as GBK"
  std::string mended;         ///< what it should say; empty when that cannot be had
};

/// Looks for U+FFFD, for UTF-8 that was read as GBK or as Latin-1, and for GBK that was read as Latin-1.
/// `text` is valid UTF-8. Thread-safe; a thread remembers what it has seen, for names come again and again.
std::optional<TextDamage> text_damage(std::string_view text);

}  // namespace caitu::catalog
