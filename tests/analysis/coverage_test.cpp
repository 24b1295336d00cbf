#include "analysis/coverage.hpp"

#include <catch2/catch.hpp>

#include "analysis/fixture.hpp"
#include "base/error.hpp"

using namespace caitu;
using namespace caitu::analysis;
using namespace caitu::analysis::test;
using Ids = std::vector<std::uint64_t>;

namespace {

std::vector<CoverageFinding> findings(const Layer& layer) {
  CoverageOptions options;
  options.threads = 2;
  return coverage_findings(*layer, options).list;
}

/// The only finding.
CoverageFinding only(const Layer& layer) {
  const auto found = findings(layer);
  REQUIRE(found.size() == 1);
  return found.front();
}

std::vector<Geometry> grid(double side) {
  return {land(rectangle(0, 0, side, side)), land(rectangle(side, 0, side, side)),
          land(rectangle(0, side, side, side)), land(rectangle(side, side, side, side))};
}

}  // namespace

TEST_CASE("Parcels that share their borders have no flaw", "[coverage]") {
  CHECK(findings(Layer(grid(100))).empty());
}

TEST_CASE("An overlap of 3 mm along 100 m is found", "[coverage]") {
  const auto found = only(Layer({land(rectangle(0, 0, 100, 100)), land(rectangle(99.997, 0, 50, 100))}));
  CHECK(found.flaw == CoverageFlaw::overlap);
  CHECK(found.area_m2 == Approx(0.3).epsilon(1e-3));
  CHECK(found.width_m == Approx(0.003).epsilon(1e-3));
}

TEST_CASE("Neighbours that meet within 1 mm have no flaw", "[coverage]") {
  CHECK(findings(Layer({land(rectangle(0, 0, 100, 100)), land(rectangle(99.999, 0, 50, 100))})).empty());
}

TEST_CASE("A corner on a neighbour's side is no flaw, on it or 1 mm off", "[coverage]") {
  for (const double off : {0.0, 0.0009, -0.0009}) {
    CHECK(findings(Layer({land(rectangle(0, 0, 100, 100)),
                          land({{100 + off, 0}, {150, 0}, {150, 40}, {100 + off, 40}}),
                          land({{100 + off, 40}, {150, 40}, {150, 100}, {100 + off, 100}})}))
              .empty());
  }
}

TEST_CASE("What touches at a point only is no flaw", "[coverage]") {
  CHECK(findings(Layer({land(rectangle(0, 0, 10, 10)), land(rectangle(10, 10, 10, 10)),
                        land(Ring{{20, 15}, {30, 10}, {30, 20}})}))
            .empty());
}

TEST_CASE("A hole that another parcel fills is no gap", "[coverage]") {
  const Ring pond = rectangle(40, 40, 20, 20), hole(pond.rbegin(), pond.rend());
  CHECK(findings(Layer({parts_of({{rectangle(0, 0, 100, 100), hole}}), land(pond)})).empty());
  const Layer open({parts_of({{rectangle(0, 0, 100, 100), hole}})});
  const auto gap = only(open);
  CHECK(gap.flaw == CoverageFlaw::gap);
  CHECK(open.ids(gap) == Ids{1});
  CHECK(gap.area_m2 == Approx(400).epsilon(1e-4));
}

TEST_CASE("An island in a hole leaves the ring between them open", "[coverage]") {
  // A parcel within the island's own hole, and one that the island overlaps, are not on the gap's border.
  const Layer layer({parts_of({{rectangle(0, 0, 100, 100), rectangle(40, 40, 20, 20)}}),
                     parts_of({{rectangle(40.1, 40.1, 19.8, 19.8), rectangle(45, 45, 5, 5)}}),
                     land(rectangle(45, 45, 5, 5)), land(rectangle(52, 52, 4, 4))});
  const auto found = findings(layer);
  REQUIRE(found.size() == 2);
  CHECK(layer.ids(found[0]) == Ids{2, 4});
  CHECK(found[1].flaw == CoverageFlaw::gap);
  CHECK(layer.ids(found[1]) == Ids{1, 2});
  CHECK(found[1].area_m2 == Approx(20 * 20 - 19.8 * 19.8).epsilon(1e-4));
  CHECK(found[1].width_m == Approx(0.1).epsilon(1e-2));
  CHECK(geometry::area_m2(found[1].where) == found[1].area_m2);
}

