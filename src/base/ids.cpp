#include "base/ids.hpp"

#include "base/bytes.hpp"

namespace caitu::base {

std::uint64_t feature_id(std::string_view layer, std::string_view key, unsigned attempt) {
  std::string text;
  text.reserve(layer.size() + key.size() + 8);
  text.append(layer).push_back('\0');
  text.append(key);
  for (unsigned round = attempt;; round += 0x10000) {
    std::string candidate = text;
    if (round != 0) append_value(candidate, round);
    const std::uint64_t id = first_half(sha256(candidate)).high & kMaxFeatureId;
    if (id != 0) return id;
  }
}

std::string random_id() {
  const std::string bytes = random_bytes(16);
  return hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace caitu::base
