#include <algorithm>
#include <catch2/catch.hpp>

#include "clusters_belts.hpp"
#include "delivery_reader.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

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
