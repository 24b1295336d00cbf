#include "checks/rule.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "checks/rule_set.hpp"
#include "geodata/declared.hpp"

using namespace caitu;
using namespace caitu::checks;
using Catch::Matchers::Contains;

namespace {

const std::filesystem::path kGeodata = std::filesystem::path(CAITU_SOURCE_DIR) / "geodata";

const RuleSet& house() {
  static const RuleSet rules = load_rules({kGeodata / "rules"});
  return rules;
}

const When kToday{.as_of = "2025-06-30", .built_on = "2025-06-30"};

double number(const char* rule, const char* parameter, const Scope& scope = {}) {
  return house().rule(rule).number(parameter, kToday, scope).value;
}

When built(std::string day) { return {.as_of = "2025-06-30", .built_on = std::move(day)}; }

}  // namespace

TEST_CASE("every rule of the house loads, from a file of its name") {
  std::string found;
  for (const auto& [id, rule] : house().rules) {
    INFO(id);
    CHECK(rule.file.stem() == id);
    CHECK_FALSE(rule.parameters.empty());
    found += id + " ";
  }
  CHECK(found == "G1 G10 G2 G3 G4 G5 G6 G7 G8 G9 bases belts quality renovation retention targets ");
  std::string order;
  for (const Rule* rule : house().of("greenhouse")) order += rule->id + " ";
  CHECK(order == "G1 G2 G3 G4 G5 G6 G7 G8 G9 G10 ");
  for (const std::string_view check : kChecks) CHECK_FALSE(house().of(check).empty());
}

TEST_CASE("rules read layers that are declared") {
  std::set<std::string> layers = {"imagery"};
  for (const auto& [id, layer] : geodata::load_declarations({kGeodata / "layers"})) layers.insert(id);
  for (const auto& [id, rule] : house().rules) {
    for (std::string need : rule.needs) {
      INFO(id << " " << need);
      for (std::size_t bar; (bar = need.find('|')) != need.npos; need.erase(0, bar + 1))
        CHECK(layers.contains(need.substr(0, bar)));
      CHECK(layers.contains(need));
    }
  }
}

TEST_CASE("every parameter is named with its unit and says what its values rest on") {
  for (const auto& [id, rule] : house().rules) {
    for (const Parameter& parameter : rule.parameters) {
      INFO(id << " " << parameter.name);
      if (std::set<std::string>{"m2", "mu", "m", "t", "days", "deg", "years"}.contains(parameter.unit))
        CHECK(parameter.name.ends_with("_" + parameter.unit));
      for (const ParameterValue& value : parameter.values) {
        CHECK((value.confidence >= 'A' && value.confidence <= 'D'));
        CHECK_THAT(cite(rule, value), Contains(std::string("[") + value.confidence + "]"));
        // A judgement of our own is no law.
        if (value.basis == "judgement") CHECK(parameter.kind != ParameterKind::legal);
        if (rule.basis_of(value).id == "plan" && parameter.kind == ParameterKind::plan)
          CHECK_THAT(cite(rule, value), Contains("京政农发〔2023〕57号") && Contains("L"));
      }
    }
  }
}

