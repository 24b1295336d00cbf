#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <memory>
#include <set>

#include "base/units.hpp"
#include "bases.hpp"
#include "clusters_belts.hpp"
#include "delivery_reader.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "parks.hpp"
#include "plan_layers.hpp"
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

/// Directed edges of rings: in a coverage none occurs twice.
using EdgeSet = std::set<std::array<double, 4>>;
bool add_edges(const Geometry& shape, EdgeSet& edges) {
  bool fresh = true;
  for (std::size_t i = 0; i + 1 < shape.positions.size(); ++i) {
    const auto a = shape.positions[i], b = shape.positions[i + 1];
    fresh = edges.insert({a.lon, a.lat, b.lon, b.lat}).second && fresh;
  }
  return fresh;
}

}  // namespace

TEST_CASE("equal seeds give equal bytes on any number of threads, another seed other land") {
  const fs::path again = Delivery::make("again", 1, 1), other = Delivery::make("other", 2, 2);
  const auto first = all_bytes(Delivery::folder()), second = all_bytes(again), third = all_bytes(other);
  REQUIRE(first.size() > 50);
  CHECK(first.size() == second.size());
  for (const auto& [name, content] : first) {
    INFO(name);
    CHECK((second.contains(name) && second.at(name) == content));
  }
  CHECK(first.at("parcels/DLTB_110115.shp") != third.at("parcels/DLTB_110115.shp"));
  fs::remove_all(again);
  fs::remove_all(other);
}

