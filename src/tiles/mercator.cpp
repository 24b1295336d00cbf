#include "tiles/mercator.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace caitu::tiles {
namespace {

constexpr long double kPi = std::numbers::pi_v<long double>;
/// atan(sinh π): where the square ends.
constexpr double kMaxLatitude = 85.051128779806592;

long double exact(long double lat) { return 0.5L - std::asinh(std::tan(lat * kPi / 180.0L)) / (2.0L * kPi); }

/// The polynomial through `value` at five Chebyshev nodes of [-0.5, 0.5], lowest power first.
template <typename Function>
std::array<double, 5> interpolate(const Function& value) {
  std::array<long double, 5> node, divided;
  for (std::size_t i = 0; i < 5; ++i) {
    node[i] = 0.5L * std::cos(kPi * (2.0L * static_cast<long double>(i) + 1.0L) / 10.0L);
    divided[i] = value(node[i]);
  }
  for (std::size_t order = 1; order < 5; ++order)
    for (std::size_t i = 4; i >= order; --i)
      divided[i] = (divided[i] - divided[i - 1]) / (node[i] - node[i - order]);
  std::array<long double, 5> power{};
  for (std::size_t i = 5; i-- > 0;) {
    for (std::size_t k = 4; k > 0; --k) power[k] = power[k - 1] - node[i] * power[k];
    power[0] = divided[i] - node[i] * power[0];
  }
  std::array<double, 5> result;
  std::transform(power.begin(), power.end(), result.begin(),
                 [](long double c) { return static_cast<double>(c); });
  return result;
}

/// A position in one register.
typedef double Pair __attribute__((vector_size(16)));
static_assert(sizeof(Pair) == sizeof(geometry::Position));

Pair load(const geometry::Position& p) {
  Pair pair;
  std::memcpy(&pair, &p, sizeof pair);
  return pair;
}
Pair least(Pair a, Pair b) { return a < b ? a : b; }
Pair most(Pair a, Pair b) { return a > b ? a : b; }

}  // namespace

Mercator::Mercator() {
  for (int i = 0; i < kPieces; ++i) {
    const long double middle = -static_cast<long double>(kReach) + (i + 0.5L) / kPiecesPerDegree;
    pieces_[static_cast<std::size_t>(i)] =
        interpolate([&](long double u) { return exact(middle + u / kPiecesPerDegree); });
  }
}

const Mercator& Mercator::shared() {
  static const Mercator table;
  return table;
}

int Mercator::piece_of(double south, double north) {
  const double first = (south + kReach) * kPiecesPerDegree, last = (north + kReach) * kPiecesPerDegree;
  if (!(first >= 0 && last < kPieces)) return -1;
  const int piece = static_cast<int>(first);
  return piece == static_cast<int>(last) ? piece : -1;
}

geometry::Box Mercator::project(std::span<const geometry::Position> path, double scale,
                                geometry::Position corner, geometry::Position* out) const {
  if (path.empty()) return {};
  Pair low = load(path[0]), high = low;
  for (const geometry::Position& p : path) {
    low = least(low, load(p));
    high = most(high, load(p));
  }
  const auto place = [&](double lon, double lat) {
    return geometry::Position{x(lon) * scale - corner.lon, y(lat) * scale - corner.lat};
  };
  // Both grow or fall steadily, so the box of the places is that of its corners.
  const geometry::Position north_west = place(low[0], high[1]), south_east = place(high[0], low[1]);
  const int piece = piece_of(low[1], high[1]);
  if (piece < 0) {
    for (const geometry::Position& p : path) *out++ = place(p.lon, p.lat);
  } else {
    // What `x` and `y` do, both in one register: of longitudes a polynomial whose higher powers are 0.
    const Piece& c = pieces_[static_cast<std::size_t>(piece)];
    const Pair c0{0.5, c[0]}, c1{kPerDegree, c[1]}, c2{0, c[2]}, c3{0, c[3]}, c4{0, c[4]};
    const Pair reach{0, kReach}, steps{1, kPiecesPerDegree}, middle{0, piece + 0.5};
    const Pair scales{scale, scale}, less = load(corner);
    for (const geometry::Position& p : path) {
      const Pair u = (load(p) + reach) * steps - middle;
      const Pair unit = (c0 + u * (c1 + u * (c2 + u * (c3 + u * c4)))) * scales - less;
      *out++ = {unit[0], unit[1]};
    }
  }
  return {north_west.lon, north_west.lat, south_east.lon, south_east.lat};
}

double Mercator::formula(double lat) {
  return static_cast<double>(exact(std::clamp(lat, -kMaxLatitude, kMaxLatitude)));
}

}  // namespace caitu::tiles
