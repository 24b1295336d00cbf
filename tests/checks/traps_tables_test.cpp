// The traps in the plan (FACTS 6) that are about its tables, names and figures; those about land, people and
// bases are in traps_test.cpp.
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "checks/belts.hpp"
#include "checks/check_fixture.hpp"
#include "checks/derive.hpp"
#include "checks/detail/measures.hpp"
#include "checks/plan_tables.hpp"
#include "checks/targets.hpp"
#include "geometry/shapes.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;
using geometry::test::line;

namespace {

const PlanTables& plan() {
  static const PlanTables tables = PlanTables::load(shipped("plan"));
  return tables;
}
const PlanBelt& belt_named(const std::string& name) {
  return *std::ranges::find(plan().belts(), name, &PlanBelt::name);
}
const BeltRow& row_in(const std::string& district) {
  return *std::ranges::find(plan().rows(), district, &BeltRow::district);
}
const Parameter& figure(const char* rule, const char* parameter) {
  return house_rules().rule(rule).parameter(parameter);
}
Geometry box(double west, double south, double east, double north) {
  return geometry::make_box({west, south, east, north});
}
Row road(const std::string& name, std::vector<Position> positions) {
  return {{{"name", name}}, line(std::move(positions))};
}
Row district(const std::string& code, const std::string& name, const Geometry& land) {
  return {{{"code", code}, {"name", name}}, land};
}
Row town(const std::string& code, const std::string& name, const std::string& district,
         const Geometry& land) {
  return {{{"code", code}, {"name", name}, {"district", district}}, land};
}

CheckResult belts_of(const std::vector<Row>& districts, const std::vector<Row>& roads,
                     const std::vector<Row>& towns = {}) {
  World world;
  return check_belts(world.with("districts", districts).with("roads", roads).with("towns", towns).context());
}
const Drawn& drawn(const CheckResult& result, const std::string& name) {
  const auto at = std::ranges::find(result.drawn, name, &Drawn::name);
  REQUIRE(at != result.drawn.end());
  return *at;
}

}  // namespace

TEST_CASE("Trap 10: 延康路 and 延永路 are measured as one belt", "[traps]") {
  const CheckResult result = belts_of({district("110119", "延庆区", box(115.8, 40.3, 116.3, 40.7))},
                                      {road("延康路", {{115.92, 40.42}, {115.97, 40.45}}),
                                       road("延永路", {{115.97, 40.45}, {116.16, 40.53}})});
  REQUIRE(result.measures.size() == 1);
  CHECK(result.measures[0].id == "belts.延康路、延永路沿线");
  std::size_t roads = 0;
  for (const PlanBelt& belt : plan().belts()) roads += belt.roads.size();
  CHECK(roads == 11);
  CHECK(plan().belts().size() == 10);
}

TEST_CASE("Trap 11: 庞安路 itself makes no belt, its extension does", "[traps]") {
  const std::vector<Row> daxing = {district("110115", "大兴区", box(116.2, 39.5, 116.8, 39.8))};
  const CheckResult without = belts_of(daxing, {road("庞安路", {{116.3, 39.63}, {116.5, 39.62}})});
  CHECK(without.measures.empty());
  CHECK(says(without.notes, "庞安路延长线"));
  const CheckResult with = belts_of(daxing, {road("庞安路", {{116.3, 39.63}, {116.5, 39.62}}),
                                             road("庞安路延长线", {{116.5, 39.62}, {116.6, 39.65}})});
  REQUIRE(with.measures.size() == 1);
  CHECK(with.measures[0].id == "belts.庞安路延长线");
  CHECK_FALSE(geometry::covers(with.drawn[0].where, {116.4, 39.625}));
}

