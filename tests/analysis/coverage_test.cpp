#include "analysis/coverage.hpp"

#include <catch2/catch.hpp>

#include "analysis/fixture.hpp"

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

TEST_CASE("A narrow parcel is a sliver", "[coverage]") {
  const Layer layer({land(rectangle(0, 0, 100, 0.6)), land(rectangle(0, 5, 100, 2))});
  const auto found = only(layer);
  CHECK(found.flaw == CoverageFlaw::sliver);
  CHECK(layer.ids(found) == Ids{1});
}
