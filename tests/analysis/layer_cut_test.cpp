#include "analysis/layer_cut.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "analysis/fixture.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "geometry/stars.hpp"
#include "geometry/zone.hpp"
#include "support/properties.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;

namespace {

struct Cuts {
  std::map<std::uint64_t, CutFeature> of;  ///< by the left feature's id
  PairCounts counts;
};

struct Keeper : CutTaker {
  std::vector<std::pair<std::size_t, CutFeature>> taken;
  void take(std::size_t item, CutFeature&& cut) override { taken.emplace_back(item, std::move(cut)); }
};

Cuts cuts(const Layer& left, const Layer& right, const LayerCutOptions& options = {.threads = 2}) {
  Cuts found;
  std::size_t expected = 0;
  const auto done = [&](CutTaker& taker, std::size_t next) {
    for (auto& [item, cut] : static_cast<Keeper&>(taker).taken) {
      CHECK(cut.failure.empty());
      CHECK(item >= expected);
      CHECK(item < next);
      expected = item + 1;
      found.counts += cut.pairs;
      found.of.emplace(left->id(item), std::move(cut));
    }
  };
  cut_layer(
      *left, *right, options, [] { return std::make_unique<Keeper>(); }, done);
  return found;
}

/// Area in common, by the ids of the two.
std::map<std::pair<std::uint64_t, std::uint64_t>, double> areas(const Layer& right, const Cuts& found) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, double> areas;
  for (const auto& [id, cut] : found.of) {
    for (const Shared& shared : cut.shared) areas[{id, right->id(shared.right)}] = shared.size;
  }
  return areas;
}

double total(const std::vector<Geometry>& parts) {
  double sum = 0;
  for (const Geometry& part : parts) sum += geometry::area_m2(part);
  return sum;
}

/// Stars up to 180 m across within 200 m, most with a hole; they overlap each other.
std::vector<Geometry> stars() {
  std::vector<Geometry> lands;
  for (int count = *rc::gen::inRange(1, 6); count > 0; --count) {
    const Position centre = at(*rc::gen::inRange(0, 200), *rc::gen::inRange(0, 200));
    lands.push_back(geometry::oriented(geometry::test::star_land(centre, 90 / kLatM)));
  }
  return lands;
}

/// Whatever of `land` nobody of `others` covers, by GEOS, one after the other.
double left_over(const Geometry& land, const std::vector<Geometry>& others) {
  std::vector<Geometry> parts{land};
  for (const Geometry& other : others) {
    std::vector<Geometry> rests;
    for (const Geometry& part : parts) {
      const Geometry rest = geometry::Zone(other).outside(part);
      if (!rest.empty()) rests.push_back(rest);
    }
    parts = std::move(rests);
  }
  return total(parts);
}

std::vector<Geometry> grid(int columns, int rows, double side) {
  std::vector<Geometry> cells;
  for (int i = 0; i < columns; ++i) {
    for (int j = 0; j < rows; ++j) cells.push_back(land(rectangle(i * side, j * side, side, side)));
  }
  return cells;
}

}  // namespace

TEST_CASE("A field is parted among the zones that it lies in, and the rest of it is kept", "[layer_cut]") {
  const Layer fields(
      {land(rectangle(0, 0, 100, 100)), land(rectangle(200, 0, 10, 10)), land(rectangle(500, 0, 10, 10))});
  const Layer zones({land(rectangle(-50, -50, 80, 300)), land(rectangle(60, -50, 300, 300))});
  const Cuts found = cuts(fields, zones);
  CHECK(found.of.size() == 3);
  const CutFeature& crossing = found.of.at(1);
  REQUIRE(crossing.shared.size() == 2);
  CHECK(areas(zones, found).at({1, 1}) == Approx(3000).epsilon(1e-4));
  CHECK(areas(zones, found).at({1, 2}) == Approx(4000).epsilon(1e-4));
  CHECK(crossing.rest_size == Approx(3000).epsilon(1e-4));
  CHECK(crossing.size == Approx(crossing.covered + crossing.rest_size).epsilon(1e-12));
  CHECK(found.of.at(2).shared.front().land == Shared::Land::all_of_left);
  CHECK(found.of.at(2).rest.empty());
  CHECK(found.of.at(3).whole);
  CHECK(found.counts.overlay + found.counts.grid == 0);
}

TEST_CASE("Land under two zones is in common with both and covered once", "[layer_cut]") {
  const Layer fields({land(rectangle(0, 0, 100, 100))});
  const Layer zones({land(rectangle(-10, -10, 70, 120)), land(rectangle(40, -10, 40, 120)),
                     land(rectangle(-10, -10, 70, 120))});
  const Cuts found = cuts(fields, zones);
  CHECK(areas(zones, found).at({1, 1}) == Approx(6000).epsilon(1e-4));
  CHECK(areas(zones, found).at({1, 2}) == Approx(4000).epsilon(1e-4));
  CHECK(areas(zones, found).at({1, 3}) == Approx(6000).epsilon(1e-4));
  CHECK(found.of.at(1).covered == Approx(8000).epsilon(1e-4));
  CHECK(found.of.at(1).rest_size == Approx(2000).epsilon(1e-4));
}

