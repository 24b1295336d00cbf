#include "checks/identify.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "checks/check_fixture.hpp"
#include "checks/evidence.hpp"
#include "checks/run.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;

namespace {

const std::string kDay = "2024-12-31";

Geometry house(double east_m, double m2 = 100, double north_m = 0) {
  return rectangle(place(east_m, north_m), 10, m2);
}

Finding found(const std::string& rule, std::vector<Subject> subjects, const Geometry& land) {
  Finding one;
  one.check = "greenhouse";
  one.rule = rule;
  one.subjects = std::move(subjects);
  one.where = land;
  one.town = "采育镇";
  return one;
}
Subject keyed(const std::string& key, const std::string& layer = "structures") { return {layer, 7, key}; }
/// Of a feature whose layer's key is empty.
Subject unnamed(std::uint64_t id) { return {"structures", id, "#" + std::to_string(id)}; }

KnownCase known(const std::string& fingerprint, const std::string& rule, std::vector<Subject> subjects,
                const Geometry& land, const std::string& status = "suspected") {
  return {fingerprint, rule, status, std::move(subjects), land};
}

/// The fingerprint and the state that each finding gets.
std::vector<Finding> identified(std::vector<Finding> findings, const std::vector<KnownCase>& cases = {}) {
  identify(findings, cases, kDay);
  return findings;
}

}  // namespace

TEST_CASE("A new case is known by its rule and by the key of what it is about, wherever it was measured",
          "[identify]") {
  const auto one = identified({found("G3", {keyed("S1")}, house(0))});
  const auto moved = identified({found("G3", {keyed("S1")}, house(3, 110))});
  CHECK(one[0].state == State::fresh);
  CHECK(one[0].fingerprint.size() == 16);
  CHECK(moved[0].fingerprint == one[0].fingerprint);
  const auto others = identified({found("G3", {keyed("S2")}, house(0)), found("G1", {keyed("S1")}, house(0)),
                                  found("G3", {keyed("S1", "spots")}, house(0))});
  for (const Finding& other : others) CHECK(other.fingerprint != one[0].fingerprint);
}

TEST_CASE("Two cases of one building differ, and do so again", "[identify]") {
  const std::vector<Finding> findings = {found("G3", {keyed("S1")}, house(0)),
                                         found("G3", {keyed("S1")}, house(40))};
  const auto once = identified(findings), again = identified(findings);
  CHECK(once[0].fingerprint != once[1].fingerprint);
  CHECK(once[0].fingerprint == again[0].fingerprint);
  CHECK(once[1].fingerprint == again[1].fingerprint);
}

TEST_CASE("A known case keeps its fingerprint by its key, however its land has changed", "[identify]") {
  const auto one =
      identified({found("G3", {keyed("S1")}, house(0))}, {known("abc", "G3", {keyed("S1")}, house(500, 30))});
  CHECK(one[0].fingerprint == "abc");
  CHECK(one[0].state == State::persisting);
}

TEST_CASE("Without keys a case keeps its fingerprint through small changes of its outline", "[identify]") {
  const KnownCase before = known("abc", "G3", {unnamed(1)}, house(0));
  for (const Geometry& now : {house(0), house(0.3), house(0, 105), house(2, 100, 1)}) {
    const auto one = identified({found("G3", {unnamed(9)}, now)}, {before});
    CHECK(one[0].fingerprint == "abc");
    CHECK(one[0].state == State::persisting);
  }
  // Ids of features without a key say nothing: this one is elsewhere.
  const auto elsewhere = identified({found("G3", {unnamed(1)}, house(50))}, {before});
  CHECK(elsewhere[0].fingerprint != "abc");
  CHECK(elsewhere[0].state == State::fresh);
}

TEST_CASE("Of several known cases the one with the most land in common is meant", "[identify]") {
  const std::vector<KnownCase> cases = {known("a", "G3", {unnamed(1)}, house(4)),
                                        known("b", "G3", {unnamed(2)}, house(1)),
                                        known("c", "G1", {unnamed(3)}, house(0))};
  const auto both =
      identified({found("G3", {unnamed(5)}, house(0)), found("G3", {unnamed(6)}, house(5))}, cases);
  CHECK(both[0].fingerprint == "b");
  CHECK(both[1].fingerprint == "a");
}

