#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::demo {

using geometry::Position;

/// A piece of land that may become a feature of a plan layer.
struct Piece {
  std::vector<Position> ring;  ///< open, counter-clockwise, EPSG:4490 degrees
  double m2 = 0;               ///< on the CGCS2000 ellipsoid
  std::size_t town = 0;        ///< index into towns()
  std::int32_t village = 0;
  std::int32_t block = 0;
  std::uint64_t dice = 0;  ///< random, by which it is chosen
  double angle = 0;        ///< of its rows on the plane
  bool covered = false;    ///< greenhouses
  bool has_yards = false;  ///< facility land (1202) among its parcels
  bool exposed = false;    ///< as of its parcel
};

Piece make_piece(std::vector<Position> ring);
/// The piece drawn towards its middle until it has `m2` (to 1e-6 of it); false when that would leave its
/// border.
bool shrink(Piece& piece, double m2);
/// True when shrink() to any smaller area stays inside.
bool shrinkable(const Piece& piece);

/// The first pieces in their order that together hold `m2`, the last one shrunk so that the sum of area_m2
/// over them is `m2` to a millionth of a square metre. Throws Error(invalid) when there is not enough.
std::vector<Piece> take_exactly(std::span<const Piece> pieces, double m2);

}  // namespace caitu::demo
