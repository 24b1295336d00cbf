#pragma once

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

}  // namespace caitu::base