TEST_CASE("Trap 12: north of 顺平南线 alone, on both sides of 密三路, and the reading is told", "[traps]") {
  const CheckResult result = belts_of(
      {district("110117", "平谷区", box(116.9, 40, 117.2, 40.3))},
      {road("密三路", {{117, 40.25}, {117, 40.15}}), road("顺平南线", {{117.05, 40.1}, {117.15, 40.1}})});
  CHECK(measure(result, "belts.顺平南线北侧").detail["side"] == "north");
  CHECK(geometry::covers(drawn(result, "顺平南线北侧").where, {117.1, 40.105}));
  CHECK_FALSE(geometry::covers(drawn(result, "顺平南线北侧").where, {117.1, 40.095}));
  CHECK(measure(result, "belts.密三路").detail["side"] == "both");
  CHECK(geometry::covers(drawn(result, "密三路").where, {116.995, 40.2}));
  CHECK(geometry::covers(drawn(result, "密三路").where, {117.005, 40.2}));
  CHECK(says(result.notes, "“北侧”读作只指顺平南线"));
}

TEST_CASE("Trap 13: the width is a parameter of our own, marked as one, and shown", "[traps]") {
  const Parameter& width = figure("belts", "width_each_side_m");
  CHECK(width.kind == ParameterKind::assumption);
  CHECK(width.values.front().confidence == 'D');
  CHECK(house_rules().rule("belts").basis_of(width.values.front()).id == "judgement");
  const CheckResult result = belts_of({district("110117", "平谷区", box(116.9, 40, 117.2, 40.3))},
                                      {road("密三路", {{117, 40.25}, {117, 40.15}})});
  CHECK(says(result.notes, "单侧宽度 1000 米（假定，计划没有给出）"));
  for (const Measure& belt : result.measures) CHECK(says(belt.notes, "单侧宽度 1000 米"));
}

TEST_CASE("Trap 14: the towns of a row belong to its belts together, and a belt's are those it reaches",
          "[traps]") {
  CHECK(row_in("密云区").belts == 2);
  CHECK(row_in("密云区").towns.size() == 4);
  CHECK(&plan().row_of(belt_named("顺密路沿线")) == &plan().row_of(belt_named("西统路沿线")));
  const CheckResult result =
      belts_of({district("110118", "密云区", box(116.6, 40.2, 117, 40.5))},
               {road("顺密路", {{116.81, 40.25}, {116.81, 40.33}}),
                road("西统路", {{116.72, 40.38}, {116.75, 40.41}})},
               {town("110118104", "河南寨镇", "密云区", box(116.78, 40.22, 116.85, 40.35)),
                town("110118102", "西田各庄镇", "密云区", box(116.7, 40.36, 116.77, 40.43))});
  CHECK(measure(result, "belts.顺密路沿线").detail["towns"] == "河南寨镇");
  CHECK(measure(result, "belts.西统路沿线").detail["towns"] == "西田各庄镇");
}

TEST_CASE("Trap 15: a belt through 安定镇 does not make it a town of table 2", "[traps]") {
  for (const BeltRow& row : plan().rows()) CHECK(std::ranges::count(row.towns, "安定镇") == 0);
  const CheckResult result =
      belts_of({district("110115", "大兴区", box(116.2, 39.5, 116.8, 39.8))},
               {road("安采路", {{116.5, 39.62}, {116.63, 39.65}})},
               {town("110115105", "安定镇", "大兴区", box(116.45, 39.6, 116.58, 39.7)),
                town("110115104", "采育镇", "大兴区", box(116.58, 39.6, 116.7, 39.7))});
  CHECK(measure(result, "belts.安采路沿线").detail["towns"] == "采育镇");
}

TEST_CASE("Trap 16: 35 towns in 12 districts, 23 of them in rows of 7 districts with 10 belts", "[traps]") {
  std::set<std::string> districts, in_rows;
  for (const PlanTown& one : plan().towns()) districts.insert(one.district);
  int belts = 0;
  for (const BeltRow& row : plan().rows()) {
    in_rows.insert(row.towns.begin(), row.towns.end());
    belts += row.belts;
    CHECK(districts.contains(row.district));
  }
  CHECK(plan().towns().size() == 35);
  CHECK(districts.size() == 12);
  CHECK(in_rows.size() == 23);
  CHECK(plan().rows().size() == 7);
  CHECK(belts == 10);
}

