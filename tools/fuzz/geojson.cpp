#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "geometry/codec.hpp"

/// Posted geometry: refused with an Error, or read into something that writes and reads back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace caitu;
  geometry::Geometry read;
  try {
    read = geometry::read_geojson(base::parse_json({reinterpret_cast<const char*>(data), size}), 10'000);
  } catch (const base::Error&) {
    return 0;
  }
  std::string text;
  geometry::append_geojson(text, read, 10);
  if (!read.empty() && geometry::read_geojson(base::parse_json(text)).positions.size() != read.positions.size()) __builtin_trap();
  return 0;
}
