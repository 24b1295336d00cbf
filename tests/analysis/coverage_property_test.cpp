#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <random>

#include "analysis/detail/shape.hpp"
#include "analysis/fixture.hpp"
#include "geometry/ops.hpp"
#include "geometry/zone.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;
using geometry::area_m2;

namespace {

using Pair = std::pair<std::uint64_t, std::uint64_t>;

/// Land cut into parcels: a star within a frame that has it as its hole, and the star divided by lines, one
/// piece at a time, so that corners come to lie on neighbours' sides and coordinates meet up to rounding.
class Coverage {
 public:
  explicit Coverage(unsigned seed) : random_(seed) {
    const Ring star = outline(200);
    pieces.push_back(land(star));
    Ring hole(star.rbegin(), star.rend());
    pieces.push_back(parts_of({{rectangle(-300, -300, 600, 600), hole}}));
    for (int cut = 0, cuts = 1 + below(12); cut < cuts; ++cut) divide();
  }

  double between(double low, double high) { return std::uniform_real_distribution<>(low, high)(random_); }
  int below(int limit) { return std::uniform_int_distribution<>(0, limit - 1)(random_); }
  /// A piece that is not the frame.
  std::size_t any() {
    const auto piece = static_cast<std::size_t>(below(static_cast<int>(pieces.size()) - 1));
    return piece < kFrame ? piece : piece + 1;
  }

  static constexpr std::size_t kFrame = 1;
  std::vector<Geometry> pieces;

 private:
  Ring outline(double reach) {
    Ring ring;
    for (int i = 0, corners = 5 + below(25); i < corners; ++i) {
      const double angle = 2 * std::numbers::pi * i / corners, radius = reach * between(0.2, 1);
      ring.push_back({radius * std::cos(angle), radius * std::sin(angle)});
    }
    return ring;
  }

  void divide() {
    const std::size_t piece = any();
    const double angle = between(0, 2 * std::numbers::pi), x = std::cos(angle), y = std::sin(angle);
    const double px = between(-120, 120), py = between(-120, 120), far = 2000;
    const Geometry left = land({{px - far * x, py - far * y},
                                {px + far * x, py + far * y},
                                {px + far * (x - y), py + far * (y + x)},
                                {px + far * (-x - y), py + far * (-y + x)}});
    const Geometry inside = geometry::intersection(pieces[piece], left);
    const Geometry outside = geometry::Zone(left).outside(pieces[piece]);
    if (inside.empty() || outside.empty()) return;
    pieces[piece] = inside;
    pieces.push_back(outside);
  }

  std::mt19937_64 random_;
};

std::vector<CoverageFinding> findings(const Layer& layer) {
  CoverageOptions options;
  options.sliver_width_m = 0;
  options.threads = 1;
  return coverage_findings(*layer, options).list;
}

std::map<Pair, double> overlaps_of(const Layer& layer, const std::vector<CoverageFinding>& found) {
  std::map<Pair, double> areas;
  for (const CoverageFinding& one : found) {
    if (one.flaw != CoverageFlaw::overlap) continue;
    const auto ids = layer.ids(one);
    areas[{ids[0], ids[1]}] = one.area_m2;
  }
  return areas;
}

/// Every two pieces by GEOS.
std::map<Pair, double> overlaps_of(const std::vector<Geometry>& pieces) {
  std::map<Pair, double> areas;
  for (std::size_t a = 0; a < pieces.size(); ++a) {
    for (std::size_t b = a + 1; b < pieces.size(); ++b) {
      const auto wide = detail::wide_parts(geometry::intersection(pieces[a], pieces[b]), 0.002);
      if (!wide.empty()) areas[{a + 1, b + 1}] = area_m2(wide);
    }
  }
  return areas;
}

/// What is left of the ground within the frame, by GEOS.
Geometry open_land(const std::vector<Geometry>& pieces) {
  Geometry rest = land(rectangle(-300, -300, 600, 600));
  for (const Geometry& piece : pieces) {
    if (!rest.empty()) rest = geometry::Zone(piece).outside(rest);
  }
  return detail::wide_parts(rest, 0.002);
}

double gaps_m2(const std::vector<CoverageFinding>& found) {
  double area = 0;
  for (const CoverageFinding& one : found) area += one.flaw == CoverageFlaw::gap ? one.area_m2 : 0;
  return area;
}

/// Nothing but rounding, and what the tolerance takes off the ends of wedges.
bool same_area(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(a, b) + 1e-4; }

/// But for strips along the outline that are narrower than the tolerance of 1 mm: bare ones count as closed,
/// and the tip of a neighbour's wedge counts as bare.
bool same_open_land(double found_m2, const Geometry& open) {
  return std::abs(found_m2 - area_m2(open)) <= 1e-6 * area_m2(open) + 0.001 * detail::outline_m(open) / 2;
}

void move(Geometry& piece, double x, double y) {
  for (Position& p : piece.positions) p = {p.lon + x / kLonM, p.lat + y / kLatM};
}

}  // namespace

