#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "http/message.hpp"
#include "tiles/grid.hpp"

/// A request target and the tile address in it: whatever is accepted lies in its zoom.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  caitu::http::Request request;
  if (!caitu::http::parse_target(text, request)) return 0;
  const std::size_t first = request.path.find('/', 1), second = request.path.find('/', first + 1);
  if (first == std::string::npos || second == std::string::npos) return 0;
  const std::string_view path = request.path;
  const auto address = caitu::tiles::parse_address(path.substr(1, first - 1), path.substr(first + 1, second - first - 1),
                                                   path.substr(second + 1));
  if (address && (address->z < 0 || address->z > caitu::tiles::kMaxZoom || address->x >> address->z != 0 || address->y >> address->z != 0)) {
    __builtin_trap();
  }
  return 0;
}
