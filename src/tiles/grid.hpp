#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "geometry/geometry.hpp"

namespace caitu::tiles {

struct TileAddress {
  int z = 0;
  std::uint32_t x = 0, y = 0;  ///< XYZ: y grows southwards
  friend auto operator<=>(const TileAddress&, const TileAddress&) = default;
};

inline constexpr int kMaxZoom = 22;

/// Decimal digits only, no sign, no leading zeros, in range for z; nullopt otherwise.
std::optional<TileAddress> parse_address(std::string_view z, std::string_view x, std::string_view y);

/// WebMercatorQuad (OGC Two Dimensional Tile Matrix Set 2.0, annex D.1) over EPSG:4490 degrees.
/// Degrees of the tile's own square.
geometry::Box tile_box(TileAddress address);
/// The same with `share` of a side added beyond each side.
geometry::Box tile_box(TileAddress address, double share);
/// The tile that holds a position; latitudes past ±85.0511 are clamped.
TileAddress tile_at(geometry::Position p, int z);
/// Mercator coordinates in the unit square: x east from -180°, y south from +85.0511°.
double mercator_x(double lon);
double mercator_y(double lat);

}  // namespace caitu::tiles