TEST_CASE("the figures are those of DOMAIN and FACTS") {
  CHECK(number("retention", "threshold_li_per_person") == 3);
  CHECK(number("belts", "width_each_side_m") == 1000);
  CHECK(number("targets", "reserve_mu") == 200'000);
  CHECK(number("targets", "protected_mu") == 160'000);
  CHECK(number("targets", "points_count") == 500);
  CHECK(number("targets", "clusters_count") == 35);
  CHECK(number("targets", "belts_count") == 10);
  CHECK(number("targets", "belt_roads_count") == 11);
  CHECK(number("targets", "outer_bases_mu") == 50'000);
  CHECK(number("bases", "bases_count") == 210);
  CHECK(number("bases", "base_least_mu") == 300);
  CHECK(number("bases", "bases_total_mu") == 120'000);
  CHECK(number("bases", "daily_share") == 0.4);
  CHECK(number("bases", "emergency_share") == 0.9);
  CHECK(number("bases", "circle_hours") == 24);
  CHECK(number("renovation", "renovated_share") == 1);
  CHECK(number("G1", "farmland_share_least") == 0.05);
  CHECK(number("G1", "farmland_least_m2") == 30);
  CHECK(number("G5", "grave_basic_farmland_mu") == 5);
  CHECK(number("G5", "grave_other_mu") == 10);
  CHECK(house().rule("G3").category == 3);
  CHECK(house().rule("G5").category == 0);
}

TEST_CASE("a figure of the plan keeps the plan's word, and says when no layer tells it") {
  const auto of = [](const char* rule, const char* name) { return house().rule(rule).parameter(name); };
  CHECK(of("targets", "sown_area_mu").comparator == Comparator::about);
  CHECK(of("targets", "sown_area_mu").word == "左右");
  CHECK_THAT(of("targets", "sown_area_mu").not_measured, Contains("分子"));
  CHECK(of("bases", "bases_total_mu").comparator == Comparator::aim);
  CHECK(of("bases", "emergency_share").word == "不低于");
  CHECK(of("targets", "protected_mu").comparator == Comparator::reference);
  CHECK_THAT(of("targets", "city_yield_growth_share").not_measured_en, Contains("no base year"));
  for (const char* rule : {"targets", "bases", "renovation", "retention"}) {
    for (const Parameter& parameter : house().rule(rule).parameters) {
      INFO(rule << " " << parameter.name);
      if (!parameter.not_measured.empty()) CHECK(parameter.comparator != Comparator::none);
    }
  }
}

TEST_CASE("the regime of permanent basic farmland is that of the day of building") {
  const Rule& rule = house().rule("G6");
  const auto on = [&](const char* day) { return rule.text("regime", built(day)); };
  CHECK(on("2019-06-01").value == "earlier");
  CHECK(on("2019-12-16").value == "earlier");
  CHECK(on("2019-12-17").value == "replaced");
  CHECK(on("2021-10-15").value == "replaced");
  CHECK(on("2021-11-26").value == "replaced");
  CHECK(on("2021-11-27").value == "banned");
  CHECK_FALSE(on("2021-12-05").held_back);
  CHECK_THAT(*on("2021-10-15").held_back, Contains("自然资规〔2019〕4号 was superseded on 2021-11-27"));
  CHECK_THAT(*on("2019-06-01").held_back, Contains("superseded") && Contains("unproven [C]"));
  CHECK(on("").value == "banned");
  CHECK_THAT(*on("").held_back, Contains("is not known"));
  CHECK_THAT(*on("").held_back_zh, Contains("建成日期不明"));
}

TEST_CASE("a plot built before its ban, after it, and on no known day") {
  const Rule& rule = house().rule("G10");
  CHECK_FALSE(rule.flag("banned", built("2023-06-09")).value);
  CHECK(rule.flag("banned", built("2023-06-10")).value);
  CHECK_FALSE(rule.flag("banned", built("2023-06-10")).held_back);
  CHECK(rule.flag("banned", built("")).value);
  CHECK(rule.flag("banned", built("")).held_back);
}

TEST_CASE("a superseded limit holds a verdict back, a province's own does not") {
  const Rule& rule = house().rule("G4");
  const auto share = rule.number("auxiliary_share_most", kToday, {.province = "北京市"});
  CHECK(share.value == 0.05);
  CHECK_THAT(*share.held_back,
             Contains("国土资发〔2014〕127号 was superseded on 2019-12-17 by 自然资规〔2019〕4号"));
  CHECK_THAT(*share.held_back_zh, Contains("国土资发〔2014〕127号已于2019-12-17被自然资规〔2019〕4号取代"));
  CHECK(cite(rule, *share.given) == "国土资发〔2014〕127号 附属设施（工厂化作物栽培） [A]");
  CHECK(number("G4", "auxiliary_most_mu", {.province = "天津市"}) == 10);
  const auto hebei = rule.number("auxiliary_most_mu", kToday, {.province = "河北省", .county = "张北县"});
  CHECK(hebei.value == 15);
  CHECK_FALSE(hebei.held_back);
  // Before Hebei had a rule of its own, the notice alone; before the notice, nothing.
  CHECK(rule.number("auxiliary_most_mu", {.as_of = "2020-05-06"}, {.province = "河北"}).value == 10);
  CHECK_FALSE(rule.find<double>("auxiliary_most_mu", {.as_of = "2010-01-01"}));
  CHECK_THROWS_WITH(rule.number("auxiliary_most_mu", {.as_of = "2010-01-01"}, {.province = "北京市"}),
                    Contains("no value of \"auxiliary_most_mu\" for 北京市 on 2010-01-01"));
}

TEST_CASE("a guard house has the limit of its county, province or region") {
  const char* limit = "guard_house_limit_m2";
  CHECK(number("G3", limit, {.province = "北京市", .region = "north"}) == 22.5);
  CHECK(number("G3", limit, {.province = "天津市", .region = "north"}) == 22.5);
  CHECK(number("G3", limit, {.region = "south"}) == 15);
  CHECK(number("G3", limit, {.region = "severe_cold"}) == 30);
  CHECK(number("G3", limit, {.province = "河北省", .county = "张北县", .region = "north"}) == 22.5);
  const Rule& rule = house().rule("G3");
  CHECK_FALSE(rule.number(limit, kToday, {.province = "北京市"}).held_back);
  CHECK_FALSE(rule.find<double>(limit, kToday));
  CHECK_FALSE(rule.find<double>("large_greenhouse_limit_m2", kToday, {.region = "north"}));
  CHECK(number("G3", "large_greenhouse_limit_m2", {.region = "severe_cold"}) == 40);
  CHECK(rule.text("region", kToday, {.province = "北京市"}).value == "north");

  const auto unsettled = [&](const char* province, const char* county) {
    return rule.find<std::string>("unsettled_region", kToday, {.province = province, .county = county});
  };
  for (const char* county : {"张北县", "沽源", "康保县", "围场满族蒙古族自治县", "承德市丰宁县"}) {
    INFO(county);
    REQUIRE(unsettled("河北省", county));
    CHECK(unsettled("河北省", county)->value == "severe_cold");
  }
  CHECK_FALSE(unsettled("河北省", "怀来县"));
  CHECK_FALSE(unsettled("河北省", ""));
  CHECK_FALSE(unsettled("北京市", "张北县"));
}

TEST_CASE("a detection parameter holds nothing back, however sure") {
  for (const auto& [id, rule] : house().rules) {
    for (const Parameter& parameter : rule.parameters) {
      INFO(id << " " << parameter.name);
      for (const ParameterValue& value : parameter.values)
        if (parameter.kind != ParameterKind::legal) CHECK_FALSE(holds_back(rule, parameter, value));
    }
  }
  CHECK(house().rule("belts").number("width_each_side_m", kToday).given->confidence == 'D');
}

TEST_CASE("rules that tell the same use tell it by the same words") {
  const auto words = [](const char* rule, const char* name) {
    return house().rule(rule).texts(name, kToday).value;
  };
  CHECK(words("G1", "dwelling_words") == words("G2", "dwelling_words"));
  CHECK(words("G1", "negating_words") == words("G2", "negating_words"));
  CHECK(words("G1", "negating_words") == words("G3", "negating_words"));
  CHECK(words("G1", "non_farm_kinds") == words("G7", "non_farm_kinds"));
}

TEST_CASE("a rule and a parameter that are not there are named with the nearest one") {
  const auto said = [](const auto& ask) -> std::string {
    try {
      ask();
    } catch (const base::Error& error) {
      return error.full();
    }
    return "";
  };
  CHECK_THAT(said([] { house().rule("retension"); }), Contains("did you mean \"retention\"?"));
  CHECK_THAT(said([] { number("G3", "guard_house_limit"); }),
             Contains("did you mean \"guard_house_limit_m2\"?"));
  CHECK_THAT(said([] { house().rule("G3").flag("storeys_most", kToday); }), Contains("of another type"));
}

TEST_CASE("an explanation gives the rule, its bases and what is held back") {
  const std::string text = explain(house().rule("G4"));
  CHECK_THAT(text, Contains("附属设施用地超规模") && Contains("Auxiliary land over its limit"));
  CHECK_THAT(
      text, Contains("国土资发〔2014〕127号") && Contains("superseded on 2019-12-17 by 自然资规〔2019〕4号"));
  CHECK_THAT(text, Contains("0.1, 河北省, from 2020-05-07"));
  CHECK_THAT(text, Contains("holds a verdict at for_field_check"));
  for (const auto& [id, rule] : house().rules) CHECK(explain(rule).back() == '\n');
}
