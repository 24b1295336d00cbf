// The smallest change that a finding names is one: made as it is written, it turns the verdict, and a smaller
// one does not.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include <optional>
#include <regex>
#include <set>

#include "checks/check_fixture.hpp"
#include "checks/detail/turning.hpp"
#include "checks/greenhouse.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;

namespace {

/// The figure that stands in front of some words.
std::optional<double> figure(const std::string& turns, const std::string& before, const std::string& behind) {
  std::smatch found;
  if (!std::regex_search(turns, found, std::regex(before + "([0-9]+\\.[0-9]+) (?:m²|亩)" + behind)))
    return {};
  return std::stod(found[1].str());
}

std::optional<Finding> only(const CheckResult& result, const std::string& rule) {
  const auto found = findings_of(result, rule);
  if (found.size() != 1) return {};
  return *found.front();
}
Verdict verdict(const std::optional<Finding>& finding) { return finding ? finding->verdict : Verdict::clear; }

std::optional<Finding> guard_house(double m2, double error_m2) {
  World world;
  world.with("structures", {{{{"structure_id", "S"}, {"kind", "guard_house"}, {"error_m2", error_m2}},
                             rectangle(place(0, 0), 5, m2)}});
  return only(check_greenhouse(world.context()), "G3");
}

/// A project of 100 亩 in Hebei, whose limit of 10 亩 is in force, with one shed.
std::optional<Finding> shed_in_hebei(double mu, double error_mu) {
  World world;
  world
      .with("ring_bases",
            {{{{"base_id", "B1"}, {"province", "河北省"}}, rectangle_mu(place(0, 0), 300, 100)}})
      .with("structures", {{{{"structure_id", "S"},
                             {"kind", "packing_shed"},
                             {"project_id", "B1"},
                             {"error_m2", base::m2_from_mu(error_mu)}},
                            rectangle_mu(place(5, 5), 100, mu)}});
  return only(check_greenhouse(world.context()), "G4");
}

/// Holds the changes that a finding of a limit names against the rule: `judged(measured, error)`.
template <typename Judged>
void hold(const Finding& finding, double step, const Judged& judged) {
  const double measured = finding.measured, error = finding.tolerance;
  INFO(finding.turns << " of " << measured << " ± " << error);
  const auto less = figure(finding.turns, "^", " less");
  REQUIRE(less);
  CHECK(verdict(judged(measured - *less, error)) == Verdict::clear);
  CHECK(verdict(judged(measured - *less + 2 * step, error)) != Verdict::clear);
  if (finding.verdict == Verdict::violation) {
    const auto worse = figure(finding.turns, "survey error of ", " or more");
    REQUIRE(worse);
    CHECK(verdict(judged(measured, *worse)) == Verdict::for_field_check);
    CHECK(verdict(judged(measured, *worse - 2 * step)) == Verdict::violation);
    if (const auto partly = figure(finding.turns, ", ", " less to be for a field check")) {
      CHECK(*partly < *less);
      CHECK(verdict(judged(measured - *partly, error)) == Verdict::for_field_check);
      CHECK(verdict(judged(measured - *partly + 2 * step, error)) == Verdict::violation);
    } else {
      CHECK(error < step);
    }
    return;
  }
  const auto better = figure(finding.turns, "survey error of ", " or less would make it a violation");
  REQUIRE(better);
  CHECK(verdict(judged(measured, *better)) == Verdict::violation);
  CHECK(verdict(judged(measured, *better + 2 * step)) == Verdict::for_field_check);
}

}  // namespace

TEST_CASE("Figures of changes are rounded so that they are enough", "[turning]") {
  CHECK(detail::at_least(0.891, 2, "m2") == "0.90 m²");
  CHECK(detail::at_least(0.5, 2, "m2") == "0.50 m²");
  CHECK(detail::above(0.5, 2, "m2") == "0.51 m²");
  CHECK(detail::above(0.509, 2, "m2") == "0.51 m²");
  CHECK(detail::below(0.5, 2, "m2") == "0.49 m²");
  CHECK(detail::below(0.495, 2, "m2") == "0.49 m²");
  CHECK(detail::below(0.003, 2, "m2") == "0.00 m²");
}