TEST_CASE("A gap between three parcels is found once, with all three", "[coverage]") {
  const Layer layer({land(Ring{{0, 0}, {100, 0}, {50, 40}}),
                     land(Ring{{100, 0}, {50, 100}, {50, 50}, {50, 40}}),
                     land(Ring{{0, 0}, {50, 40}, {48, 44}, {50, 50}, {50, 100}})});
  const auto gap = only(layer);
  CHECK(gap.flaw == CoverageFlaw::gap);
  CHECK(layer.ids(gap) == Ids{2, 3});
  const Layer three({land(Ring{{0, 0}, {100, 0}, {52, 40}, {48, 40}}),
                     land(Ring{{100, 0}, {50, 100}, {50, 50}, {52, 40}}),
                     land(Ring{{0, 0}, {48, 40}, {50, 50}, {50, 100}})});
  CHECK(three.ids(only(three)) == Ids{1, 2, 3});
  CHECK(only(three).area_m2 == Approx(20).epsilon(1e-4));
}

TEST_CASE("A gap is found where corners meet sides and borders cross", "[coverage]") {
  // The third's corner is on the first's side; the second and the third cross beyond the gap.
  const Layer layer({land(rectangle(0, -50, 100, 50)), land(Ring{{0, 0}, {20, 0}, {30, 30}, {0, 40}}),
                     land(Ring{{40, 0}, {80, 40}, {10, 35}, {25, 25}, {35, 20}})});
  const auto found = findings(layer);
  REQUIRE(found.size() == 2);
  CHECK(layer.ids(found[0]) == Ids{2, 3});
  CHECK(layer.ids(found[1]) == Ids{1, 2, 3});
}

TEST_CASE("Land open to the outside is no gap", "[coverage]") {
  CHECK(findings(Layer({land(rectangle(0, 0, 100, 10)), land(rectangle(0, 10.1, 100, 10))})).empty());
}

TEST_CASE("Parcels within, repeated, stacked and inscribed overlap", "[coverage]") {
  const auto pairs = [](const std::vector<Geometry>& lands) {
    const Layer layer(lands);
    std::vector<Ids> ids;
    for (const CoverageFinding& finding : findings(layer)) {
      CHECK(finding.flaw == CoverageFlaw::overlap);
      ids.push_back(layer.ids(finding));
    }
    return ids;
  };
  const Geometry field = land(rectangle(0, 0, 100, 100));
  CHECK(pairs({field, field}) == std::vector<Ids>{{1, 2}});
  CHECK(pairs({field, field, field}) == std::vector<Ids>{{1, 2}, {1, 3}, {2, 3}});
  CHECK(pairs({field, land(rectangle(30, 30, 10, 10))}) == std::vector<Ids>{{1, 2}});
  CHECK(pairs({field, land(rectangle(0, 30, 10, 10))}) == std::vector<Ids>{{1, 2}});
  CHECK(pairs({field, land(rectangle(0, 0, 10, 100))}) == std::vector<Ids>{{1, 2}});
  CHECK(pairs({field, land(Ring{{50, 0}, {100, 50}, {50, 100}, {0, 50}})}) == std::vector<Ids>{{1, 2}});
  CHECK(pairs({field, land(Ring{{0, 0}, {100, 100}, {50, 80}})}) == std::vector<Ids>{{1, 2}});
  CHECK(pairs({land(Ring{{0, 0}, {50, 10}, {100, 0}, {50, 90}}),
               land(Ring{{0, 0}, {50, 5}, {100, 0}, {50, 80}})}) == std::vector<Ids>{{1, 2}});

  std::vector<Geometry> twice = grid(100), over = grid(100), shifted = grid(100);
  for (const Geometry& one : grid(100)) twice.push_back(one);
  CHECK(pairs(twice) == std::vector<Ids>{{1, 5}, {2, 6}, {3, 7}, {4, 8}});
  over.push_back(land(rectangle(0, 0, 200, 200)));
  CHECK(pairs(over) == std::vector<Ids>{{1, 5}, {2, 5}, {3, 5}, {4, 5}});
  over.back() = land(rectangle(-500, -500, 1000, 1000));
  CHECK(pairs(over).size() == 4);
  for (Geometry one : grid(100)) {
    for (Position& p : one.positions) p = {p.lon + 30 / kLonM, p.lat + 20 / kLatM};
    shifted.push_back(one);
  }
  CHECK(pairs(shifted).size() == 9);
}

