#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "delivery_reader.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "projection.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

namespace {

template <typename T>
T median(std::vector<T> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

}  // namespace

TEST_CASE("parcels are a coverage of valid shapes with borders shared vertex by vertex") {
  std::size_t count = 0;
  std::vector<double> areas;
  std::vector<std::size_t> vertices;
  for (const fs::path& file : parcel_files()) {
    INFO(file);
    EdgeSet edges;
    std::size_t flawed = 0, repeated = 0;
    for (const Feature& parcel : read(file)) {
      ++count;
      flawed += geometry::flaw_of(parcel.shape) ? 1 : 0;
      repeated += add_edges(parcel.shape, edges) ? 0 : 1;
      areas.push_back(parcel.number("TBMJ"));
      vertices.push_back(parcel.shape.positions.size() - 1);
    }
    CHECK(flawed == 0);
    CHECK(repeated == 0);
    // Where neighbours meet, each has the other's vertices: what is left unpaired is the outer border alone,
    // which has as many edges out of each vertex as into it.
    std::size_t unpaired = 0;
    std::map<std::pair<double, double>, int> balance;
    for (const auto& [x1, y1, x2, y2] : edges) {
      if (edges.contains({x2, y2, x1, y1})) continue;
      ++unpaired;
      ++balance[{x1, y1}];
      --balance[{x2, y2}];
    }
    CHECK(std::all_of(balance.begin(), balance.end(), [](const auto& entry) { return entry.second == 0; }));
    CHECK(static_cast<double>(unpaired) < 0.3 * static_cast<double>(edges.size()));
  }
  CHECK(count + read(Delivery::folder() / kResubmission).size() == kParcels);
  const double middle = median(areas);
  CHECK(middle > 2'000);
  CHECK(middle < 6'000);
  CHECK(*std::max_element(areas.begin(), areas.end()) > 50'000);
  CHECK(median(vertices) >= 8);
  CHECK(median(vertices) <= 14);
  CHECK(*std::max_element(vertices.begin(), vertices.end()) > 80);
}

TEST_CASE("DLTB keeps the standard's identities") {
  std::set<std::string> bsm;
  std::size_t rows = 0;
  for (const fs::path& file : parcel_files()) {
    INFO(file);
    std::set<std::string> numbers;
    std::vector<geometry::Position> positions;
    std::vector<double> surveyed;
    std::vector<Geometry> shapes;
    std::size_t wrong = 0, misnamed = 0, odd_codes = 0, off = 0;
    for (const Feature& parcel : read(file)) {
      ++rows;
      bsm.insert(parcel["BSM"]);
      numbers.insert(parcel["ZLDWDM"] + "/" + parcel["TBBH"]);
      const double area = parcel.number("TBMJ"), share = parcel.number("KCXS");
      const double less = std::round(area * share * 100) / 100;
      wrong += std::abs(parcel.number("KCMJ") - less) > 0.0051 ||
               std::abs(parcel.number("TBDLMJ") - (area - less)) > 0.0051;
      wrong +=
          (share > 0) != (parcel["KCDLBM"] == "1203") || (share > 0 && !parcel["DLBM"].starts_with("01"));
      misnamed += parcel["DLBM"] == "0102" && parcel["DLMC"] != "水浇地";
      odd_codes +=
          parcel["ZLDWDM"].size() != 19 || parcel["QSDWDM"].size() != 19 || parcel["BSM"].size() != 18;
      for (const auto p : parcel.shape.positions) positions.push_back(p);
      surveyed.push_back(area);
      shapes.push_back(parcel.shape);
    }
    positions = unprojected(positions, "EPSG:4527");
    std::size_t at = 0;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      for (auto& p : shapes[i].positions) p = positions[at++];
      off += std::abs(geometry::survey_area_m2(shapes[i]) - surveyed[i]) > 0.01001 ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(misnamed == 0);
    CHECK(odd_codes == 0);
    CHECK(off == 0);
    CHECK(numbers.size() == shapes.size());
  }
  CHECK(bsm.size() == rows);
}
