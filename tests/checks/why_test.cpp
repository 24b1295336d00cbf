#include "checks/why.hpp"

#include <catch2/catch.hpp>

#include "checks/evidence.hpp"
#include "checks/flags_fixture.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

Finding of_23_4_m2() {
  Finding one = hut_finding("abc", 0, 23.4);
  one.turns = "0.90 m² less";
  one.turns_zh = "面积减少 0.90 m²";
  one.what_zh = "看护房 23.40 m²，上限 22.5 m²。";
  return one;
}

std::string sentence(double measured, double limit, double tolerance, const std::string& unit) {
  Finding one = of_23_4_m2();
  one.measured = measured;
  one.limit = limit;
  one.tolerance = tolerance;
  one.unit = unit;
  return why_json(one)["comparison"]["sentence"].get<std::string>();
}

}  // namespace

TEST_CASE("A finding says what was compared, on which facts, and what would turn it", "[why]") {
  const base::Json why = why_json(of_23_4_m2());
  CHECK(why["flag"] == "abc");
  CHECK(why["rule"] == "G3");
  CHECK(why["version"] == 2);
  CHECK(why["title"] == "看护房超标");
  CHECK(why["verdict"] == "violation");
  CHECK(why["verdict_zh"] == "违规");
  CHECK(why["state"] == "new");
  CHECK(why["comparison"]["measured"] == 23.4);
  CHECK(why["comparison"]["limit"] == 22.5);
  CHECK(why["comparison"]["tolerance"] == 0.4);
  CHECK(why["comparison"]["sentence"] == "23.40 m² > 22.50 m², survey error 0.40 m²");
  CHECK(why["comparison"]["sentence_zh"] == "23.40 m² > 22.50 m²，测量误差 0.40 m²");
  CHECK(why["facts"][0]["source"] == "measured on structures S");
  CHECK(why["turns"] == "0.90 m² less");
  CHECK(why["turns_zh"] == "面积减少 0.90 m²");
  CHECK(why["parcels"][0]["key"] == "110115104001/12");
  CHECK_FALSE(why.contains("status"));
}

TEST_CASE("Figures are told apart by as many decimals as that takes, and what has no limit says so",
          "[why]") {
  CHECK(sentence(22.504, 22.5, 0, "m2") == "22.504 m² > 22.500 m²");
  CHECK(sentence(10.2, 10, 0, "mu") == "10.200 亩 > 10.000 亩");
  CHECK(sentence(5, 10, 0, "m") == "5.00 m < 10.00 m");
  CHECK(sentence(0.5, 0.5, 0, "") == "0.50 = 0.50");
  CHECK(sentence(9, 0, 0, "m2") == "9.00 m²; the rule has no limit");
  CHECK_THAT(sentence(0, 0, 0, ""), Contains("no figures"));
  Finding without = of_23_4_m2();
  without.measured = without.limit = without.tolerance = 0;
  without.unit = "";
  CHECK(why_json(without)["comparison"]["measured"].is_null());
}

TEST_CASE("A published flag says the same as the finding that it was made of, and its workflow", "[why]") {
  FlagsLand land;
  Finding one = of_23_4_m2();
  one.verdict = Verdict::for_field_check;
  one.held_back_by = "inside the measuring error";
  land.publish(run_of({one}));
  land.edit("abc", {{"status", "assigned"}, {"assignee", "王"}, {"status_by", "li"}});
  const auto by_fingerprint = why_json(land.pinned(), "abc");
  REQUIRE(by_fingerprint);
  base::Json published = *by_fingerprint;
  CHECK(published["status"] == "assigned");
  CHECK(published["status_zh"] == "已派发");
  CHECK(published["assignee"] == "王");
  CHECK(published["found_on"] == "2024-06-30");
  CHECK(published["id"] == land.id("abc"));
  CHECK(why_json(land.pinned(), std::to_string(land.id("abc"))) == published);
  base::Json found = why_json(one);
  CHECK(published["mu"].get<double>() == Approx(found["mu"].get<double>()).epsilon(1e-6));
  for (base::Json* json : {&published, &found}) json->erase("mu");
  for (const auto& [name, value] : found.items()) {
    INFO(name);
    CHECK(published[name] == value);
  }
}

TEST_CASE("There is no why of a flag that is not there", "[why]") {
  FlagsLand land;
  CHECK_FALSE(why_json(land.pinned(), "abc"));
  land.publish(run_of({of_23_4_m2()}));
  CHECK_FALSE(why_json(land.pinned(), "abd"));
  CHECK_FALSE(why_json(land.pinned(), "12"));
  CHECK_FALSE(why_json(land.pinned(), ""));
}

TEST_CASE("A flag that was written by hand is told as far as it goes", "[why]") {
  for (const char* evidence : {"", "[]", "{\"facts\": [1, {\"name\": 2}], \"subjects\": {}}"}) {
    World world;
    world.with("flags", {{{{"fingerprint", "a"}, {"rule", "G3"}, {"evidence", evidence}},
                          rectangle(place(0, 0), 5, 30)}});
    const auto why = why_json(world.pinned(), "a");
    INFO(evidence);
    REQUIRE(why);
    CHECK((*why)["subjects"].empty());
    CHECK_THAT(why_text(*why), Contains("G3"));
  }
}

TEST_CASE("In a terminal a reason stands with its facts, its comparison and its way out", "[why]") {
  FlagsLand land;
  Finding one = of_23_4_m2();
  one.verdict = Verdict::for_field_check;
  one.held_back_by = "inside the measuring error";
  land.publish(run_of({one}));
  for (const std::string& text : {why_text(why_json(one)), why_text(*why_json(land.pinned(), "abc"))}) {
    CHECK_THAT(text, Contains("G3  看护房超标"));
    CHECK_THAT(text, Contains("看护房 23.40 m²，上限 22.5 m²。"));
    CHECK_THAT(text, Contains("占地面积 area: 30.00 m²  [measured on structures S]"));
    CHECK_THAT(text, Contains("23.40 m² > 22.50 m², survey error 0.40 m²"));
    CHECK_THAT(text, Contains("inside the measuring error"));
    CHECK_THAT(text, Contains("面积减少 0.90 m²") && Contains("0.90 m² less"));
    CHECK_THAT(text, Contains("structures S-abc"));
    CHECK(text.back() == '\n');
  }
  CHECK_THAT(why_text(*why_json(land.pinned(), "abc")), Contains("疑似 suspected"));
}
