// The traps in the plan (FACTS 6) that are about land, people and bases; those about its tables are in
// traps_tables_test.cpp.
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/units.hpp"
#include "checks/bases.hpp"
#include "checks/check_fixture.hpp"
#include "checks/detail/measures.hpp"
#include "checks/greenhouse.hpp"
#include "checks/plan_tables.hpp"
#include "checks/retention.hpp"
#include "checks/targets.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

/// 100 亩 a unit.
const Band kBand(kHere, base::m2_from_mu(100));

const PlanTables& plan() {
  static const PlanTables tables = PlanTables::load(shipped("plan"));
  return tables;
}
const Parameter& figure(const char* rule, const char* parameter) {
  return house_rules().rule(rule).parameter(parameter);
}
double number(const char* rule, const char* parameter) {
  return house_rules().rule(rule).number(parameter, {.as_of = "2024-06-30"}).value;
}

Row field(const std::string& plot, const Geometry& land, const std::string& crop = "白菜") {
  return {{{"plot_id", plot}, {"growing", "open"}, {"crop", crop}}, land};
}
Row zone(const std::string& id, const Geometry& land) { return {{{"zone_id", id}}, land}; }
Row base_of(const std::string& id, const Geometry& land, Values values = {}) {
  values.emplace("base_id", id);
  values.emplace("assessed_on", "2022-09-20");
  return {std::move(values), land};
}

CheckResult retention_of(const std::vector<Row>& fields) {
  World world;
  return check_retention(world.with("vegetable_land", fields).context());
}
CheckResult bases_of(const std::vector<Row>& bases, const std::string& day = "2024-06-30") {
  World world(day);
  return check_bases(world.with("ring_bases", bases).context());
}
std::string verdict_of(const CheckResult& bases, const std::string& id) {
  return table_row(measure(bases, "bases.each"), "base_id", id)["verdict"].get<std::string>();
}

}  // namespace

