#include "checks/greenhouse.hpp"

#include <catch2/catch.hpp>

#include "checks/check_fixture.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

Row parcel(const std::string& number, const std::string& code, const Geometry& land,
           const std::string& system = "survey") {
  Values values{
      {"ZLDWDM", "1101151040010000000"}, {"QSDWDM", "1101151040010000001"}, {"TBBH", number}, {"DLBM", code}};
  if (!system.empty()) values["code_system"] = system;
  return {std::move(values), land};
}

Row building(const std::string& id, const std::string& kind, const Geometry& land, Values values = {}) {
  values.emplace("structure_id", id);
  values.emplace("kind", kind);
  return {std::move(values), land};
}
/// A guard house with its south-western corner there; its error is 0.5 m² unless said.
Row hut(const std::string& id, double east_m, double m2, Values values = {}) {
  values.emplace("error_m2", 0.5);
  return building(id, "guard_house", rectangle(place(east_m, 0), 5, m2), std::move(values));
}
Row spot(const std::string& id, const std::string& type, const Geometry& land) {
  return {{{"JCBH", id}, {"TBLX", type}}, land};
}
Row closed_case(const std::string& id, const std::string& category, const Geometry& land,
                const std::string& closed_on = "2019-06-30") {
  return {{{"case_id", id}, {"category", category}, {"closed_on", closed_on}}, land};
}

