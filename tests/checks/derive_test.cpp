#include "checks/derive.hpp"

#include <catch2/catch.hpp>

#include "checks/derive_fixture.hpp"
#include "geometry/ops.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::derive_test;
using geometry::test::line;

namespace {

Rows all_towns() {
  Rows rows;
  double west = 116;
  for (const PlanTown& town : plan().towns()) {
    rows.push_back({{{"code", town.code}, {"name", town.name}, {"district", town.district}},
                    box(west, 39.7, west + 0.01, 39.71)});
    west += 0.02;
  }
  return rows;
}

Rows some_towns() {
  return {
      {{{"code", "110117108"}, {"name", "马昌营镇"}, {"district_code", "110117"}},
       box(116.95, 40.08, 117.05, 40.2)},
      {{{"code", "110117005"}, {"name", "马坊镇"}, {"district_code", "110117"}},
       box(116.95, 40, 117.05, 40.08)},
      {{{"code", "110117101"}, {"name", "东高村镇"}, {"district_code", "110117"}},
       box(117.05, 40, 117.2, 40.2)},
      {{{"code", "110115105"}, {"name", "安定镇"}, {"district_code", "110115"}},
       box(116.45, 39.6, 116.58, 39.7)},
      {{{"code", "110115104"}, {"name", "采育镇"}, {"district_code", "110115"}},
       box(116.58, 39.6, 116.7, 39.7)},
      {{{"code", "110119100"}, {"name", "延庆镇"}, {"district_code", "110119"}}, box(115.9, 40.4, 116, 40.5)},
      {{{"code", "110119103"}, {"name", "永宁镇"}, {"district_code", "110119"}}, box(116, 40.4, 116.2, 40.6)},
  };
}

Rows some_districts() {
  return {{{{"code", "110117"}, {"name", "平谷区"}}, box(116.9, 40, 117.2, 40.3)},
          {{{"code", "110115"}, {"name", "大兴区"}}, box(116.2, 39.5, 116.8, 39.8)},
          {{{"code", "110111"}, {"name", "房山区"}}, box(115.5, 39.5, 116.1, 39.9)}};
}

Rows some_roads() {
  return {{{{"name", "密三路"}},
           line({{117, 40.4}, {117, 40.1}})},  // two pieces, from north of 平谷 to south of it
          {{{"name", " 密三路　"}}, line({{117, 40.1}, {117, 39.9}})},
          {{{"name", "顺平南线"}}, line({{116.92, 40.1}, {117.1, 40.1}})},
          {{{"name", "庞安路"}, {"ref", "X038"}}, line({{116.3, 39.63}, {116.5, 39.62}})},
          {{{"name", "安采路"}}, line({{116.5, 39.62}, {116.63, 39.65}})},
          {{{"name", "延康路"}}, line({{115.92, 40.42}, {115.97, 40.45}})},
          {{{"name", "延永路"}}, line({{116.16, 40.53}, {115.97, 40.45}})},
          {{{"name", "顺密路"}}, line({{116.7, 40.2}, {116.8, 40.3}})},
          {{{"name", "西统路东段"}}, line({{116.7, 40.2}, {116.8, 40.2}})},
          {{{"name", "长周路"}}, line({{116.2, 39.7}, {116.3, 39.7}})}};
}

/// The layers above, with a width.
struct Made {
  MadeLayer towns{"towns", some_towns()}, districts{"districts", some_districts()},
      roads{"roads", some_roads()};
  Derived belts(double width_m = kBeltWidthM) const {
    return derive_belts(plan(), {.towns = towns, .districts = districts, .roads = roads}, width_m);
  }
};

bool within(const geometry::Geometry& land, double west, double south, double east, double north) {
  return geometry::Box{west - 1e-9, south - 1e-9, east + 1e-9, north + 1e-9}.contains(geometry::box_of(land));
}

}  // namespace