TEST_CASE("Trap 1: 200,000 亩 of space to be planned meet their own target, and not 3 厘", "[traps]") {
  World world;
  world.with("reserve", {zone("Z", rectangle_mu({116.2, 39.6}, 12'000, 200'000))})
      .with("vegetable_land", {field("A", kBand.land(0, 1))});
  const CheckResult targets = check_targets(world.context()), retention = check_retention(world.context());
  CHECK(measure(targets, "targets.reserve").verdict == "met");
  CHECK(measure(retention, "retention.per_capita").verdict == "not_met");
  CHECK(measure(retention, "retention.per_capita").detail["retained_mu"].get<double>() == Approx(100));
  CHECK(measure(retention, "retention.reserve_alone").verdict.empty());
  CHECK(says(measure(retention, "retention.reserve_alone").notes, "0.916 厘，不是人均保有面积"));
  const auto need_mu = [](int year) {
    return static_cast<double>(plan().residents(year).residents) * 3 * base::kMuPerLi;
  };
  CHECK(need_mu(2022) == Approx(655'290));
  CHECK(need_mu(2023) == Approx(655'740));
}

TEST_CASE("Trap 2: three crops on one field are one field, and sown area is no numerator", "[traps]") {
  const Geometry land = kBand.land(0, 1);
  const CheckResult result =
      retention_of({field("1", land, "菠菜"), field("2", land, "黄瓜"), field("3", land, "白菜")});
  CHECK(value(result, "retention.gross") == Approx(300));
  CHECK(measure(result, "retention.per_capita").detail["retained_mu"].get<double>() == Approx(100));
  // 900,000 亩 sown over the residents of 2022 would be a pass.
  const double sown_li = base::li_from_mu(number("targets", "sown_area_mu")) /
                         static_cast<double>(plan().residents(2022).residents);
  CHECK(sown_li == Approx(4.12).epsilon(1e-3));
  for (const Measure& one : result.measures) CHECK_FALSE((one.value && *one.value == Approx(sown_li)));
  World world;
  const CheckResult targets = check_targets(world.context());
  CHECK(measure(targets, "targets.sown_area_mu").verdict == "not_run");
  CHECK(says(measure(targets, "targets.sown_area_mu").notes, "不得作为人均菜地保有面积的分子"));
}

TEST_CASE("Trap 3: 3 厘 are 0.03 亩 and 20 m²", "[traps]") {
  CHECK(base::m2_from_li(3) == Approx(20).epsilon(1e-15));
  CHECK(base::li_from_mu(0.03) == Approx(3).epsilon(1e-15));
  CHECK(base::mu_from_m2(20) == Approx(0.03).epsilon(1e-15));
  CHECK(number("retention", "threshold_li_per_person") == 3);
  CHECK(figure("retention", "threshold_li_per_person").unit == "li");
  // 436,860,000 m² are 20 m² for each of 21,843,000.
  const CheckResult result = retention_of({field("A", rectangle({116.2, 39.6}, 20'000, 436'860'000))});
  CHECK(value(result, "retention.per_capita") == Approx(3).epsilon(1e-12));
}

TEST_CASE("Trap 4: the residents are those of the whole city, and no district has a verdict", "[traps]") {
  World world;
  world.with("vegetable_land", {field("A", kBand.land(0, 1))})
      .with("districts", {{{{"code", "110115"}, {"name", "大兴区"}}, kBand.land(-1, 2)}})
      .with("towns",
            {{{{"code", "110115104"}, {"name", "采育镇"}, {"district", "大兴区"}}, kBand.land(-1, 2)}});
  const CheckResult result = check_retention(world.context());
  CHECK(measure(result, "retention.per_capita").detail["residents"] == 21'843'000);
  int verdicts = 0;
  for (const Measure& one : result.measures) verdicts += one.verdict.empty() ? 0 : 1;
  CHECK(verdicts == 1);
  for (const auto& row : measure(result, "retention.retained").detail) {
    CHECK_FALSE(row.contains("verdict"));
    CHECK_FALSE(row.contains("li"));
  }
  CHECK_THROWS_AS(plan().residents(kBasisYear, "110115"), base::Error);  // no year end of a district is known
}

TEST_CASE("Trap 5: 16 and 20 万亩 are two layers, whose overlap is measured and which are never added",
          "[traps]") {
  World world;
  const CheckResult result = check_targets(world.with("reserve", {zone("R", kBand.land(0, 5))})
                                               .with("protected", {zone("P", kBand.land(3, 7))})
                                               .context());
  CHECK(value(result, "targets.reserve") == Approx(500));
  CHECK(value(result, "targets.protected") == Approx(400));
  CHECK(value(result, "targets.reserve_in_protected") == Approx(200));
  CHECK(measure(result, "targets.protected").verdict.empty());
  for (const Measure& one : result.measures) {
    INFO(one.id);
    CHECK_FALSE((one.value && (*one.value == Approx(900) || *one.value == Approx(700))));
    CHECK_FALSE((one.target && (*one.target == 360'000 || *one.target == 40'000)));
  }
}

TEST_CASE("Trap 6: count, each base and total are three tests", "[traps]") {
  const CheckResult least = bases_of(many_bases(210, 300)), enough = bases_of(many_bases(210, 572));
  CHECK(measure(least, "bases.count").verdict == "met");
  CHECK(measure(least, "bases.each").verdict == "met");
  CHECK(measure(least, "bases.total").verdict == "not_met");
  CHECK(value(least, "bases.total") == Approx(63'000));
  // The mean has to be 571.4 亩.
  CHECK(measure(enough, "bases.total").verdict == "met");
  CHECK(measure(bases_of(many_bases(210, 571)), "bases.total").verdict == "not_met");
  const CheckResult few = bases_of(many_bases(120, 1010));
  CHECK(measure(few, "bases.count").verdict == "not_met");
  CHECK(measure(few, "bases.total").verdict == "met");
}

TEST_CASE("Trap 7: 300 亩 are of registered vegetable land, and leniency is a person's", "[traps]") {
  const Geometry large = rectangle_mu(place(0, 0), 500, 500);
  const auto of = [&](Values values) {
    return verdict_of(bases_of({base_of("B", large, std::move(values))}), "B");
  };
  CHECK(of({{"area_mu", 500.0}}) == "met");
  CHECK(of({{"area_mu", 250.0}}) == "not_met");
  CHECK(of({{"area_mu", 250.0}, {"facility_share", 0.9}}) == "for_review");
  CHECK(of({{"area_mu", 500.0}, {"founded", "2024-03-01"}}) == "for_review");
  CHECK(figure("bases", "base_least_mu").word == "原则上不低于");
}

TEST_CASE("Trap 8: 40 % and 90 % are of the circle, not means of ratios and not of a base", "[traps]") {
  const auto of = [](const std::string& id, double east_m, double output, double daily) {
    return base_of(id, rectangle_mu(place(east_m, 0), 500, 400),
                   {{"output_t", output}, {"supplied_daily_t", daily}, {"supplied_emergency_t", output}});
  };
  // The mean of 1, 1 and 0.1 is 0.7; 290 of 1,100 t are 0.264.
  const CheckResult result =
      bases_of({of("B1", 0, 100, 100), of("B2", 1000, 100, 100), of("B3", 2000, 900, 90)});
  CHECK(value(result, "bases.daily") == Approx(290.0 / 1100).epsilon(1e-12));
  CHECK(measure(result, "bases.daily").verdict == "not_met");
  for (const auto& row : measure(result, "bases.each").detail) CHECK(row["verdict"] == "met");
}

TEST_CASE("Trap 9: bases are counted by their number and land by the union", "[traps]") {
  const CheckResult result =
      bases_of({base_of("B1", kBand.land(0, 4), {{"operator", "示例公司"}, {"county", "固安县"}}),
                base_of("B1", kBand.land(4, 6), {{"operator", "示例公司"}, {"county", "永清县"}}),
                base_of("B2", kBand.land(5, 9), {{"operator", "示例公司"}})});
  CHECK(value(result, "bases.count") == 2);
  CHECK(value(result, "bases.total") == Approx(900));
}

TEST_CASE("Trap 17: a park inside a point, a cluster and a belt is one park", "[traps]") {
  World world;
  const auto box = [](double west, double south, double east, double north) {
    return geometry::make_box({west, south, east, north});
  };
  Geometry road = {geometry::Kind::line, {{117, 40.05}, {117, 40.25}}, {2}, {}};
  world
      .with("towns", {{{{"code", "110117108"}, {"name", "马昌营镇"}, {"district_code", "110117"}},
                       box(116.99, 40.1, 117.05, 40.2)}})
      .with("districts", {{{{"code", "110117"}, {"name", "平谷区"}}, box(116.9, 40, 117.2, 40.3)}})
      .with("roads", {{{{"name", "密三路"}}, road}})
      .with("points", {{{{"project_id", "D1"}}, box(117.001, 40.149, 117.004, 40.151)}})
      .with("parks",
            {{{{"project_id", "in all"}, {"old", true}, {"willing", true}},
              box(117.002, 40.1495, 117.003, 40.1505)},
             // Half of it in the belt and the rest in the town alone.
             {{{"project_id", "across"}, {"old", true}, {"willing", true}, {"renovated_on", "2024-01-01"}},
              box(117.005, 40.12, 117.02, 40.121)}});
  const CheckResult result = check_targets(world.context());
  CHECK(value(result, "targets.renovation") == Approx(0.5));
  CHECK(says(measure(result, "targets.renovation").notes, "2 个，已改造 1 个；范围外的 0 个"));
}

TEST_CASE("Trap 26: tonnes and 亩 of the same digits keep their units, and outer bases are none of the ring",
          "[traps]") {
  CHECK(number("targets", "outer_supply_t") == 120'000);
  CHECK(figure("targets", "outer_supply_t").unit == "t");
  CHECK(number("bases", "bases_total_mu") == 120'000);
  CHECK(figure("bases", "bases_total_mu").unit == "mu");
  const std::vector<Row> outer = {{{{"base_id", "W1"}, {"province", "山东省"}, {"area_mu", 130'000.0}},
                                   rectangle_mu({117, 36.6}, 10'000, 130'000)}};
  World world;
  const CheckResult none = check_bases(world.with("outer_bases", outer).context());
  CHECK(none.measures.empty());
  CHECK(misses(none, "ring_bases"));
  const CheckResult ring = check_bases(world.with("ring_bases", {base_of("B1", kBand.land(0, 4))}).context());
  CHECK(value(ring, "bases.count") == 1);
  CHECK(value(ring, "bases.total") == Approx(400));
}

TEST_CASE("Trap 27: 愿改尽改 is of willing parks inside, not of all old parks", "[traps]") {
  World world;
  const auto park = [](const std::string& id, bool willing, double east_deg,
                       const std::string& renovated_on) {
    Values values{{"project_id", id}, {"old", true}, {"willing", willing}};
    if (!renovated_on.empty()) values["renovated_on"] = renovated_on;
    return Row{std::move(values), rectangle({116.3 + east_deg, 39.6}, 50, 2000)};
  };
  world
      .with("towns", {{{{"code", "110115108"}, {"name", "庞各庄镇"}, {"district", "大兴区"}},
                       geometry::make_box({116.25, 39.58, 116.4, 39.73})}})
      .with("parks", {park("willing", true, 0, "2024-05-01"), park("unwilling", false, 0.01, ""),
                      park("outside", true, 0.3, "")});
  const CheckResult result = check_targets(world.context());
  CHECK(value(result, "targets.renovation") == 1);
  CHECK(measure(result, "targets.renovation").verdict == "met");
}

TEST_CASE("Trap 30: which bases count depends on the day", "[traps]") {
  const auto count_on = [](const std::string& day) {
    return value(
        bases_of({base_of("old", kBand.land(0, 4)),
                  base_of("new", kBand.land(5, 9), {{"assessed_on", "2024-09-30"}}),
                  base_of("gone", kBand.land(10, 14), {{"status", "已退出"}, {"status_on", "2024-11-01"}})},
                 day),
        "bases.count");
  };
  CHECK(count_on("2024-03-31") == 2);
  CHECK(count_on("2024-09-30") == 3);
  CHECK(count_on("2024-11-01") == 2);
  CHECK(number("bases", "apply_first_month") == 1);
  CHECK(number("bases", "apply_last_month") == 3);
  CHECK(number("bases", "assess_first_month") == 8);
  CHECK(number("bases", "assess_last_month") == 10);
  CHECK(number("bases", "pay_by_month") == 10);
}

TEST_CASE("Trap 32: the year of the residents is the plan's, whatever the day, and stands in the result",
          "[traps]") {
  World world("2025-12-31");
  world.with("vegetable_land", {field("A", kBand.land(0, 1))});
  const Measure basis = measure(check_retention(world.context()), "retention.per_capita");
  CHECK(basis.detail["population_year"] == 2022);
  CHECK(basis.detail["residents"] == 21'843'000);
  CHECK(says(basis.notes, "2022 年常住人口"));
  const Measure asked = measure(check_retention(world.context(2023)), "retention.per_capita");
  CHECK(asked.detail["population_year"] == 2023);
  CHECK(says(asked.notes, "2023 年常住人口"));
  CHECK(*asked.value < *basis.value);
}
