#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::checks::detail {

/// Free text of an inspector or of a filing, asked for words. A word does not count where a negating word
/// stands right before it: 无人居住 tells no dwelling. Keeps references.
class Words {
 public:
  explicit Words(std::string_view text, std::span<const std::string> negating = {})
      : text_(text), negating_(negating) {}
  bool tell(const std::vector<std::string>& words) const;

 private:
  bool negated(std::size_t at) const;

  std::string_view text_;
  std::span<const std::string> negating_;
};

/// True when a text is one of a list.
bool among(std::span<const std::string> texts, std::string_view text);

}  // namespace caitu::checks::detail
