#include "geometry/detail/simple_ring.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caitu::geometry::detail {
namespace {

// Up to here testing every pair of edges costs less than GEOS's index does.
constexpr std::size_t kMostEdges = 256;

/// The sign of twice the area of abc, or 0 when rounding leaves it open. Half an ulp on each difference and
/// product gives the factor (3 + 16 ε) ε, ε = 2^-53; the constant beside it covers underflow. NaN and
/// overflow compare false.
int certain_turn(Position a, Position b, Position c) {
  const double left = (a.lon - c.lon) * (b.lat - c.lat);
  const double right = (a.lat - c.lat) * (b.lon - c.lon);
  const double turn = left - right;
  const double doubt = 3.3306690738754716e-16 * (std::abs(left) + std::abs(right)) + 1e-300;
  return turn > doubt ? 1 : turn < -doubt ? -1 : 0;
}

bool between(double a, double b, double c) { return (a < b && b < c) || (c < b && b < a); }

/// Edges ab and bc share nothing but b: they turn, or a line through b parallel to an axis parts them.
bool meet_only_at(Position a, Position b, Position c) {
  return between(a.lon, b.lon, c.lon) || between(a.lat, b.lat, c.lat) || certain_turn(a, b, c) != 0;
}

struct Edge {
  Position from, to;
};

bool certainly_apart(Edge e, Edge f) {
  if (certain_turn(e.from, e.to, f.from) * certain_turn(e.from, e.to, f.to) > 0) return true;
  return certain_turn(f.from, f.to, e.from) * certain_turn(f.from, f.to, e.to) > 0;
}

/// A box without initial values: an array of them must cost nothing for small rings.
struct Extent {
  double west, south, east, north;
};

Extent extent(Position a, Position b) {
  return {std::min(a.lon, b.lon), std::min(a.lat, b.lat), std::max(a.lon, b.lon), std::max(a.lat, b.lat)};
}

bool meet(const Extent& a, const Extent& b) {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}

}  // namespace

bool proved_simple(std::span<const Position> ring) {
  if (ring.size() < 4 || ring.size() > kMostEdges + 1 || ring.front() != ring.back()) return false;
  const std::size_t count = ring.size() - 1;
  std::array<Extent, kMostEdges> extents;
  for (std::size_t i = 0; i < count; ++i) {
    const Position after = ring[i + 1 == count ? 1 : i + 2];
    if (ring[i] == ring[i + 1] || !meet_only_at(ring[i], ring[i + 1], after)) return false;
    extents[i] = extent(ring[i], ring[i + 1]);
  }
  for (std::size_t i = 0; i + 2 < count; ++i) {
    const std::size_t last = i == 0 ? count - 1 : count;  // the first edge is a neighbour of the last
    for (std::size_t j = i + 2; j < last; ++j) {
      if (!meet(extents[i], extents[j])) continue;
      if (!certainly_apart({ring[i], ring[i + 1]}, {ring[j], ring[j + 1]})) return false;
    }
  }
  return true;
}

}  // namespace caitu::geometry::detail
