#pragma once

#include <array>
#include <span>

#include "geometry/geometry.hpp"

namespace caitu::tiles {

/// Latitude to the Web Mercator unit square (y south from +85.0511°), fast enough to be called for every
/// vertex.
///
/// Guarantees: within 5e-15 of 0.5 − asinh(tan lat) / 2π, which is below 1e-4 tile units at zoom 22. The
/// value depends on the latitude alone, never on a tile or a zoom, so the vertex that two tiles share lands
/// on the same unit in both. Between 60° S and 60° N a polynomial of degree 4 on each quarter of a degree
/// (Chebyshev nodes); beyond, the formula. Threads: const-shared.
class Mercator {
 public:
  static const Mercator& shared();

  double y(double lat) const {
    const double place = (lat + kReach) * kPiecesPerDegree;
    if (!(place >= 0 && place < kPieces)) return formula(lat);
    const int piece = static_cast<int>(place);
    const double u = place - (piece + 0.5);
    const auto& c = pieces_[static_cast<std::size_t>(piece)];
    return c[0] + u * (c[1] + u * (c[2] + u * (c[3] + u * c[4])));
  }
  static double x(double lon) { return 0.5 + lon * kPerDegree; }

  /// `x` and `y` of each position, times `scale`, less the corner's, into `out`, which has room for them.
  /// Returns their box.
  geometry::Box project(std::span<const geometry::Position> path, double scale, geometry::Position corner,
                        geometry::Position* out) const;

 private:
  static constexpr double kPerDegree = 1.0 / 360.0;
  static constexpr double kReach = 60.0;
  static constexpr int kPiecesPerDegree = 4;
  static constexpr int kPieces = 480;

  using Piece = std::array<double, 5>;

  Mercator();
  static double formula(double lat);
  /// The piece that holds both latitudes, or -1.
  static int piece_of(double south, double north);

  std::array<Piece, kPieces> pieces_;
};

}  // namespace caitu::tiles
