#include "tiles/mercator.hpp"

#include <algorithm>
#include <cmath>
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

double Mercator::formula(double lat) {
  return static_cast<double>(exact(std::clamp(lat, -kMaxLatitude, kMaxLatitude)));
}

}  // namespace caitu::tiles