TEST_CASE("What a guard house would have to change turns its verdict, and less does not", "[turning]") {
  rc::prop("over the limit by any size, measured with any error", [] {
    const double m2 = 22.5 + 0.01 * *rc::gen::inRange(3, 1500) + 0.001 * *rc::gen::inRange(0, 10);
    const double error = 0.1 * *rc::gen::inRange(0, 60);
    const auto finding = guard_house(m2, error);
    RC_ASSERT(finding);
    hold(*finding, 0.01, guard_house);
  });
}

TEST_CASE("What a project would have to change turns the verdict on its auxiliary land", "[turning]") {
  rc::prop("over the limit by any size, measured with any error", [] {
    const double mu = 10 + 0.001 * *rc::gen::inRange(3, 3000), error = 0.05 * *rc::gen::inRange(0, 30);
    const auto finding = shed_in_hebei(mu, error);
    RC_ASSERT(finding);
    hold(*finding, 0.001, shed_in_hebei);
  });
}

TEST_CASE("A limit that is superseded makes no violation at any error, so none is named", "[turning]") {
  World world;
  world.with("parks", {{{{"project_id", "P1"}}, rectangle_mu(place(0, 0), 300, 100)}})
      .with("structures", {{{{"structure_id", "S"}, {"kind", "packing_shed"}, {"project_id", "P1"}},
                            rectangle_mu(place(5, 5), 100, 6)}});
  const auto finding = only(check_greenhouse(world.context()), "G4");
  REQUIRE(finding);
  CHECK(finding->verdict == Verdict::for_field_check);
  CHECK(figure(finding->turns, "^", " less auxiliary land") == Approx(1.0));
  CHECK(finding->turns.find("survey error") == std::string::npos);
}

TEST_CASE("Of several reasons all of the worst have to go, and lesser ones need not", "[turning]") {
  const auto found = [](Values values, double m2) {
    values.emplace("structure_id", "S");
    values.emplace("kind", "guard_house");
    World world;
    world.with("structures", {{std::move(values), rectangle(place(0, 0), 5, m2)}});
    return *only(check_greenhouse(world.context()), "G3");
  };
  // The size is within its error: only the letting makes it a violation.
  const Finding let = found({{"error_m2", 20.0}, {"use_found", "出租"}}, 30);
  CHECK(let.verdict == Verdict::violation);
  CHECK(let.turns == "a use found that is watching alone");
  CHECK(let.what.find("It is let.") == 0);
  const Finding both = found({{"error_m2", 0.1}, {"use_found", "出租"}}, 30);
  CHECK(both.turns.find("7.50 m² less") == 0);
  CHECK(both.turns.find("; and a use found that is watching alone") != std::string::npos);
}

