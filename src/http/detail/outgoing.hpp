#pragma once

#include "http/detail/net.hpp"

#include <array>
#include <string_view>

namespace caitu::http::detail {

/// What is still to be written, in up to three pieces that somebody else keeps.
class Outgoing {
 public:
  explicit Outgoing(std::string_view first, std::string_view second = {}, std::string_view third = {});
  const std::array<net::const_buffer, 3>& pieces() const { return pieces_; }
  void consume(std::size_t bytes);
  bool empty() const;

 private:
  std::array<net::const_buffer, 3> pieces_;
};

}  // namespace caitu::http::detail
