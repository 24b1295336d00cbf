#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <type_traits>

namespace caitu::base {

/// `bytes` of an unnamed file in a folder (empty: where the program runs), mapped to be read and written:
/// memory that the system may put on the disk. Its room is taken at once, so that a full disk is Error(io)
/// here and no signal later.
std::shared_ptr<void> map_scratch(const std::filesystem::path& folder, std::size_t bytes);

/// An array of plain values, zeroed, in such memory. Changing it: one thread.
template <typename T>
class MappedArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  MappedArray(const std::filesystem::path& folder, std::size_t size)
      : memory_(map_scratch(folder, size * sizeof(T))), size_(size) {}

  T* begin() { return static_cast<T*>(memory_.get()); }
  T* end() { return begin() + size_; }
  T& operator[](std::size_t i) { return begin()[i]; }
  std::span<const T> values() const { return {static_cast<const T*>(memory_.get()), size_}; }

 private:
  std::shared_ptr<void> memory_;
  std::size_t size_;
};

}  // namespace caitu::base
