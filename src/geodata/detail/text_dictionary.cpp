#include "geodata/detail/text_dictionary.hpp"

#include <functional>
#include <utility>

namespace caitu::geodata::detail {

std::uint32_t TextDictionary::announce(std::string_view text) const {
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
  return hash;
}

std::uint32_t TextDictionary::code(std::string_view text, std::uint32_t hash) {
  if (ends_.size() * 10 >= slots_.size() * 7) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot& slot = slots_[i];
    if (slot.code == kFree) {
      slot = {hash, static_cast<std::uint32_t>(ends_.size())};
      texts_ += text;
      ends_.push_back(texts_.size());
      return slot.code;
    }
    if (slot.hash == hash && this->text(slot.code) == text) return slot.code;
  }
}

void TextDictionary::grow() {
  const std::vector<Slot> old = std::exchange(slots_, {});
  slots_.assign(old.empty() ? 16 : old.size() * 2, Slot{0, kFree});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& moved : old) {
    if (moved.code == kFree) continue;
    std::size_t i = moved.hash & mask;
    while (slots_[i].code != kFree) i = (i + 1) & mask;
    slots_[i] = moved;
  }
}

}  // namespace caitu::geodata::detail
