#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caitu::checks::detail {

/// Free text of an inspector or of a filing, asked for words. A word does not count where a negating word
/// stands right before it: 无人居住 tells no dwelling. Keeps references.
class Words {
 public:
  Words(std::string_view text, const std::vector<std::string>& negating) : text_(text), negating_(negating) {}
  bool tell(const std::vector<std::string>& words) const;

 private:
  bool negated(std::size_t at) const;

  std::string_view text_;
  const std::vector<std::string>& negating_;
};

}  // namespace caitu::checks::detail
