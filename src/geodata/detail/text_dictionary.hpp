#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::geodata::detail {

/// Numbers distinct texts in the order in which they first come: open addressing over one string of all
/// texts, about 30 bytes a text beside the text itself. One thread.
class TextDictionary {
 public:
  /// The hash that `code` wants. It also begins to fetch the text's slot, so that many dictionaries asked in
  /// turn wait for memory once, not each.
  std::uint32_t announce(std::string_view text) const;
  std::uint32_t code(std::string_view text, std::uint32_t hash);
  std::string_view text(std::uint32_t code) const {
    const std::uint64_t begin = code == 0 ? 0 : ends_[code - 1];
    return std::string_view(texts_).substr(begin, ends_[code] - begin);
  }
  std::size_t size() const { return ends_.size(); }

 private:
  struct Slot {
    std::uint32_t hash;
    std::uint32_t code;
  };
  static constexpr std::uint32_t kFree = 0xffffffff;
  void grow();

  std::vector<Slot> slots_;
  std::vector<std::uint64_t> ends_;
  std::string texts_;
};

}  // namespace caitu::geodata::detail