TEST_CASE("Two dwellings in one greenhouse keep each its own case", "[identify]") {
  const Subject greenhouse = keyed("G1", "greenhouses");
  for (const bool swapped : {false, true}) {
    const std::string first = swapped ? "b" : "a", second = swapped ? "a" : "b";
    std::vector<KnownCase> cases = {known(first, "G2", {keyed("S1"), greenhouse}, house(0)),
                                    known(second, "G2", {keyed("S2"), greenhouse}, house(40))};
    std::ranges::sort(cases, {}, &KnownCase::fingerprint);
    const auto both = identified(
        {found("G2", {keyed("S1"), greenhouse}, house(0)), found("G2", {keyed("S2"), greenhouse}, house(40))},
        cases);
    CHECK(both[0].fingerprint == first);
    CHECK(both[1].fingerprint == second);
    // When one of them has gone, the other one is still itself.
    std::vector<Finding> left = {found("G2", {keyed("S2"), greenhouse}, house(40))};
    const auto cleared = identify(left, cases, kDay);
    CHECK(left[0].fingerprint == second);
    CHECK(cleared == std::vector<std::string>{first});
  }
}

TEST_CASE("A facility and the building that stands on it keep each its own case", "[identify]") {
  const Subject facility = keyed("F1", "facilities"), building = keyed("S1");
  const std::vector<Finding> both = {found("G7", {facility}, house(0, 500)),
                                     found("G7", {building, facility}, house(2, 50))};
  for (const auto& [first, second] : {std::pair("A", "B"), std::pair("B", "A")}) {
    const auto again = identified(both, {known(first, "G7", {facility}, house(0, 500)),
                                         known(second, "G7", {building, facility}, house(2, 50))});
    CHECK(again[0].fingerprint == first);
    CHECK(again[1].fingerprint == second);
  }
}

TEST_CASE("What was dismissed persists, and what was closed or rectified is reopened", "[identify]") {
  const auto state_after = [](const char* status) {
    return identified({found("G3", {keyed("S1")}, house(0))},
                      {known("abc", "G3", {keyed("S1")}, house(0), status)})[0]
        .state;
  };
  CHECK(state_after("dismissed") == State::persisting);
  CHECK(state_after("suspected") == State::persisting);
  CHECK(state_after("assigned") == State::persisting);
  CHECK(state_after("confirmed") == State::persisting);
  CHECK(state_after("closed") == State::reopened);
  CHECK(state_after("rectified") == State::reopened);
}

TEST_CASE("A cleared case that is found again is reopened, and one that is not is not cleared again",
          "[identify]") {
  KnownCase gone = known("abc", "G3", {keyed("S1")}, house(0), "assigned");
  gone.state = "cleared";
  std::vector<Finding> findings = {found("G3", {keyed("S1")}, house(0))}, none;
  CHECK(identify(findings, {gone}, kDay).empty());
  CHECK(findings[0].state == State::reopened);
  CHECK(findings[0].fingerprint == "abc");
  CHECK(identify(none, {gone}, kDay).empty());
  // Somebody has looked at it and decided: that stays.
  gone.status = "dismissed";
  identify(findings, {gone}, kDay);
  CHECK(findings[0].state == State::persisting);
}

TEST_CASE("Open cases that are not found again are cleared, those that were settled are not", "[identify]") {
  std::vector<Finding> findings = {found("G3", {keyed("S1")}, house(0))};
  const auto cleared = identify(
      findings,
      {known("found", "G3", {keyed("S1")}, house(0)), known("suspected", "G3", {keyed("S2")}, house(50)),
       known("confirmed", "G1", {keyed("S3")}, house(100), "confirmed"),
       known("dismissed", "G3", {keyed("S4")}, house(150), "dismissed"),
       known("rectified", "G3", {keyed("S5")}, house(200), "rectified"),
       known("closed", "G3", {keyed("S6")}, house(250), "closed")},
      kDay);
  CHECK(std::set<std::string>(cleared.begin(), cleared.end()) ==
        std::set<std::string>{"confirmed", "suspected"});
}

TEST_CASE("A run for an earlier day clears and reopens nothing that a later day has seen", "[identify]") {
  KnownCase later = known("later", "G3", {keyed("S1")}, house(0), "closed");
  KnownCase open = known("open", "G3", {keyed("S2")}, house(50));
  later.seen_on = open.seen_on = "2025-06-30";
  std::vector<Finding> findings = {found("G3", {keyed("S1")}, house(0))};
  CHECK(identify(findings, {later, open}, kDay).empty());
  CHECK(findings[0].state == State::persisting);
  CHECK(identify(findings, {later, open}, "2025-06-30") == std::vector<std::string>{"open"});
  CHECK(findings[0].state == State::reopened);
}

TEST_CASE("A new case never takes the fingerprint of a known one that is about something else",
          "[identify]") {
  const std::string usual = identified({found("G3", {keyed("S1")}, house(0))})[0].fingerprint;
  // The known case of that fingerprint is found elsewhere, by its land.
  const auto both = identified({found("G3", {unnamed(1)}, house(300)), found("G3", {keyed("S1")}, house(0))},
                               {known(usual, "G3", {unnamed(2)}, house(300))});
  CHECK(both[0].fingerprint == usual);
  CHECK(both[1].fingerprint != usual);
}

