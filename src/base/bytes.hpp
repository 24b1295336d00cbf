#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace caitu::base {

static_assert(std::endian::native == std::endian::little,
              "files of caitu are little-endian and mapped as they are");

/// Appends the bytes of a plain value, little-endian.
template <typename T>
void append_value(std::string& out, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  out.append(raw, sizeof(T));
}

/// Reads a plain value at any alignment; the caller has checked that it is there.
template <typename T>
T load_value(const void* at) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

using Digest256 = std::array<std::uint8_t, 32>;
struct Digest128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Digest128&, const Digest128&) = default;
};

std::uint32_t crc32(std::string_view data);
Digest256 sha256(std::string_view data);
/// The first half of a SHA-256.
Digest128 first_half(const Digest256& digest);
/// XXH3: tells contents apart, many times faster than a SHA, with no claim against an adversary who chooses
/// both.
Digest128 digest128(std::string_view data);
std::string hex(std::span<const std::uint8_t> bytes);
std::string hex(const Digest128& digest);
std::string random_bytes(std::size_t count);

/// Whole-buffer gzip at a libdeflate level (1 to 12). One member, no name, no time: the same input gives the
/// same bytes.
std::string gzip(std::string_view data, int level = 6);
/// Throws Error(corrupt) on a broken stream and Error(too_large) past `limit` bytes of output.
std::string gunzip(std::string_view data, std::size_t limit);

}  // namespace caitu::base