TEST_CASE("Trap 18: a road that leaves its row's district is measured inside it", "[traps]") {
  const Geometry miyun = box(116.6, 40.2, 117, 40.5);
  const CheckResult result =
      belts_of({district("110118", "密云区", miyun), district("110113", "顺义区", box(116.6, 40, 117, 40.2))},
               {road("顺密路", {{116.7, 40.05}, {116.8, 40.3}})});
  const Drawn& belt = drawn(result, "顺密路沿线");
  const geometry::Box reach = geometry::box_of(belt.where);
  CHECK(reach.min_lat >= 40.2 - 1e-9);
  CHECK(value(result, "belts.顺密路沿线") == Approx(base::mu_from_m2(belt.area_m2)));
  CHECK(says(result.notes, "在密云区之外"));
}

TEST_CASE("Trap 19: no name of a town, road or belt has kept a 和 or a 、 that parts names", "[traps]") {
  CHECK(row_in("延庆区").towns == std::vector<std::string>{"延庆镇", "康庄镇", "永宁镇"});
  for (const BeltRow& row : plan().rows()) {
    for (const std::string& one : row.towns) {
      INFO(one);
      CHECK((one.find("和") == std::string::npos && one.find("、") == std::string::npos));
      CHECK(std::ranges::count(plan().towns(), one, &PlanTown::name) == 1);
    }
  }
  for (const PlanBelt& belt : plan().belts()) {
    CHECK(belt.name.find("和") == std::string::npos);
    for (const std::string& one : belt.roads) {
      INFO(one);
      CHECK((one.find("和") == std::string::npos && one.find("、") == std::string::npos));
    }
  }
}

TEST_CASE("Trap 20: 杨镇 keeps its 镇, and 于家务乡 is 于家务回族乡", "[traps]") {
  World world;
  const CheckResult result =
      check_targets(world
                        .with("towns", {town("", "杨镇地区", "顺义区", box(116.8, 40.1, 116.9, 40.2)),
                                        town("", "于家务回族乡", "通州区", box(116.6, 39.6, 116.7, 39.7)),
                                        town("", "杨", "顺义区", box(116.6, 40.1, 116.7, 40.2)),
                                        town("", "来广营地区办事处", "朝阳区", box(116.4, 40, 116.5, 40.05))})
                        .context());
  CHECK(value(result, "targets.clusters") == 3);
}

TEST_CASE("Trap 21: 瀋县 is 漷县, and the table keeps the plan's own word and line", "[traps]") {
  const PlanTown* meant = plan().match({.district = "通州区", .name = "瀋县"});
  REQUIRE(meant != nullptr);
  CHECK(meant->name == "漷县镇");
  CHECK(meant->line == 136);
  CHECK(std::ranges::count(meant->aliases, "瀋县") == 1);
  CHECK(belt_named("漷永路沿线").roads == std::vector<std::string>{"漷永路"});
}

TEST_CASE("Trap 22: every figure of the plan quotes the lines on which it stands", "[traps]") {
  const std::regex lines("L[0-9]+");
  int figures = 0;
  for (const auto& [id, rule] : house_rules().rules) {
    for (const Parameter& parameter : rule.parameters) {
      for (const ParameterValue& given : parameter.values) {
        if (parameter.kind != ParameterKind::plan) continue;
        INFO(id << " " << parameter.name);
        const std::string source = cite(rule, given);
        CHECK_THAT(source, Contains("京政农发〔2023〕57号"));
        CHECK(std::regex_search(source, lines));
        ++figures;
      }
    }
  }
  CHECK(figures > 30);
  for (const PlanTown& one : plan().towns()) CHECK((one.line >= 131 && one.line <= 142));
  for (const PlanBelt& one : plan().belts()) CHECK((one.line >= 148 && one.line <= 154));
}

TEST_CASE("Trap 23: 顺平南线 does not end in 路 and is one of the 11 roads", "[traps]") {
  std::vector<std::string> roads;
  for (const PlanBelt& belt : plan().belts()) roads.insert(roads.end(), belt.roads.begin(), belt.roads.end());
  CHECK(roads.size() == 11);
  const auto ends_otherwise = [](const std::string& name) { return !name.ends_with("路"); };
  CHECK(std::ranges::count_if(roads, ends_otherwise) == 1);
  CHECK(*std::ranges::find_if(roads, ends_otherwise) == "顺平南线");
}