TEST_CASE("Land divided by lines has no flaw, whatever corners lie on its sides", "[coverage]") {
  CHECK(rc::check(
      [] { RC_ASSERT(findings(Layer(Coverage(*rc::gen::arbitrary<unsigned>()).pieces)).empty()); }));
}

TEST_CASE("A piece delivered twice overlaps itself alone, in all of its area", "[coverage]") {
  CHECK(rc::check([] {
    Coverage coverage(*rc::gen::arbitrary<unsigned>());
    const std::size_t piece = coverage.any();
    coverage.pieces.push_back(Geometry(coverage.pieces[piece]));
    const Layer layer(coverage.pieces);
    const auto found = findings(layer);
    RC_ASSERT(found.size() == 1u);
    RC_ASSERT(found[0].flaw == CoverageFlaw::overlap);
    RC_ASSERT(layer.ids(found[0]) == (std::vector<std::uint64_t>{piece + 1, coverage.pieces.size()}));
    RC_ASSERT(same_area(found[0].area_m2, area_m2(coverage.pieces[piece])));
  }));
}

TEST_CASE("A missing piece leaves a gap of its area", "[coverage]") {
  CHECK(rc::check([] {
    Coverage coverage(*rc::gen::arbitrary<unsigned>());
    const std::size_t piece = coverage.any();
    const Geometry missing = detail::wide_parts(coverage.pieces[piece], 0.002);
    coverage.pieces.erase(coverage.pieces.begin() + static_cast<std::ptrdiff_t>(piece));
    const auto found = findings(Layer(coverage.pieces));
    RC_ASSERT(same_open_land(gaps_m2(found), missing));
    for (const CoverageFinding& one : found) RC_ASSERT(one.flaw == CoverageFlaw::gap);
  }));
}

TEST_CASE("A piece that is moved overlaps and leaves open what GEOS says, pair by pair", "[coverage]") {
  std::size_t exact = 0;
  CHECK(rc::check([&] {
    Coverage coverage(*rc::gen::arbitrary<unsigned>());
    for (int moved = 0, times = 1 + coverage.below(3); moved < times; ++moved) {
      const double by = std::pow(10, coverage.between(-2, 2));
      move(coverage.pieces[coverage.any()], by * coverage.between(-1, 1), by * coverage.between(-1, 1));
    }
    const Layer layer(coverage.pieces);
    const auto found = findings(layer);
    const auto expected = overlaps_of(coverage.pieces), got = overlaps_of(layer, found);
    for (const auto& [pair, area] : expected) {
      RC_ASSERT(got.contains(pair));
      RC_ASSERT(std::abs(got.at(pair) - area) <= 1e-6 * area);
    }
    RC_ASSERT(got.size() == expected.size());
    const Geometry open = open_land(coverage.pieces);
    RC_ASSERT(same_open_land(gaps_m2(found), open));
    exact += same_area(gaps_m2(found), area_m2(open)) ? 1 : 0;
  }));
  CHECK(exact > 900);
}

TEST_CASE("Corners that are each 0.7 mm off make no flaw", "[coverage]") {
  CHECK(rc::check([] {
    Coverage coverage(*rc::gen::arbitrary<unsigned>());
    for (Geometry& piece : coverage.pieces) {
      for (std::size_t path = 0; path < piece.path_ends.size(); ++path) {
        const std::size_t begin = path == 0 ? 0 : piece.path_ends[path - 1], end = piece.path_ends[path];
        for (std::size_t i = begin; i < end; ++i) {
          const double angle = coverage.between(0, 6.28), off = coverage.between(0, 0.0007);
          Position& p = piece.positions[i];
          p = {p.lon + off * std::cos(angle) / kLonM, p.lat + off * std::sin(angle) / kLatM};
        }
        piece.positions[end - 1] = piece.positions[begin];
      }
      RC_PRE(!geometry::flaw_of(piece));
    }
    RC_ASSERT(findings(Layer(coverage.pieces)).empty());
  }));
}

TEST_CASE("Threads and the order of features change nothing", "[coverage]") {
  CHECK(rc::check([] {
    Coverage coverage(*rc::gen::arbitrary<unsigned>());
    for (int moved = 0; moved < 3; ++moved)
      move(coverage.pieces[coverage.any()], coverage.between(-9, 9), coverage.between(-9, 9));
    std::vector<geodata::Feature> features;
    for (std::size_t i = 0; i < coverage.pieces.size(); ++i)
      features.push_back({.id = 100 - i,
                          .geometry = coverage.pieces[i],
                          .values = {},
                          .area_m2 = area_m2(coverage.pieces[i])});
    const Layer layer(features);
    std::reverse(features.begin(), features.end());
    const Layer reversed(features);
    CoverageOptions options;
    options.threads = 1;
    const auto one = coverage_findings(*layer, options).list;
    options.threads = 4;
    const auto four = coverage_findings(*reversed, options).list;
    RC_ASSERT(one.size() == four.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      RC_ASSERT(one[i].flaw == four[i].flaw);
      RC_ASSERT(layer.ids(one[i]) == reversed.ids(four[i]));
      RC_ASSERT(one[i].where == four[i].where);
    }
  }));
}
