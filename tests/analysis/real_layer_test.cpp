#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>

#include "analysis/fixture.hpp"
#include "geometry/ops.hpp"

using namespace caitu;
using namespace caitu::analysis;

namespace {

using Pair = std::pair<std::uint64_t, std::uint64_t>;

struct Common {
  double area_m2, width_m;
};

/// What every two polygons whose boxes meet have in common, by GEOS.
std::map<Pair, Common> common_land(const geodata::Snapshot& snapshot) {
  std::map<Pair, Common> areas;
  for (std::size_t a = 0; a < snapshot.size(); ++a) {
    snapshot.tree().query(snapshot.box(a), a + 1, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t b = first; b < last; ++b) {
        const auto common = geometry::intersection(snapshot.geometry(a), snapshot.geometry(b));
        const double area = geometry::area_m2(common);
        if (area > 0)
          areas[std::minmax(snapshot.id(a), snapshot.id(b))] = {area, 2 * area / geometry::length_m(common)};
      }
      return true;
    });
  }
  return areas;
}

}  // namespace

// Run by tests/programs/coverage_real.py with CAITU_SNAPSHOT, of a layer imported from a real file.
TEST_CASE("A real layer overlaps where GEOS finds common land pair by pair", "[.][real]") {
  const char* file = std::getenv("CAITU_SNAPSHOT");
  REQUIRE(file != nullptr);
  const auto snapshot = geodata::Snapshot::open(file);
  const auto began = std::chrono::steady_clock::now();
  CoverageOptions options;
  options.most = 10'000'000;
  const auto findings = coverage_findings(*snapshot, options).list;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  std::map<Pair, double> found;
  std::array<std::size_t, 3> count{};
  for (const CoverageFinding& finding : findings) {
    ++count[static_cast<std::size_t>(finding.flaw)];
    if (finding.flaw != CoverageFlaw::overlap) continue;
    found[{snapshot->id(finding.items[0]), snapshot->id(finding.items[1])}] = finding.area_m2;
  }
  std::cout << count[0] << " overlaps, " << count[1] << " gaps, " << count[2] << " slivers of "
            << snapshot->size() << " features in " << seconds.count() << " s\n";
  if (std::getenv("CAITU_NO_PAIRS") != nullptr) return;

  std::size_t large = 0;
  for (const auto& [pair, common] : common_land(*snapshot)) {
    const auto at = found.find(pair);
    INFO(pair.first << " and " << pair.second << " share " << common.area_m2 << " m², " << common.width_m
                    << " m wide");
    if (common.area_m2 > 0.01) ++large;
    if (common.width_m >= options.least_width_m) CHECK(at != found.end());
    if (at == found.end()) continue;
    CHECK(at->second == Approx(common.area_m2).epsilon(1e-6));
    found.erase(at);
  }
  CHECK(found.empty());
  std::cout << large << " pairs share more than 0.01 m²\n";
}
