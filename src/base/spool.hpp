#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace caitu::base {

/// A file that only grows, of records whose places somebody else keeps. Appending: one thread; reading of
/// what was flushed: thread-safe. Errors of the system are Error(io) with its words and the path.
class Spool {
 public:
  /// Opens a file, or makes it, and forgets what stands in it past `size`: the work that wrote it may have
  /// been killed. Error(corrupt) when there is less.
  explicit Spool(std::filesystem::path file, std::uint64_t size = 0);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Returns where the bytes begin.
  std::uint64_t append(std::string_view bytes);
  std::uint64_t size() const { return flushed_ + buffer_.size(); }
  /// From now on it can be read.
  void flush();
  /// What was appended survives a loss of power.
  void sync();
  /// Fills `into` with what stands from `begin` on; Error(corrupt) when it ends before.
  void read(std::uint64_t begin, std::span<char> into) const;

 private:
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t flushed_ = 0;
  std::string buffer_;
};

}  // namespace caitu::base
