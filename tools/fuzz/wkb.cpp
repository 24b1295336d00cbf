#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "geometry/codec.hpp"

/// Hostile WKB: refused with an Error, or read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    caitu::geometry::read_wkb({reinterpret_cast<const char*>(data), size}, 100'000);
  } catch (const caitu::base::Error&) {
  }
  return 0;
}
