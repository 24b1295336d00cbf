#include "checks/detail/words.hpp"

#include <algorithm>

namespace caitu::checks::detail {

bool Words::negated(std::size_t at) const {
  const std::string_view before = text_.substr(0, at);
  return std::ranges::any_of(negating_, [&](const std::string& word) { return before.ends_with(word); });
}

bool Words::tell(const std::vector<std::string>& words) const {
  for (const std::string& word : words) {
    for (std::size_t at = text_.find(word); at != std::string_view::npos; at = text_.find(word, at + 1)) {
      if (!negated(at)) return true;
    }
  }
  return false;
}

bool among(std::span<const std::string> texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

}  // namespace caitu::checks::detail
