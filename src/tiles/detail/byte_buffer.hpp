#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace caitu::tiles::detail {

/// Bytes that grow at their end. Unlike a string's, room that is made is not cleared first. One thread.
class ByteBuffer {
 public:
  /// Room for `bytes` behind the end, until the next call; `end_at` says how much of it was written.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(size_ + bytes);
    return bytes_.get() + size_;
  }
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
  void clear() { size_ = 0; }

  const char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  void grow(std::size_t wanted) {
    const std::size_t capacity = std::max({wanted, capacity_ * 2, std::size_t{256}});
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

/// The most bytes that a varint takes.
inline constexpr std::size_t kVarint32 = 5, kVarint64 = 10;

/// Writes a varint and returns what stands behind it. Two bytes must fit, however short it is.
inline char* put_varint(char* at, std::uint64_t value) {
  if (value < 1 << 14) {
    // Whether a tile's number takes one byte or two is a coin's toss, and a branch on it is often guessed
    // wrong.
    const bool two = value >= 0x80;
    const auto bytes = static_cast<std::uint16_t>((value & 0x7f) | (two ? 0x80 : 0) | (value >> 7 << 8));
    std::memcpy(at, &bytes, sizeof bytes);
    return at + 1 + (two ? 1 : 0);
  }
  while (value >= 0x80) {
    *at++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}
inline char* put_bytes(char* at, const ByteBuffer& bytes) {
  at = put_varint(at, bytes.size());
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

}  // namespace caitu::tiles::detail
