#pragma once

#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "checks/check_fixture.hpp"
#include "geometry/ops.hpp"

namespace caitu::checks::check_test {

/// Seeded: the same numbers everywhere, for the distributions of the standard library are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool once_in(std::size_t count) { return below(count) == 0; }
  double real(double least, double most) {
    return least + (most - least) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  template <typename T>
  void shuffle(std::vector<T>& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

using Outline = std::vector<Position>;  ///< not closed

inline Geometry made(const std::vector<Outline>& rings) {
  Geometry land;
  land.kind = geometry::Kind::polygon;
  for (const Outline& ring : rings) {
    land.positions.insert(land.positions.end(), ring.begin(), ring.end());
    land.positions.push_back(ring.front());
    land.end_path();
  }
  land.end_part();
  return geometry::oriented(land);
}

inline Outline star_outline(Dice& dice, double east_m, double north_m, double least_m, double most_m) {
  std::set<std::size_t> angles{0, 1200 + dice.below(200), 2400 + dice.below(200)};
  for (std::size_t more = dice.below(9); more > 0; --more) angles.insert(dice.below(3600));
  Outline ring;
  for (const std::size_t angle : angles) {
    const double turned = static_cast<double>(angle) * std::numbers::pi / 1800;
    const double reach = dice.real(least_m, most_m);
    ring.push_back(place(east_m + reach * std::cos(turned), north_m + reach * std::sin(turned)));
  }
  return ring;
}

/// Valid land that is not convex, as a rule, and mostly has a hole.
inline Geometry star(Dice& dice, double east_m, double north_m, double most_m) {
  for (;;) {
    std::vector<Outline> rings{star_outline(dice, east_m, north_m, 0.35 * most_m, most_m)};
    if (!dice.once_in(3)) rings.push_back(star_outline(dice, east_m, north_m, 0.03 * most_m, 0.15 * most_m));
    Geometry land = made(rings);
    if (!geometry::flaw_of(land)) return land;
  }
}

/// A coverage of bent cells: neighbours have the corners of their common border from one list, and so the
/// same bits.
class Mesh {
 public:
  Mesh(Dice& dice, double east_m, double north_m, std::size_t columns, std::size_t rows, double cell_m)
      : columns_(columns) {
    for (std::size_t j = 0; j <= 2 * rows; ++j) {
      for (std::size_t i = 0; i <= 2 * columns; ++i) {
        const double bend = 0.15 * cell_m;
        corners_.push_back(place(east_m + cell_m * static_cast<double>(i) / 2 + dice.real(-bend, bend),
                                 north_m + cell_m * static_cast<double>(j) / 2 + dice.real(-bend, bend)));
      }
    }
  }
  /// A cell of eight corners: those of the mesh and the middles of its sides.
  Outline cell(std::size_t i, std::size_t j) const {
    const std::size_t a = 2 * i, b = 2 * j;
    return {at(a, b),         at(a + 1, b),     at(a + 2, b), at(a + 2, b + 1),
            at(a + 2, b + 2), at(a + 1, b + 2), at(a, b + 2), at(a, b + 1)};
  }
  Geometry land(std::size_t i, std::size_t j) const { return made({cell(i, j)}); }
  /// A cell divided in two at a line from the middle of its southern side to that of its northern one.
  std::pair<Geometry, Geometry> halves(std::size_t i, std::size_t j) const {
    const Outline c = cell(i, j);
    return {made({{c[0], c[1], c[5], c[6], c[7]}}), made({{c[1], c[2], c[3], c[4], c[5]}})};
  }

 private:
  Position at(std::size_t i, std::size_t j) const { return corners_[j * (2 * columns_ + 1) + i]; }

  std::size_t columns_;
  std::vector<Position> corners_;
};

/// As somebody else would survey it: every corner anew, up to so many metres off.
inline Geometry surveyed_anew(Dice& dice, const Outline& ring, double off_m) {
  Outline moved;
  for (const Position p : ring)
    moved.push_back({p.lon + dice.real(-off_m, off_m) / kLonM, p.lat + dice.real(-off_m, off_m) / kLatM});
  return made({moved});
}

}  // namespace caitu::checks::check_test