TEST_CASE("The order of findings and of known cases changes nothing", "[identify]") {
  std::vector<Finding> findings;
  std::vector<KnownCase> cases;
  for (int i = 0; i < 8; ++i) {
    findings.push_back(
        found("G3", {i % 2 == 0 ? keyed("S" + std::to_string(i)) : unnamed(100)}, house(i * 30)));
    if (i % 3 == 0)
      cases.push_back(known("k" + std::to_string(i), "G3",
                            {i % 2 == 0 ? keyed("S" + std::to_string(i)) : unnamed(5)}, house(i * 30 + 1)));
  }
  const auto told = [&] {
    std::map<double, std::string> by_place;
    for (const Finding& one : identified(findings, cases))
      by_place[geometry::box_of(one.where).min_lon] = one.fingerprint + std::string(name(one.state));
    return by_place;
  };
  const auto first = told();
  CHECK(first.size() == 8);
  std::ranges::reverse(findings);
  std::ranges::reverse(cases);
  CHECK(told() == first);
}

TEST_CASE("Flags are read back with what they are about, and a damaged one without", "[identify]") {
  World world;
  Finding one = found("G3", {keyed("S1")}, house(0));
  world.with("flags", {{{{"fingerprint", "b"},
                         {"rule", "G3"},
                         {"status", "closed"},
                         {"state", "cleared"},
                         {"evidence", "not JSON"}},
                        house(9)},
                       {{{"fingerprint", "a"},
                         {"rule", "G3"},
                         {"status", "suspected"},
                         {"evidence", evidence_json(one).dump()}},
                        house(0)}});
  const auto cases = known_cases(world.pinned());
  REQUIRE(cases.size() == 2);
  CHECK(cases[0].fingerprint == "a");
  REQUIRE(cases[0].subjects.size() == 1);
  CHECK(cases[0].subjects[0].layer == "structures");
  CHECK(cases[0].subjects[0].key == "S1");
  CHECK(cases[0].state.empty());
  CHECK(cases[1].status == "closed");
  CHECK(cases[1].state == "cleared");
  CHECK(cases[1].subjects.empty());
  CHECK(known_cases(World().pinned()).empty());
}

TEST_CASE("Evidence that somebody has written over stops no run", "[identify]") {
  for (const char* evidence :
       {"", "[]", "{}", "{\"subjects\": 1}", "{\"subjects\": [1]}", "{\"subjects\": [{\"key\": 2}]}"}) {
    World world;
    world.with("flags", {{{{"fingerprint", "a"}, {"rule", "G3"}, {"evidence", evidence}}, house(0)}});
    INFO(evidence);
    CHECK_NOTHROW(known_cases(world.pinned()));
  }
}

namespace {

Row guard_house(const std::string& id, double east_m, double m2) {
  return {{{"structure_id", id}, {"kind", "guard_house"}, {"error_m2", 0.1}}, house(east_m, m2)};
}

}  // namespace

TEST_CASE("A second run finds the same cases, and one that has gone is cleared", "[identify]") {
  World world;
  const std::vector<std::string> greenhouse = {"greenhouse"};
  world.with("structures", {guard_house("S1", 0, 30), guard_house("S2", 50, 40)});
  const Run first = run_checks(world.context(), greenhouse);
  REQUIRE(first.results.size() == 1);
  REQUIRE(first.results[0].findings.size() == 2);
  world.with("flags", flags_of(first, "suspected")).with("structures", {guard_house("S2", 51, 41)});
  const Run second = run_checks(world.context(), greenhouse);
  REQUIRE(second.results[0].findings.size() == 1);
  CHECK(second.results[0].findings[0].fingerprint == first.results[0].findings[1].fingerprint);
  CHECK(second.results[0].findings[0].state == State::persisting);
  CHECK(second.cleared == std::vector<std::string>{first.results[0].findings[0].fingerprint});
  world.with("flags", flags_of(first, "closed"));
  CHECK(run_checks(world.context(), greenhouse).results[0].findings[0].state == State::reopened);
}

TEST_CASE("A rule that is not run clears none of its cases", "[identify]") {
  World world;
  world.with("structures", {guard_house("S1", 0, 30)});
  const Run first = run_checks(world.context(), std::vector<std::string>{"greenhouse"});
  world.with("flags", flags_of(first, "suspected")).without("structures");
  const Run second = run_checks(world.context(), std::vector<std::string>{"greenhouse"});
  REQUIRE(not_run(second.results[0], "G3") != nullptr);
  CHECK(second.cleared.empty());
}
