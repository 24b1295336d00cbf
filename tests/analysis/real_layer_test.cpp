#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
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

namespace {

struct Planted {
  std::string key, kind;
};

/// The rows of faults.csv that break a layer of parcels; no value in it is quoted.
std::vector<Planted> planted_in(const char* file) {
  std::vector<Planted> planted;
  std::ifstream rows(file);
  for (std::string row; std::getline(rows, row);) {
    const auto kind = row.rfind(','), key = row.rfind(',', kind - 1);
    const std::string fault = row.substr(kind + 1);
    if (fault == "overlap" || fault == "gap" || fault == "sliver")
      planted.push_back({row.substr(key + 1, kind - key - 1), fault});
  }
  return planted;
}

}  // namespace

// Run by tests/programs/coverage_planted.py with CAITU_SNAPSHOT and CAITU_FAULTS, of the made delivery.
TEST_CASE("What is planted in the made parcels is found once and nothing is invented", "[.][planted]") {
  const auto snapshot = geodata::Snapshot::open(std::getenv("CAITU_SNAPSHOT"));
  const auto planted = planted_in(std::getenv("CAITU_FAULTS"));
  REQUIRE(planted.size() == 9);
  const auto& fields = snapshot->schema().fields;
  const auto text = [&](const char* name, std::size_t item) {
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
    const auto value = snapshot->column(static_cast<std::size_t>(at - fields.begin())).value(item);
    return std::get<std::string>(value);
  };
  std::map<std::string, std::size_t> found;
  for (const CoverageFinding& finding : coverage_findings(*snapshot, {}).list) {
    // Land between villages that the made parcels leave open: no fault was planted there.
    if (finding.flaw == CoverageFlaw::gap && finding.width_m > 10) continue;
    std::size_t matches = 0;
    for (const Planted& one : planted) {
      const bool there = std::any_of(finding.items.begin(), finding.items.end(), [&](std::size_t item) {
        return text("ZLDWDM", item) + "/" + text("TBBH", item) == one.key;
      });
      if (!there || name(finding.flaw) != one.kind) continue;
      ++matches;
      ++found[one.key];
    }
    CHECK(matches == 1);
  }
  for (const Planted& one : planted) CHECK(found[one.key] == 1);
}
