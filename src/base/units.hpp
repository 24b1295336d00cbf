#pragma once

namespace caitu::base {

/// 1 亩 (mu) is 2000/3 m² exactly; 1 ha = 15 亩; 1 厘 (li) = 0.01 亩. The one conversion of the house (DOMAIN
/// 1).
inline constexpr double kSquareMetresPerMu = 2000.0 / 3.0;
inline constexpr double kMuPerLi = 0.01;

constexpr double mu_from_m2(double m2) { return m2 * 3.0 / 2000.0; }
constexpr double m2_from_mu(double mu) { return mu * 2000.0 / 3.0; }
constexpr double li_from_mu(double mu) { return mu * 100.0; }
constexpr double m2_from_li(double li) { return m2_from_mu(li * kMuPerLi); }

}  // namespace caitu::base
