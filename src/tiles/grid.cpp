#include "tiles/grid.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "tiles/mercator.hpp"

namespace caitu::tiles {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 7 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  // from_chars takes a minus sign, hence the look at each character.
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double longitude(double x) { return x * 360.0 - 180.0; }
double latitude(double y) {
  return std::atan(std::sinh(std::numbers::pi * (1.0 - 2.0 * y))) * 180.0 / std::numbers::pi;
}

}  // namespace

std::optional<TileAddress> parse_address(std::string_view z, std::string_view x, std::string_view y) {
  const auto zoom = parse_number(z), column = parse_number(x), row = parse_number(y);
  if (!zoom || !column || !row || *zoom > kMaxZoom) return std::nullopt;
  const std::uint32_t side = std::uint32_t{1} << *zoom;
  if (*column >= side || *row >= side) return std::nullopt;
  return TileAddress{static_cast<int>(*zoom), *column, *row};
}

geometry::Box tile_box(TileAddress address) { return tile_box(address, 0); }

geometry::Box tile_box(TileAddress address, double share) {
  const double side = std::ldexp(1.0, -address.z);
  return {longitude((address.x - share) * side), latitude((address.y + 1.0 + share) * side),
          longitude((address.x + 1.0 + share) * side), latitude((address.y - share) * side)};
}

TileAddress tile_at(geometry::Position p, int z) {
  const double side = std::ldexp(1.0, z);
  const auto index = [side](double unit) {
    return static_cast<std::uint32_t>(std::clamp(std::floor(unit * side), 0.0, side - 1.0));
  };
  return {z, index(mercator_x(p.lon)), index(mercator_y(p.lat))};
}

double mercator_x(double lon) { return Mercator::x(lon); }
double mercator_y(double lat) { return Mercator::shared().y(lat); }

}  // namespace caitu::tiles
