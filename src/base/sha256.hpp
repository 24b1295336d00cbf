#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"

namespace caitu::base {

/// SHA-256 of bytes that come in pieces. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  Digest256 finish();  ///< once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Of a whole file, read in pieces. Error(io) when it cannot be read to its end.
Digest256 sha256_of_file(const std::filesystem::path& file);
/// Of the file of the program that runs: two builds differ in it. Read once; thread-safe.
const Digest256& program_sha256();

}  // namespace caitu::base