/// 500 m of irrigated land (0102) with a park on its western half.
World& farmland(World& world) {
  return world.with("parcels", {parcel("1", "0102", rectangle(place(-100, -100), 500, 250'000))})
      .with("parks",
            {{{{"project_id", "P1"}, {"name", "示例园区"}}, rectangle(place(-90, -90), 240, 57'600)}});
}

CheckResult of_huts(const std::vector<Row>& huts) {
  World world;
  return check_greenhouse(world.with("structures", huts).context());
}

std::string verdict_of(const CheckResult& result, const std::string& rule, const std::string& key) {
  for (const Finding* one : findings_of(result, rule)) {
    if (one->subjects.front().key == key) return std::string(name(one->verdict));
  }
  return "clear";
}

}  // namespace

TEST_CASE("A rule whose layers are missing is not run, and names them", "[greenhouse]") {
  const CheckResult result = of_huts({hut("S1", 0, 20)});
  std::map<std::string, std::string> layers;
  for (const NotRun& one : result.not_run) {
    INFO(one.what);
    CHECK_FALSE(one.why.empty());
    CHECK(house_rules().rules.contains(one.what));
    layers[one.what] = one.layer;
  }
  const std::map<std::string, std::string> expected = {{"G1", "parcels|facilities"},
                                                       {"G2", "greenhouses"},
                                                       {"G4", "parks|ring_bases"},
                                                       {"G5", "spots"},
                                                       {"G6", "facilities|greenhouses"},
                                                       {"G7", "facilities"},
                                                       {"G8", "rectified"},
                                                       {"G9", "greenhouses"},
                                                       {"G10", "protected"}};
  CHECK(layers == expected);
  REQUIRE(result.looked.size() == 1);
  CHECK(result.looked.front().rule == "G3");
  CHECK(result.looked.front().at == 1);
  CHECK(result.looked.front().clear == 1);
}

TEST_CASE("A layer with nothing in it is looked at and finds nothing", "[greenhouse]") {
  World world;
  for (const char* layer : {"structures", "parcels", "parks", "greenhouses", "facilities", "spots",
                            "rectified", "protected", "basic_farmland"})
    world.with(layer, {});
  const CheckResult result = check_greenhouse(world.context());
  CHECK(result.findings.empty());
  for (const CheckResult::Looked& one : result.looked) CHECK(one.at == 0);
  for (const NotRun& one : result.not_run) CHECK(one.what == "G9");
}

TEST_CASE("A guard house of exactly 22.5 m² is clear, and the error softens what is over it",
          "[greenhouse]") {
  const CheckResult result =
      of_huts({hut("exact", 0, 22.5, {{"error_m2", 0.0}}), hut("a bit over", 20, 22.51, {{"error_m2", 0.0}}),
               hut("inside the error", 40, 23, {{"error_m2", 1.0}}),
               hut("error reaches it", 60, 23.5, {{"error_m2", 1.0}}), hut("over", 80, 24),
               hut("below", 100, 22.4, {{"error_m2", 1.0}}),
               hut("no error", 120, 24, {{"error_m2", geodata::Value()}}),
               hut("unknown error", 140, 24, {{"error_m2", -1.0}})});
  CHECK(verdict_of(result, "G3", "exact") == "clear");
  CHECK(verdict_of(result, "G3", "a bit over") == "violation");
  CHECK(verdict_of(result, "G3", "inside the error") == "for_field_check");
  CHECK(verdict_of(result, "G3", "error reaches it") == "for_field_check");
  CHECK(verdict_of(result, "G3", "over") == "violation");
  CHECK(verdict_of(result, "G3", "below") == "clear");
  CHECK(verdict_of(result, "G3", "no error") == "for_field_check");
  CHECK(verdict_of(result, "G3", "unknown error") == "for_field_check");
  for (const Finding& one : result.findings) {
    CHECK(one.category == 3);
    CHECK(one.limit == 22.5);
    CHECK((one.verdict == Verdict::violation) == one.held_back_by.empty());
    CHECK(one.held_back_by.empty() == one.held_back_by_zh.empty());
    CHECK_FALSE(one.turns.empty());
    CHECK_FALSE(one.basis.empty());
  }
}

TEST_CASE("A replaced G3 whose limit is unproven holds every size at a field check", "[greenhouse]") {
  World world;
  world.with("structures", {hut("S1", 0, 24), hut("S2", 50, 90), hut("S3", 100, 22.5)});
  CHECK(verdict_of(check_greenhouse(world.context()), "G3", "S2") == "violation");
  world.ruled_by(changed_rules(
      "G3", {{"applies_to = [\"north\"], basis = \"standard\", clause = \"北方地区\", confidence = \"B\"",
              "applies_to = [\"north\"], basis = \"standard\", clause = \"北方地区\", confidence = \"C\""}}));
  const CheckResult result = check_greenhouse(world.context());
  CHECK(findings_of(result, "G3").size() == 2);
  for (const Finding* one : findings_of(result, "G3")) {
    CHECK(one->verdict == Verdict::for_field_check);
    CHECK_THAT(one->held_back_by, Contains("[C]") && Contains("guard_house_limit_m2"));
    CHECK(one->version == 11);
  }
}

TEST_CASE("Storeys and use make a guard house a case at any size, watching overnight does not",
          "[greenhouse]") {
  const CheckResult result = of_huts(
      {hut("two", 0, 20, {{"storeys", 2}}), hut("let", 20, 15, {{"use_found", "出租给他人居住"}}),
       hut("sold", 40, 15, {{"use_found", "已出售"}}), hut("home", 60, 15, {{"use_found", "全家常住"}}),
       hut("watched", 80, 20, {{"use_found", "夜间看护居住"}}),
       hut("empty", 100, 20, {{"use_found", "无人居住"}}), hut("perhaps", 120, 20, {{"use_found", "居住"}}),
       hut("both", 140, 30, {{"use_found", "出租"}, {"error_m2", 20.0}})});
  for (const char* id : {"two", "let", "sold", "home", "both"}) {
    INFO(id);
    CHECK(verdict_of(result, "G3", id) == "violation");
  }
  CHECK(verdict_of(result, "G3", "watched") == "clear");
  CHECK(verdict_of(result, "G3", "empty") == "clear");
  CHECK(verdict_of(result, "G3", "perhaps") == "for_field_check");
}

TEST_CASE("Findings stand from west to east within a rule", "[greenhouse]") {
  const CheckResult result = of_huts({hut("3", 100, 30), hut("1", 0, 30), hut("2", 50, 30)});
  std::string order;
  for (const Finding& one : result.findings) order += one.subjects.front().key;
  CHECK(order == "123");
}

TEST_CASE("Adjoining evidence of one case is one finding of all its land", "[greenhouse]") {
  World world;
  const auto strip = [](double east_m) { return rectangle(place(east_m, 0), 20, 1000); };
  farmland(world).with("spots", {spot("A", "YH", strip(0)), spot("B", "YH", strip(20)),
                                 spot("C", "YH", strip(41)), spot("D", "YH", strip(100))});
  const CheckResult result = check_greenhouse(world.context());
  const auto found = findings_of(result, "G5");
  REQUIRE(found.size() == 2);
  CHECK(found[0]->subjects.size() == 3);
  CHECK(found[0]->measured == Approx(4.5).epsilon(1e-6));  // 3,000 m²
  CHECK(found[0]->area_m2 == Approx(3000).epsilon(1e-6));
  CHECK(found[0]->verdict == Verdict::violation);
  CHECK(found[0]->parcels.size() == 1);
  CHECK(found[0]->owner_units == std::vector<std::string>{"1101151040010000001"});
  CHECK(found[0]->location_units == std::vector<std::string>{"1101151040010000000"});
  CHECK(found[1]->subjects.front().key == "D");
  CHECK(found[1]->measured == Approx(1.5).epsilon(1e-6));
}

TEST_CASE("A case of two shops is as large as both, and one 50 m away is another", "[greenhouse]") {
  World world;
  farmland(world).with("structures", {building("A", "shop", rectangle(place(0, 0), 10, 40)),
                                      building("B", "shop", rectangle(place(11, 0), 10, 40)),
                                      building("C", "shop", rectangle(place(70, 0), 10, 40))});
  const CheckResult result = check_greenhouse(world.context());
  const auto found = findings_of(result, "G1");
  REQUIRE(found.size() == 2);
  CHECK(found[0]->category == 1);
  CHECK(found[0]->subjects.size() == 2);
  CHECK(found[0]->area_m2 == Approx(80).epsilon(1e-6));
  CHECK(found[0]->measured == Approx(80).epsilon(1e-6));
  CHECK(found[1]->measured == Approx(40).epsilon(1e-6));
}

TEST_CASE("Outside every park a shop on cropland is category 0 and for a field check", "[greenhouse]") {
  World world;
  farmland(world).with("structures", {building("in", "shop", rectangle(place(0, 0), 10, 60)),
                                      building("out", "shop", rectangle(place(300, 0), 10, 60)),
                                      building("shed", "packing_shed", rectangle(place(40, 0), 10, 60))});
  const CheckResult result = check_greenhouse(world.context());
  const auto found = findings_of(result, "G1");
  REQUIRE(found.size() == 2);
  CHECK(found[0]->verdict == Verdict::violation);
  CHECK(found[0]->category == 1);
  CHECK(found[1]->verdict == Verdict::for_field_check);
  CHECK(found[1]->category == 0);
  CHECK_FALSE(found[1]->held_back_by.empty());
  CHECK_THAT(found[1]->what_zh, Contains("疑似违法占耕"));
}

TEST_CASE("A parcel without a code system is one of the survey", "[greenhouse]") {
  World world;
  const Geometry land = rectangle(place(0, 0), 100, 10'000);
  world.with("parcels", {parcel("1", "0102", land, "")})
      .with("spots", {spot("A", "YH", rectangle(place(10, 0.5), 20, 1000))});
  CHECK(only_finding(check_greenhouse(world.context()), "G5").measured == Approx(1.5).epsilon(1e-6));
  // 0602 is facility land in the planning classification and a mine in the survey.
  world.with("parcels", {parcel("1", "0602", land, "planning")});
  CHECK(findings_of(check_greenhouse(world.context()), "G5").empty());
}

TEST_CASE("Housing inside a greenhouse is category 2 at any size, and no case of category 1",
          "[greenhouse]") {
  World world;
  farmland(world)
      .with("greenhouses",
            {{{{"greenhouse_id", "G1"}, {"kind", "日光温室"}}, rectangle(place(0, 0), 60, 600)}})
      .with("structures", {building("home", "residence", rectangle(place(10, 1), 4, 9)),
                           building("shed", "storage", rectangle(place(30, 1), 4, 9))});
  const CheckResult result = check_greenhouse(world.context());
  const Finding& home = only_finding(result, "G2");
  CHECK(home.category == 2);
  CHECK(home.verdict == Verdict::violation);
  CHECK(home.measured == Approx(9).epsilon(1e-6));
  CHECK(findings_of(result, "G1").empty());
}

TEST_CASE("A closed case is back where its own kind is found at its place", "[greenhouse]") {
  const auto recurrences = [](const std::vector<Row>& closed) {
    World world;
    world.with("structures", {hut("S1", 0, 30)}).with("rectified", closed);
    return findings_of(check_greenhouse(world.context()), "G8").size();
  };
  const Geometry near = geometry::make_point(place(10, 2)), far = geometry::make_point(place(30, 2));
  CHECK(recurrences({closed_case("C1", "3", near)}) == 1);
  CHECK(recurrences({closed_case("C1", "3", far)}) == 0);
  CHECK(recurrences({closed_case("C1", "1", near)}) == 0);
  CHECK(recurrences({closed_case("C1", "3", near, "2017-12-31")}) == 0);
  CHECK(recurrences({closed_case("C1", "3", near, "2024-07-01")}) == 0);  // after the day of the run
  CHECK(recurrences({closed_case("C1", "3", rectangle(place(0, 0), 5, 25))}) == 1);
  CHECK(recurrences({closed_case("C1", "3", rectangle(place(4.9, 0), 5, 25))}) == 0);
}

TEST_CASE("A recurrence keeps the category and the verdict, and is graver than a first case",
          "[greenhouse]") {
  World world;
  world.with("structures", {hut("S1", 0, 30), hut("S2", 100, 23, {{"error_m2", 1.0}})})
      .with("rectified", {closed_case("C1", "3", geometry::make_point(place(10, 2))),
                          closed_case("C2", "3", geometry::make_point(place(108, 2)))});
  const CheckResult result = check_greenhouse(world.context());
  const auto first = findings_of(result, "G3"), back = findings_of(result, "G8");
  REQUIRE(back.size() == 2);
  CHECK(back[0]->category == 3);
  CHECK(back[0]->verdict == Verdict::violation);
  CHECK(*parse_severity(back[0]->severity) > *parse_severity(first[0]->severity));
  CHECK(back[0]->unit == "m");
  CHECK(back[0]->measured == Approx(5).epsilon(0.01));
  CHECK_THAT(back[0]->what, Contains("2019-06-30"));
  CHECK(back[1]->verdict == Verdict::for_field_check);
  CHECK_FALSE(back[1]->held_back_by.empty());
}

TEST_CASE("The regime on permanent basic farmland is that of the day of building", "[greenhouse]") {
  const auto found = [](const std::string& built_on, const std::string& use) {
    World world;
    Values values{{"facility_id", "F1"}, {"filing_no", "1"}, {"use_filed", use}};
    if (!built_on.empty()) values["built_on"] = built_on;
    world.with("facilities", {{values, rectangle(place(0, 0), 50, 3000)}})
        .with("basic_farmland", {{{{"zone_id", "Z"}}, rectangle(place(-50, -50), 300, 60'000)}});
    return verdict_of(check_greenhouse(world.context()), "G6", "F1");
  };
  CHECK(found("2021-12-01", "工厂化栽培（破坏耕作层）") == "violation");
  CHECK(found("2021-11-27", "工厂化栽培（破坏耕作层）") == "violation");
  CHECK(found("2021-11-26", "工厂化栽培（破坏耕作层）") == "for_field_check");
  CHECK(found("", "工厂化栽培（破坏耕作层）") == "for_field_check");
  CHECK(found("2021-12-01", "蔬菜种植（不破坏耕作层）") == "clear");
}

TEST_CASE("An ordinary greenhouse on 0102 without a filing is no case of any rule", "[greenhouse]") {
  World world;
  farmland(world)
      .with("greenhouses", {{{{"greenhouse_id", "G1"}, {"kind", "塑料大棚"}, {"built_on", "2022-03-01"}},
                             rectangle(place(0, 0), 60, 600)}})
      .with("spots", {spot("A", "20", rectangle(place(0, 0), 60, 600))})
      .with("structures",
            {hut("S1", 70, 22.5),
             building("S2", "packing_shed", rectangle(place(90, 0), 10, 100), {{"project_id", "P1"}})})
      .with("facilities", {})
      .with("rectified", {})
      .with("protected", {})
      .with("basic_farmland", {{{{"zone_id", "Z"}}, rectangle(place(-50, -50), 300, 60'000)}});
  const CheckResult result = check_greenhouse(world.context());
  for (const Finding& one : result.findings) FAIL_CHECK(one.rule << ": " << one.what);
}