namespace {

/// A shop of so many m² on farmland in a park, and so many beside both.
std::optional<Finding> shop(double on_m2, double off_m2) {
  World world;
  // One height for both halves: the border of the farmland runs through the shop.
  const Band band(place(0, 0), 1000);
  const double on = on_m2 / 1000, off = off_m2 / 1000;
  world
      .with("parcels",
            {{{{"ZLDWDM", "1101151040010000000"}, {"TBBH", "1"}, {"DLBM", "0102"}}, band.land(-1, 0)}})
      .with("parks", {{{{"project_id", "P1"}}, rectangle(place(-700, -200), 1400, 700'000)}})
      .with("structures", {{{{"structure_id", "S"}, {"kind", "shop"}}, band.land(-on, off)}});
  return only(check_greenhouse(world.context()), "G1");
}

}  // namespace

TEST_CASE("So much less of a building on farmland that it is clear, though the building shrinks as well",
          "[turning]") {
  rc::prop("on the farmland's border", [] {
    const double on = *rc::gen::inRange(20, 200), off = *rc::gen::inRange(30, 900);
    const auto finding = shop(on, off);
    if (!finding) return;  // a small share of a small size
    INFO(finding->turns);
    const auto less = figure(finding->turns, "^", " less of it on farmland");
    RC_ASSERT(less);
    CHECK(verdict(shop(on - *less, off)) == Verdict::clear);
    CHECK(verdict(shop(on - *less + 0.05, off)) == Verdict::violation);
  });
  const auto whole = shop(100, 0);
  REQUIRE(whole);
  CHECK(whole->turns.find("none of it on farmland") == 0);
}

TEST_CASE("Every rule says what would turn its verdict, in both languages", "[turning]") {
  World world;
  const Geometry here = rectangle(place(0, 0), 40, 1600);
  const auto at = [](double east_m, double m2) { return rectangle(place(east_m, 2), 5, m2); };
  world
      .with("parcels", {{{{"ZLDWDM", "1101151040010000000"}, {"TBBH", "1"}, {"DLBM", "0102"}},
                         rectangle(place(-500, -500), 1000, 1'000'000)}})
      .with("parks", {{{{"project_id", "P1"}}, rectangle(place(-400, -400), 600, 360'000)}})
      .with("greenhouses", {{{{"greenhouse_id", "G1"}, {"kind", "日光温室"}}, here}})
      .with("basic_farmland", {{{{"zone_id", "Z"}}, rectangle(place(-500, -500), 1000, 1'000'000)}})
      .with("protected", {{{{"zone_id", "Z"}}, rectangle(place(-500, -500), 1000, 1'000'000)}})
      .with("structures",
            {{{{"structure_id", "home"}, {"kind", "residence"}}, at(10, 20)},
             {{{"structure_id", "shop"}, {"kind", "shop"}}, at(60, 50)},
             {{{"structure_id", "hut"}, {"kind", "guard_house"}, {"error_m2", 0.1}, {"storeys", 2}},
              at(90, 30)},
             {{{"structure_id", "shed"}, {"kind", "packing_shed"}, {"project_id", "P1"}},
              rectangle(place(100, 100), 200, 20'000)},
             {{{"structure_id", "misused"}, {"kind", "restaurant"}}, at(305, 40)}})
      .with("facilities",
            {{{{"facility_id", "F1"},
               {"filing_no", "1"},
               {"use_filed", "工厂化育苗"},
               {"built_on", "2022-01-01"}},
              rectangle(place(300, 0), 30, 900)},
             {{{"facility_id", "F2"}, {"use_filed", "点状配套设施"}, {"built_on", "2024-01-01"}},
              rectangle(place(350, 0), 30, 900)},
             {{{"facility_id", "F3"}, {"filing_no", "3"}, {"use_filed", "工厂化育苗"}},
              rectangle(place(400, 0), 30, 900)}})
      .with("spots", {{{{"JCBH", "A"}, {"TBLX", "YH"}}, rectangle(place(-200, 0), 30, 900)}})
      .with("rectified", {{{{"case_id", "C"}, {"category", "3"}, {"closed_on", "2020-01-01"}},
                           geometry::make_point(place(92, 3))}});
  const CheckResult result = check_greenhouse(world.context());
  std::set<std::string> rules;
  for (const Finding& one : result.findings) {
    INFO(one.rule << ": " << one.turns << " | " << one.turns_zh);
    rules.insert(one.rule);
    CHECK_FALSE(one.turns.empty());
    CHECK_FALSE(one.turns_zh.empty());
    CHECK_FALSE(one.title.empty());
    CHECK(one.turns.find("  ") == std::string::npos);
  }
  CHECK(rules == std::set<std::string>{"G1", "G10", "G2", "G3", "G4", "G5", "G6", "G7", "G8"});
}
