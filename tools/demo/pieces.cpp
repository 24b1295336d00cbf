#include "pieces.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/units.hpp"
#include "geometry/measure.hpp"
#include "plane.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

constexpr double kLeastPiece = 900;  // m²: a remainder below it takes from the piece before

double area_of(const std::vector<Position>& ring) { return geometry::area_m2(polygon(ring)); }

/// Degrees as a plane is enough to see whether a small ring is star-shaped: stretching does not change that.
Path as_points(const std::vector<Position>& ring) {
  Path path;
  for (const Position p : ring) path.push_back({p.lon - ring[0].lon, p.lat - ring[0].lat});
  return path;
}

}  // namespace

Piece make_piece(std::vector<Position> ring) {
  Piece piece;
  piece.ring = std::move(ring);
  piece.m2 = area_of(piece.ring);
  return piece;
}

bool shrinkable(const Piece& piece) {
  const Path path = as_points(piece.ring);
  return star_shaped(path, ring_centroid(path));
}

bool shrink(Piece& piece, double m2) {
  if (m2 > piece.m2 || !shrinkable(piece)) return false;
  const Point middle = ring_centroid(as_points(piece.ring));
  const Position at{piece.ring[0].lon + middle.x, piece.ring[0].lat + middle.y};
  const std::vector<Position> whole = piece.ring;
  double scale = std::sqrt(m2 / piece.m2);
  for (int step = 0; step < 8; ++step) {
    for (std::size_t i = 0; i < whole.size(); ++i) {
      piece.ring[i] = {at.lon + scale * (whole[i].lon - at.lon), at.lat + scale * (whole[i].lat - at.lat)};
    }
    piece.m2 = area_of(piece.ring);
    scale *= std::sqrt(m2 / piece.m2);
  }
  return std::abs(piece.m2 - m2) < 1e-6;
}

std::vector<Piece> take_exactly(std::span<const Piece> pieces, double m2) {
  std::vector<Piece> taken;
  double rest = m2;
  std::size_t next = 0;
  while (next < pieces.size() && pieces[next].m2 + kLeastPiece < rest) {
    rest -= pieces[next].m2;
    taken.push_back(pieces[next++]);
  }
  for (; next < pieces.size(); ++next) {
    Piece last = pieces[next];
    if (last.m2 < rest || !shrink(last, rest)) continue;
    taken.push_back(std::move(last));
    return taken;
  }
  throw base::Error(
      base::Code::invalid,
      fmt::format("The land made holds too little for a layer of {:.0f} mu.", base::mu_from_m2(m2)));
}

}  // namespace caitu::demo