TEST_CASE("There is a cluster for each of the 35 towns, in the plan's order and the layer's fields") {
  const MadeLayer towns("towns", all_towns());
  const Derived clusters = derive_clusters(plan(), {.towns = towns});
  REQUIRE(clusters.features.size() == 35);
  CHECK(clusters.notes.empty());
  CHECK(text_of(clusters.features[10], "name") == "杨镇规模提升群");
  CHECK(text_of(clusters.features[10], "town_code") == "110113006");
  const geodata::Schema schema = declared("clusters");
  for (std::size_t i = 0; i < 35; ++i) {
    CHECK(text_of(clusters.features[i], "town") == plan().towns()[i].name);
    CHECK(text_of(clusters.features[i], "district") == plan().towns()[i].district);
    CHECK_FALSE(geometry::flaw_of(clusters.features[i].geometry));
    for (const auto& [field, value] : clusters.features[i].values) CHECK(schema.index_of(field));
  }
}

TEST_CASE("A town that is missing, or called otherwise, has its sentence") {
  Rows rows = all_towns();
  rows[4].first["code"] = "110115999";  // 安定镇, found by name
  rows[10].first["name"] = "某镇";      // 杨镇, found by code
  rows[20].first = {
      {"code", "110105021"}, {"name", "十里堡"}, {"district", "朝阳区"}};  // a namesake of 密云's
  rows.push_back(
      {{{"code", "110117998"}, {"name", "马坊地区"}, {"district", "平谷区"}}, box(117, 41, 117.01, 41.01)});
  rows.push_back({{{"code", "110115108"}, {"name", "庞各庄镇"}}, box(116.01, 39.7, 116.02, 39.71)});
  const MadeLayer towns("towns", rows);
  const Derived clusters = derive_clusters(plan(), {.towns = towns});
  CHECK(clusters.features.size() == 34);
  CHECK(find(clusters, "十里堡镇规模提升群") == nullptr);
  CHECK(said(clusters, {"十里堡镇", "密云区", "110118103", "L135", "缺其规模提升群"}) != "");
  CHECK(said(clusters, {"安定镇", "按名称找到", "110115999"}) != "");
  CHECK(said(clusters, {"杨镇", "按代码 110113006 找到", "某镇"}) != "");
  CHECK(said(clusters, {"马坊地区", "110117998", "未采用"}) != "");
  CHECK(said(clusters, {"庞各庄镇", "2 个图形"}) != "");
  CHECK(geometry::box_of(clusters.features[0].geometry) == geometry::Box{116, 39.7, 116.02, 39.71});
}

TEST_CASE("Without a layer of towns there are no clusters, and it is said") {
  const Derived clusters = derive_clusters(plan(), {});
  CHECK(clusters.features.empty());
  CHECK(said(clusters, {"缺少乡镇图层", "35"}) != "");
}

TEST_CASE("A belt is clipped to its district, and what was clipped off is said") {
  const Made made;
  const Derived belts = made.belts();
  const Derived::Feature* belt = find(belts, "密三路");
  REQUIRE(belt != nullptr);
  CHECK_FALSE(geometry::flaw_of(belt->geometry));
  CHECK(within(belt->geometry, 116.9, 40, 117.2, 40.3));
  const double length = geometry::distance_m({117, 40}, {117, 40.3});
  CHECK(geometry::area_m2(belt->geometry) == Approx(2 * 1000 * length).epsilon(1e-3));
  CHECK(text_of(*belt, "district") == "平谷区");
  CHECK(text_of(*belt, "roads") == "密三路");
  CHECK(text_of(*belt, "side") == "both");
  CHECK(std::get<double>(belt->values.at("width_m")) == 1000);
  CHECK(said(belts, {"密三路", "全长 55.5 千米，其中 22.2 千米在平谷区之外"}) != "");
  CHECK(said(belts, {"密三路", "亩", "已裁去"}) != "");
}

TEST_CASE("Trap 12: the belt of 顺平南线 lies north of it") {
  const Made made;
  const Derived belts = made.belts();
  const Derived::Feature* belt = find(belts, "顺平南线北侧");
  REQUIRE(belt != nullptr);
  CHECK(text_of(*belt, "side") == "north");
  // Past its ends the road is thought to go straight on, which is 0.2 m south of its parallel after 1 km.
  CHECK(within(belt->geometry, 116.9, 40.1 - 2e-6, 117.2, 40.3));
  CHECK(said(belts, {"顺平南线北侧", "L154", "“北侧”读作只指顺平南线"}) != "");
}