TEST_CASE("Neighbours of one coverage share nothing, and no GEOS is asked", "[layer_cut]") {
  const Layer fields(grid(20, 20, 50));
  const Cuts found = cuts(fields, fields);
  for (const auto& [id, cut] : found.of) {
    REQUIRE(cut.shared.size() == 1);
    CHECK(fields->id(cut.shared.front().right) == id);
    CHECK(cut.rest.empty());
  }
  CHECK(found.counts.met > 20 * 20 * 5);
  CHECK(found.counts.overlay + found.counts.grid == 0);
}

TEST_CASE("A town is parted among a thousand fields as the fields are by it", "[layer_cut]") {
  // An oblique outline, so that nothing of it lies along a field's border.
  const Layer town({land(Ring{{-37, 11}, {1111, -83}, {1507, 900}, {800, 1333}, {403, 807}, {-91, 1207}})});
  const Layer fields(grid(30, 30, 40));
  const Cuts of_town = cuts(town, fields), of_fields = cuts(fields, town);
  const auto by_town = areas(fields, of_town);
  double sum = 0;
  for (const auto& [ids, area] : areas(town, of_fields)) {
    CHECK(by_town.at({ids.second, ids.first}) == area);
    sum += area;
  }
  const CutFeature& cut = of_town.of.at(1);
  CHECK(cut.shared.size() == by_town.size());
  CHECK(cut.covered == Approx(sum).epsilon(1e-12));
  CHECK(cut.size == Approx(cut.covered + cut.rest_size).epsilon(1e-12));
  CHECK(geometry::area_m2(cut.rest) == cut.rest_size);
  CHECK(of_town.counts.overlay + of_town.counts.grid == 0);
}

TEST_CASE("Whatever lies over whatever, pairs and areas are GEOS's and every square metre is kept",
          "[layer_cut]") {
  CHECK(rc::check([] {
    const std::vector<Geometry> lands = stars(), others = stars();
    const Layer left(lands), right(others);
    const Cuts found = cuts(left, right);
    const auto common = areas(right, found);
    for (std::size_t i = 0; i < lands.size(); ++i) {
      const CutFeature& cut = found.of.at(i + 1);
      const double whole = geometry::area_m2(lands[i]), rounding = 1e-11 * whole + 1e-6;
      // A new corner stands on a grid of some nanometres.
      const double corners = 3e-9 * geometry::length_m(lands[i]);
      RC_ASSERT(std::abs(cut.covered + cut.rest_size - whole) <= 1e-9 * whole + corners);
      RC_ASSERT(std::abs(cut.rest_size - left_over(lands[i], others)) <= rounding);
      for (std::size_t j = 0; j < others.size(); ++j) {
        const double area = geometry::area_m2(geometry::intersection(lands[i], others[j]));
        const auto at = common.find({i + 1, j + 1});
        RC_ASSERT(std::abs((at == common.end() ? 0 : at->second) - area) <= rounding);
      }
    }
    for (const auto& [ids, area] : areas(left, cuts(right, left))) {
      const auto at = common.find({ids.second, ids.first});
      RC_ASSERT(at != common.end());
      RC_ASSERT(std::abs(at->second - area) <= 1e-9 * area + 1e-6);
    }
  }));
}

TEST_CASE("Threads and memory change nothing", "[layer_cut]") {
  std::vector<Geometry> moved;
  for (int i = 0; i < 40; ++i) {
    for (int j = 0; j < 40; ++j) {
      moved.push_back(land(Ring{{i * 31.0 + 3, j * 29.0 - 5},
                                {i * 31.0 + 33, j * 29.0 + 2},
                                {i * 31.0 + 28, j * 29.0 + 25},
                                {i * 31.0 + 1, j * 29.0 + 21}}));
    }
  }
  const Layer left(moved), right(grid(30, 30, 40));
  const Cuts usual = cuts(left, right);
  for (const LayerCutOptions& options :
       {LayerCutOptions{.threads = 1}, LayerCutOptions{.threads = 5, .memory = 1}}) {
    const Cuts other = cuts(left, right, options);
    REQUIRE(other.of.size() == usual.of.size());
    for (const auto& [id, cut] : usual.of) {
      const CutFeature& same = other.of.at(id);
      REQUIRE(same.shared.size() == cut.shared.size());
      for (std::size_t i = 0; i < cut.shared.size(); ++i) {
        CHECK(same.shared[i].right == cut.shared[i].right);
        CHECK(same.shared[i].part == cut.shared[i].part);
      }
      CHECK(same.rest == cut.rest);
      CHECK(same.covered == cut.covered);
    }
  }
}
