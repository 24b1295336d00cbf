#include "http/detail/outgoing.hpp"

#include <algorithm>

namespace caitu::http::detail {
namespace {

net::const_buffer buffer(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Outgoing::Outgoing(std::string_view first, std::string_view second, std::string_view third)
    : pieces_{buffer(first), buffer(second), buffer(third)} {}

void Outgoing::consume(std::size_t bytes) {
  for (auto& piece : pieces_) {
    const std::size_t taken = std::min(bytes, piece.size());
    piece += taken;
    bytes -= taken;
  }
}

bool Outgoing::empty() const { return net::buffer_size(pieces_) == 0; }

}  // namespace caitu::http::detail