TEST_CASE("Every pair of two stacks of many parcels is found, however deep within", "[coverage]") {
  constexpr int kRows = 12;
  // The same borders twice, each parcel upon one; or borders of their own, each upon four.
  for (const double off : {0.0, 5.0}) {
    std::vector<Geometry> lands;
    for (const double by : {0.0, off}) {
      for (int i = 0; i < kRows * kRows; ++i)
        lands.push_back(land(rectangle(10 * (i % kRows) + by, 10 * (i / kRows) + by, 10, 10)));
    }
    const auto found = findings(Layer(lands));
    const std::size_t across = off == 0 ? kRows : 2 * kRows - 1;
    CHECK(found.size() == across * across);
    for (const CoverageFinding& one : found) CHECK(one.area_m2 == Approx(off == 0 ? 100 : 25).epsilon(1e-4));
  }
}

TEST_CASE("A short overlap is found at the end of a border that is 1 mm off", "[coverage]") {
  const Layer layer({land(Ring{{0, 0}, {300, 0}, {300, 50}, {0, 50}}),
                     land(Ring{{0, 0}, {0, -50}, {300, -50}, {300, 0}, {20, 0.0015}, {10, 0.5}})});
  CHECK(only(layer).flaw == CoverageFlaw::overlap);
  CHECK(only(layer).area_m2 > 4.9);
}

TEST_CASE("Parts of multipolygons are compared one by one", "[coverage]") {
  const Layer layer(
      {parts_of({{rectangle(0, 0, 10, 10)}, {rectangle(50, 0, 10, 10)}}),
       parts_of({{rectangle(10, 0, 10, 10)}, {rectangle(52, 2, 3, 3)}, {rectangle(58, 8, 5, 5)}})});
  const auto found = only(layer);
  CHECK(found.where.part_ends.size() == 2);
  CHECK(found.area_m2 == Approx(9 + 4).epsilon(1e-4));
}

TEST_CASE("Points, lines and features without a geometry are passed over", "[coverage]") {
  Geometry line{geometry::Kind::line, {at(0, 0), at(100, 100)}, {}, {}};
  line.end_path();
  CHECK(findings(Layer({Geometry{}, geometry::make_point(at(5, 5)), line, land(rectangle(0, 0, 100, 100))}))
            .empty());
  CHECK(findings(Layer(std::vector<Geometry>{})).empty());
  CHECK(findings(Layer({Geometry{}})).empty());
}

TEST_CASE("Winding does not matter", "[coverage]") {
  const Ring ring = rectangle(0, 0, 100, 100);
  CHECK(findings(Layer({land(Ring(ring.rbegin(), ring.rend())), land(rectangle(100, 0, 50, 100))})).empty());
}

TEST_CASE("In a layer that is no coverage only narrow and tiny holes are gaps", "[coverage]") {
  const auto around = [](double width, double height) {
    const Layer layer({parts_of({{rectangle(0, 0, 300, 300), rectangle(20, 20, width, height)}})});
    CoverageOptions options;
    options.coverage = false;
    return coverage_findings(*layer, options).list.size();
  };
  CHECK(around(60, 60) == 0);
  CHECK(around(200, 0.1) == 1);
  CHECK(around(0.9, 0.9) == 1);
}

TEST_CASE("A narrow parcel is a sliver", "[coverage]") {
  const Layer layer({land(rectangle(0, 0, 100, 0.6)), land(rectangle(0, 5, 100, 2))});
  const auto found = only(layer);
  CHECK(found.flaw == CoverageFlaw::sliver);
  CHECK(layer.ids(found) == Ids{1});
}

TEST_CASE("What is below the least area of its class is a sliver, and the class's alone", "[coverage]") {
  const Layer layer({land(rectangle(0, 0, 10, 30)), land(rectangle(20, 0, 10, 30))});
  CoverageOptions options;
  options.least_area_m2 = [&](std::size_t item) { return layer->id(item) == 2 ? 400.0 : 0.0; };
  const auto found = coverage_findings(*layer, options).list;
  REQUIRE(found.size() == 1);
  CHECK(layer.ids(found.front()) == Ids{2});
}

TEST_CASE("Findings past the limit are counted", "[coverage]") {
  std::vector<Geometry> lands(5, land(rectangle(0, 0, 100, 100)));
  const Layer layer(lands);
  CoverageOptions options;
  options.most = 4;
  const auto found = coverage_findings(*layer, options);
  CHECK(found.list.size() == 4);
  CHECK(found.left_out == std::array<std::uint64_t, 3>{6, 0, 0});
  CHECK(layer.ids(found.list.back()) == Ids{1, 5});
}

TEST_CASE("An audit that is cancelled ends with that error", "[coverage]") {
  const std::atomic<bool> cancelled = true;
  const Layer layer(grid(100));
  base::Progress progress;
  progress.cancelled = &cancelled;
  CHECK_THROWS_AS(coverage_findings(*layer, {}, progress), base::Error);
}