TEST_CASE("Trap 24: 左右 is neither met nor missed, and every figure keeps its own word", "[traps]") {
  const Rule& rule = house_rules().rule("targets");
  for (const double sown : {0.0, 899'999.0, 900'000.0, 2e6}) {
    const Measure about = detail::against_plan(rule, "sown_area_mu", "sown", sown, {.as_of = "2024-06-30"});
    CHECK(about.verdict == "about");
    CHECK(about.comparator == "左右");
  }
  CHECK(figure("targets", "self_sufficiency_share").comparator == Comparator::about);
  CHECK(figure("bases", "bases_total_mu").comparator == Comparator::aim);
  CHECK_THAT(figure("bases", "bases_total_mu").word, Contains("力争") && Contains("以上"));
  CHECK(figure("bases", "emergency_share").comparator == Comparator::floor);
  CHECK(figure("retention", "threshold_li_per_person").comparator == Comparator::floor);
  CHECK(figure("targets", "protected_mu").comparator == Comparator::reference);
  for (const auto& [id, one] : house_rules().rules) {
    for (const Parameter& parameter : one.parameters) {
      INFO(id << " " << parameter.name);
      if (parameter.word == "左右") CHECK(parameter.comparator == Comparator::about);
      if (parameter.comparator == Comparator::about) CHECK(parameter.word == "左右");
    }
  }
}

TEST_CASE("Trap 25: output is per sown 亩 and is not worked out of land", "[traps]") {
  World world;
  const double width_m = 10'000;
  const CheckResult result = check_targets(
      world.with("vegetable_land", {{{{"plot_id", "A"}}, rectangle_mu({116.2, 39.6}, width_m, 200'000)}})
          .context());
  const Measure& output = measure(result, "targets.output_t");
  CHECK(output.verdict == "not_run");
  CHECK_FALSE(output.value);
  CHECK(*output.target / *measure(result, "targets.sown_area_mu").target == Approx(2.444).epsilon(1e-3));
  CHECK(says(output.notes, "每播种亩 2.44 吨"));
}

TEST_CASE("Trap 28: a namesake in another district is no cluster", "[traps]") {
  World world;
  const auto clusters = [&](const std::vector<Row>& towns) {
    return value(check_targets(world.with("towns", towns).context()), "targets.clusters");
  };
  const Geometry land = box(116.5, 39.9, 116.55, 39.95);
  CHECK(clusters({town("110105021", "十里堡", "朝阳区", land)}) == 0);
  CHECK(clusters({town("130630104", "马坊镇", "涞源县", land)}) == 0);
  CHECK(clusters({town("110118103", "十里堡镇", "密云区", land)}) == 1);
  CHECK(clusters({town("", "十里堡", "密云县", land)}) == 1);
  CHECK(plan().match({.district = "延庆区", .name = "延庆镇"})->district_code == "110119");
}

TEST_CASE("Trap 29: growth without a base year is not computed", "[traps]") {
  World world;
  const CheckResult result = check_targets(world.context());
  for (const char* id : {"net_income_growth_share", "model_yield_growth_share", "city_yield_growth_share"}) {
    INFO(id);
    const Measure& growth = measure(result, std::string("targets.") + id);
    CHECK(growth.verdict == "not_run");
    CHECK_FALSE(growth.value);
    CHECK(says(growth.notes, "未给出基期"));
  }
}

TEST_CASE("Trap 31: no limit of the greenhouse rules rests on the plan, and every one is dated and sourced",
          "[traps]") {
  int limits = 0;
  for (const Rule* rule : house_rules().of("greenhouse")) {
    for (const Parameter& parameter : rule->parameters) {
      for (const ParameterValue& given : parameter.values) {
        INFO(rule->id << " " << parameter.name);
        const Basis& basis = rule->basis_of(given);
        CHECK(basis.number != "京政农发〔2023〕57号");
        CHECK(parameter.kind != ParameterKind::plan);
        if (parameter.kind != ParameterKind::legal) continue;
        ++limits;
        CHECK(basis.id != "judgement");
        CHECK_FALSE(basis.document.empty());
      }
    }
  }
  CHECK(limits >= 15);
}