TEST_CASE("the plan's totals are met to a hundredth of a mu") {
  CHECK(mu_of(plan("reserve")) == Approx(200'000).margin(0.01).epsilon(0));
  CHECK(mu_of(plan("protected")) == Approx(160'000).margin(0.01).epsilon(0));
  CHECK(mu_of(plan("outer_bases")) == Approx(50'000).margin(0.01).epsilon(0));
  CHECK(plan("points").size() == 500);
  CHECK(plan("roads").size() == 12);
  CHECK(plan("districts").size() == 16);
  std::set<std::string> towns_of_the_plan;
  for (const Town& town : towns()) {
    if (town.in_plan) towns_of_the_plan.insert(std::string(town.code));
  }
  CHECK(towns_of_the_plan.size() == 35);
}

TEST_CASE("no shape of the plan has a flaw") {
  for (const char* layer : {"towns", "reserve", "protected", "basic_farmland", "outer_bases"}) {
    INFO(layer);
    const auto features = plan(layer);
    CHECK(std::none_of(features.begin(), features.end(),
                       [](const Feature& f) { return geometry::flaw_of(f.shape); }));
  }
}

TEST_CASE("clusters are the 35 towns of table 1, belts ten strips along 11 roads inside their districts") {
  const auto clusters = plan("clusters_delivered");
  CHECK(clusters.size() == 35);
  const auto all_towns = plan("towns");
  for (const Feature& cluster : clusters) {
    const auto town = std::find_if(all_towns.begin(), all_towns.end(),
                                   [&](const Feature& t) { return t["code"] == cluster["town_code"]; });
    REQUIRE(town != all_towns.end());
    CHECK((*town)["name"] == cluster["town"]);
    CHECK((*town)["district"] == cluster["district"]);
    CHECK(town->shape == cluster.shape);
  }
  std::map<std::string, int> by_district;
  std::map<std::string, Geometry> outlines;
  for (Feature& district : plan("districts")) outlines[district["name"]] = std::move(district.shape);
  for (const Feature& belt : plan("belts_delivered")) {
    INFO(belt["name"]);
    ++by_district[belt["district"]];
    CHECK_FALSE(geometry::flaw_of(belt.shape));
    CHECK(belt.number("width_m") == kBeltWidth);
    CHECK_FALSE(belt["towns"].empty());
    const double m2 = geometry::area_m2(belt.shape);
    const Geometry inside = geometry::intersection(belt.shape, outlines.at(belt["district"]));
    CHECK(geometry::area_m2(inside) == Approx(m2).epsilon(1e-9));
    CHECK(belt["side"] == (belt["roads"] == "顺平南线" ? "北侧" : "两侧"));
  }
  CHECK(by_district == std::map<std::string, int>{{"大兴区", 2},
                                                  {"通州区", 1},
                                                  {"顺义区", 1},
                                                  {"房山区", 1},
                                                  {"密云区", 2},
                                                  {"延庆区", 1},
                                                  {"平谷区", 2}});
}

TEST_CASE("districts cover what their towns cover") {
  const auto all = plan("towns");
  for (const Feature& district : plan("districts")) {
    std::vector<Feature> own;
    std::copy_if(all.begin(), all.end(), std::back_inserter(own),
                 [&](const Feature& town) { return town["district_code"] == district["code"]; });
    INFO(district["name"]);
    CHECK(mu_of(own) == Approx(mu_of({district})).epsilon(1e-9));
    CHECK_FALSE(geometry::flaw_of(district.shape));
  }
}

TEST_CASE("vegetable land in use is 420,000 mu as a union and five per cent more as a sum") {
  std::vector<Feature> once, again;
  EdgeSet edges;
  bool apart = true;
  std::map<std::pair<int, int>, std::vector<std::size_t>> near;
  const auto cell = [](geometry::Position p) {
    return std::pair(static_cast<int>(std::floor(p.lon * 100)), static_cast<int>(std::floor(p.lat * 100)));
  };
  for (Feature& field : land("vegetable_land")) {
    if (field["plot_id"].starts_with("CD-")) {
      apart = add_edges(field.shape, edges) && apart;
      const auto box = geometry::box_of(field.shape);
      const auto low = cell({box.min_lon, box.min_lat}), high = cell({box.max_lon, box.max_lat});
      for (int x = low.first; x <= high.first; ++x) {
        for (int y = low.second; y <= high.second; ++y) near[{x, y}].push_back(once.size());
      }
      once.push_back(std::move(field));
    } else {
      again.push_back(std::move(field));
    }
  }
  CHECK(apart);
  CHECK(mu_of(once) == Approx(420'000).margin(0.01).epsilon(0));
  CHECK(mu_of(again) == Approx(21'000).margin(0.01).epsilon(0));
  std::size_t loose = 0;
  for (std::size_t i = 0; i < again.size(); i += 10) {
    const auto inside = geometry::point_on(again[i].shape);
    const auto& candidates = near[cell(inside)];
    loose += std::none_of(candidates.begin(), candidates.end(), [&](std::size_t k) {
      if (!geometry::covers(once[k].shape, inside)) return false;
      const double common = geometry::area_m2(geometry::intersection(once[k].shape, again[i].shape));
      return std::abs(common - geometry::area_m2(again[i].shape)) < 0.001;
    });
  }
  CHECK(loose == 0);
}

TEST_CASE("210 ring bases lie in three zones and one datum, each of 300 mu or more") {
  const fs::path folder = Delivery::folder() / "ring_bases";
  std::set<std::string> ids;
  std::vector<Geometry> shapes;
  const auto take = [&](const std::string& file, const char* crs, const char* id_field,
                        const char* area_field) {
    for (Feature& base : read(folder / file)) {
      ids.insert(base[id_field]);
      auto& positions = base.shape.positions;
      if (crs != nullptr) {
        positions = unprojected(positions, crs);
      } else {
        geometry::shift(positions, geometry::Datum::gcj02, geometry::Datum::cgcs2000);
      }
      const double mu = base::mu_from_m2(geometry::area_m2(base.shape));
      CHECK(mu >= 300);
      CHECK_FALSE(geometry::flaw_of(base.shape));
      CHECK(base.number(area_field) == Approx(mu).margin(0.02).epsilon(0));
      shapes.push_back(std::move(base.shape));
    }
  };
  take("ring_bases_zone38.shp", "EPSG:4526", "基地编号", "菜田面积");
  take("ring_bases_zone39.shp", "EPSG:4527", "基地编号", "菜田面积");
  take("ring_bases_zone40.shp", "EPSG:4528", "base_id", "area_mu");
  take("ring_bases_gcj02.geojson", nullptr, "base_id", "area_mu");
  CHECK(ids.size() == 210);
  CHECK(shapes.size() == 210);
  double m2 = 0;
  std::size_t touching = 0;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    m2 += geometry::area_m2(shapes[i]);
    for (std::size_t k = 0; k < i; ++k) touching += geometry::intersects(shapes[i], shapes[k]) ? 1 : 0;
  }
  CHECK(touching == 0);
  CHECK(base::mu_from_m2(m2) >= 120'000);
}

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
  CHECK(count == kParcels);
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

TEST_CASE("greenhouses run east-west and their guard houses keep to the limit") {
  const auto houses = land("greenhouses");
  REQUIRE(houses.size() > 10'000);
  std::size_t long_across = 0;
  for (const Feature& house : houses) {
    const auto box = geometry::box_of(house.shape);
    if (house["kind"] == "连栋温室") continue;
    long_across += (box.max_lon - box.min_lon) * 85'000 < (box.max_lat - box.min_lat) * 111'000 ? 1 : 0;
  }
  CHECK(long_across == 0);
  std::set<std::string> planted;
  for (const auto& row : truth()) planted.insert(row[0]);
  std::size_t huts = 0;
  for (const Feature& hut : land("structures")) {
    if (hut["kind"] != "guard_house") continue;
    ++huts;
    if (!planted.contains(hut["structure_id"])) CHECK(geometry::area_m2(hut.shape) <= 22.51);
  }
  CHECK(huts > 10'000);
}