TEST_CASE("Traps 14 and 15: a belt's towns are those of its row that it reaches") {
  const Made made;
  const Derived belts = made.belts();
  CHECK(text_of(*find(belts, "密三路"), "towns") == "马昌营镇、马坊镇");
  CHECK(text_of(*find(belts, "顺平南线北侧"), "towns") == "马昌营镇、东高村镇");
  CHECK(text_of(*find(belts, "安采路沿线"), "towns") == "采育镇");  // it runs through 安定镇 as well
  CHECK(said(belts, {"大兴区", "L148", "乡镇图层中没有庞各庄镇、青云店镇、长子营镇"}) != "");
  CHECK(said(made.belts(10), {"平谷区", "本行各推进带都不到"}) == "");
}

TEST_CASE("Trap 11: without a line of its own the belt along 庞安路's extension is missing") {
  const Made made;
  const Derived belts = made.belts();
  CHECK(find(belts, "庞安路延长线") == nullptr);
  CHECK(said(belts, {"庞安路延长线", "只有庞安路本身", "推进带不沿它"}) != "");
  CHECK(said(belts, {"缺庞安路延长线"}) != "");
  Rows roads = some_roads();
  roads.push_back({{{"name", "庞安路延长线"}}, line({{116.5, 39.62}, {116.6, 39.65}})});
  const MadeLayer with("roads", roads);
  const Derived more =
      derive_belts(plan(), {.towns = made.towns, .districts = made.districts, .roads = with});
  REQUIRE(find(more, "庞安路延长线") != nullptr);
  CHECK(text_of(*find(more, "庞安路延长线"), "roads") == "庞安路延长线");
}

TEST_CASE("Trap 10: two roads make one belt, in a district that is the union of its towns") {
  const Made made;
  const Derived belts = made.belts();
  const Derived::Feature* belt = find(belts, "延康路、延永路沿线");
  REQUIRE(belt != nullptr);
  CHECK(text_of(*belt, "roads") == "延康路、延永路");
  CHECK(belt->geometry.part_ends.size() == 1);
  CHECK(said(belts, {"区图层（districts）中没有延庆区", "2 个乡镇"}) != "");
  Rows roads = some_roads();
  roads.erase(roads.begin() + 5);
  const MadeLayer without("roads", roads);
  const Derived less =
      derive_belts(plan(), {.towns = made.towns, .districts = made.districts, .roads = without});
  REQUIRE(find(less, "延康路、延永路沿线") != nullptr);
  CHECK(text_of(*find(less, "延康路、延永路沿线"), "roads") == "延永路");
  CHECK(said(less, {"延康路、延永路沿线不完整", "2 条道路中只有 1 条"}) != "");
}

TEST_CASE("A belt that cannot be made has a sentence that says why") {
  const Made made;
  const Derived belts = made.belts();
  CHECK(belts.features.size() == 4);
  CHECK(said(belts, {"缺顺密路沿线", "没有密云区的界线"}) != "");
  CHECK(said(belts, {"西统路沿线", "没有西统路", "西统路东段未当作它"}) != "");
  CHECK(said(belts, {"缺长周路沿线", "没有土地在房山区"}) != "");
  CHECK(said(belts, {"缺漷永路沿线"}) != "");
  CHECK(said(belts, {"没有给出推进带的宽度", "每侧 1000 米", "假定"}) != "");
  CHECK(said(derive_belts(plan(), {}), {"缺少道路图层", "10 条推进带"}) != "");
  CHECK_THROWS_WITH(derive_belts(plan(), {}, -1), Catch::Contains("-1 m wide"));
  const Derived bare = derive_belts(plan(), {.districts = made.districts, .roads = made.roads});
  CHECK(find(bare, "密三路")->values.count("towns") == 0);
  CHECK(said(bare, {"缺少乡镇图层"}) != "");
}

TEST_CASE("The fields of a belt are those of its layer, and the same come out again") {
  const Made made;
  const Derived belts = made.belts(500), again = made.belts(500);
  const geodata::Schema schema = declared("belts");
  REQUIRE(belts.features.size() == again.features.size());
  CHECK(belts.notes == again.notes);
  for (std::size_t i = 0; i < belts.features.size(); ++i) {
    CHECK(belts.features[i].geometry == again.features[i].geometry);
    CHECK(belts.features[i].values == again.features[i].values);
    for (const auto& [field, value] : belts.features[i].values) CHECK(schema.index_of(field));
  }
}
