#include "base/text.hpp"

#include <algorithm>

namespace caitu::base {

std::string grouped(std::string digits) {
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = std::min(digits.find('.'), digits.size()); at > 3 + sign; at -= 3)
    digits.insert(at - 3, ",");
  return digits;
}

std::string grouped(std::uint64_t number) { return grouped(std::to_string(number)); }

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace caitu::base
