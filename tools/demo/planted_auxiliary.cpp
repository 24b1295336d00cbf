#include <array>

#include "base/units.hpp"
#include "geometry/measure.hpp"
#include "planted_parts.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

// 127号文: 5 % of the project's land and no more than 10 亩. It is superseded, so that what exceeds it is for
// a field check. Hebei's 10 % and 15 亩 of 2020 hold. Every base has 300 亩 or more, so its 15 亩 come first.
constexpr double kCapMu = 10;
constexpr std::array kOverShare = {0.053, 0.06, 0.07};
constexpr std::size_t kWhole = 3, kUnderShare = 6, kOverCap = 2;
constexpr std::array kHebeiOver = {15.5, 16.0, 17.5, 18.0, 20.0, 24.0};
constexpr std::array kHebeiUnder = {14.8, 14.0, 12.0, 10.5, 8.0, 5.0};
constexpr std::array kTianjinOver = {11.0, 12.5};
constexpr std::array kTianjinUnder = {9.0, 9.8};

Piece yard_of(const Park& park) { return make_piece(park.yards[0]); }

/// A park with one plot, whose parcel is large enough for it to take `share` of the park's land.
auto with_room(double share) {
  return [share](const Park& park) {
    return shed_park(park) && yard_of(park).m2 > 1.01 * share * park.m2 &&
           share * park.m2 < base::m2_from_mu(kCapMu);
  };
}

void plant_share(Planting& planting, double share, std::string_view expected) {
  Park& park = planting.take_park(with_room(share));
  park.facilities[0].ring = drawn_in(yard_of(park), share * park.m2);
  planting.truth.expect(park.facilities[0], "G4", expected);
  if (expected == kClear) planting.truth.expect(shed_of(park), "G4", expected);
}

/// Less than a twentieth of a large park, and yet more than the cap.
void plant_over_cap(Planting& planting, double mu) {
  const double m2 = base::m2_from_mu(mu);
  Park& park = planting.take_park(
      [m2](const Park& p) { return shed_park(p) && yard_of(p).m2 > 1.01 * m2 && m2 < 0.048 * p.m2; });
  park.facilities[0].ring = drawn_in(yard_of(park), m2);
  planting.truth.expect(park.facilities[0], "G4", kFieldCheck);
}

void plant_in_base(Planting& planting, std::string_view province, double mu, std::string_view expected) {
  const Footprint plot = base_plot(planting, planting.take_base(in_province(province)), mu, "2021-10-08");
  planting.truth.expect(plot, "G4", expected);
  planting.truth.expect(plot, "G7", kClear);
}

}  // namespace

void plant_auxiliary(Planting& planting) {
  for (std::size_t i = 0; i < kOverCap; ++i)
    plant_over_cap(planting, kCapMu + 0.6 + 0.5 * static_cast<double>(i));
  for (const double share : kOverShare) plant_share(planting, share, kFieldCheck);
  // The whole parcel of the survey taken.
  for (std::size_t i = 0; i < kWhole; ++i) {
    Park& park = planting.take_park(with_room(0.065));
    park.facilities[0].ring = park.yards[0];
    planting.truth.expect(park.facilities[0], "G4", kFieldCheck);
  }
  for (std::size_t i = 0; i < kUnderShare; ++i) plant_share(planting, 0.049, kClear);
  for (const double mu : kHebeiOver) plant_in_base(planting, "河北省", mu, kViolation);
  for (const double mu : kHebeiUnder) plant_in_base(planting, "河北省", mu, kClear);
  // No rule of Tianjin's is known: 127号文 alone.
  for (const double mu : kTianjinOver) plant_in_base(planting, "天津市", mu, kFieldCheck);
  for (const double mu : kTianjinUnder) plant_in_base(planting, "天津市", mu, kClear);
}

}  // namespace caitu::demo
