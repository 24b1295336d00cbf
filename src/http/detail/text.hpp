#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caitu::http::detail {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Equal but for the case of ASCII letters, whatever the locale.
inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the text before `separator` off the front of `rest`, trimmed; a separator inside a quoted string
/// does not count. With nothing left it returns an empty view and leaves `rest` empty.
inline std::string_view take_until(std::string_view& rest, char separator) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size() && (quoted || rest[at] != separator); ++at) {
    if (rest[at] == '"') quoted = !quoted;
    if (quoted && rest[at] == '\\') ++at;
  }
  if (at >= rest.size()) {
    const std::string_view last = trim(rest);
    rest = {};
    return last;
  }
  const std::string_view taken = trim(rest.substr(0, at));
  rest.remove_prefix(at + 1);
  return taken;
}

}  // namespace caitu::http::detail
