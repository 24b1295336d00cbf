#include <catch2/catch.hpp>
#include <cmath>

#include "checks/check_fixture.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;

namespace {

Geometry land(double east_m) { return rectangle(place(east_m, 0), 100, 10'000); }

/// Something in every layer that a check reads.
World& full(World& world) {
  Geometry road;
  road.kind = geometry::Kind::line;
  road.positions = {place(-300, 50), place(600, 50)};
  road.end_path();
  const Geometry wide = rectangle(place(-900, -900), 2500, 6e6);
  for (const char* layer : {"reserve", "protected", "basic_farmland"})
    world.with(layer, {{{{"zone_id", "Z"}}, land(0)}});
  return world.with("vegetable_land", {{{{"plot_id", "A"}}, land(0)}})
      .with("parcels", {{{{"TBBH", "1"}, {"DLBM", "0102"}, {"KCXS", 0.1}}, land(0)}})
      .with("parks", {{{{"project_id", "P"}, {"old", true}, {"willing", true}}, land(0)}})
      .with("points", {{{{"project_id", "D"}}, land(0)}})
      .with("ring_bases", {{{{"base_id", "B"}, {"output_t", 10.0}, {"supplied_daily_t", 5.0}}, land(200)}})
      .with("outer_bases", {{{{"base_id", "O"}}, land(400)}})
      .with("facilities", {{{{"facility_id", "F"}, {"built_on", "2024-01-01"}}, land(0)}})
      .with("greenhouses", {{{{"greenhouse_id", "G"}}, land(0)}})
      .with("structures", {{{{"structure_id", "S"}, {"kind", "shop"}}, land(0)}})
      .with("spots", {{{{"JCBH", "J"}, {"TBLX", "YH"}}, land(0)}})
      .with("rectified", {{{{"case_id", "R"}, {"category", "1"}, {"closed_on", "2019-06-30"}}, land(0)}})
      .with("imagery", {{{{"kind", "bands"}}, land(0)}})
      .with("flags", {{{{"fingerprint", "F"}, {"rule", "G1"}, {"status", "suspected"}}, land(0)}})
      .with("districts", {{{{"code", "110115"}, {"name", "大兴区"}}, wide}})
      .with("towns", {{{{"code", "110115104"}, {"name", "采育镇"}, {"district", "大兴区"}}, wide}})
      .with("roads", {{{{"name", "庞安路延长线"}}, road}});
}

CheckResult only(World& world, const std::string& check) {
  return run_checks(world.context(), std::vector<std::string>{check}).results.at(0);
}

/// Every sentence of a result.
std::string told(const CheckResult& result) {
  std::string text;
  for (const std::string& note : result.notes) text += note + "\n";
  for (const NotRun& one : result.not_run) text += one.what + " " + one.layer + ": " + one.why + "\n";
  for (const Measure& one : result.measures) {
    for (const std::string& note : one.notes) text += note + "\n";
  }
  return text;
}

/// Which layers a check reads.
const std::vector<std::pair<std::string, std::vector<std::string>>> kReads = {
    {"retention", {"vegetable_land", "flags", "towns", "parcels", "reserve"}},
    {"targets", {"reserve", "protected", "points", "towns", "roads", "outer_bases", "facilities", "parks"}},
    {"belts", {"roads", "districts", "towns", "vegetable_land", "facilities"}},
    {"bases", {"ring_bases"}},
    {"greenhouse",
     {"structures", "spots", "parcels", "parks", "protected", "greenhouses", "facilities", "basic_farmland",
      "rectified", "imagery"}},
    {"quality", {"parcels"}},
};

}  // namespace

TEST_CASE("A missing layer is a sentence in every check that reads it", "[missing]") {
  for (const auto& [check, layers] : kReads) {
    for (const std::string& layer : layers) {
      INFO(check << " without " << layer);
      World world;
      full(world).without(layer);
      const CheckResult result = only(world, check);
      INFO(told(result));
      // One of parks, points, belts and bases is enough.
      if (layer != "parks" || check != "greenhouse") CHECK(told(result).find(layer) != std::string::npos);
      for (const NotRun& one : result.not_run) {
        INFO(one.what);
        CHECK(one.why.size() > 10);
      }
    }
  }
}

TEST_CASE("A layer with nothing in it is a sentence in every check that reads it", "[missing]") {
  for (const auto& [check, layers] : kReads) {
    for (const std::string& layer : layers) {
      if (layer == "flags") continue;  // nothing has been confirmed: that is what it says
      INFO(check << " with an empty " << layer);
      World world;
      full(world).with(layer, {});
      const CheckResult result = only(world, check);
      INFO(told(result));
      CHECK(told(result).find(layer) != std::string::npos);
      for (const Measure& one : result.measures) {
        INFO(one.id);
        CHECK((!one.value || std::isfinite(*one.value)));
        // Without a value there is a reason.
        CHECK((one.value || !one.notes.empty()));
      }
    }
  }
}

TEST_CASE("With no layer at all, and with all of them empty, every check ends and says so", "[missing]") {
  World nothing;
  World hollow;
  for (const auto& [layer, declaration] : declarations()) hollow.with(layer, {});
  for (World* world : {&nothing, &hollow}) {
    const Run run = run_checks(world->context(), {});
    CHECK(run.results.size() == kChecks.size());
    for (const CheckResult& result : run.results) {
      INFO(result.check);
      CHECK_FALSE(told(result).empty());
      CHECK(result.findings.empty());
      for (const Measure& one : result.measures) {
        INFO(one.id);
        CHECK(one.verdict != "met");
      }
    }
  }
}

TEST_CASE("Towns without land are 0 in the table when there is no land at all", "[missing]") {
  World world;
  full(world).with("vegetable_land", {});
  const CheckResult result = only(world, "retention");
  const Measure& retained = measure(result, "retention.retained");
  CHECK(table_row(retained, "code", "110115104")["mu"] == 0.0);
  CHECK(table_row(retained, "code", "110115104")["district"] == "大兴区");
  CHECK(says(measure(result, "retention.per_capita").notes, "没有在用的菜地"));
}

TEST_CASE("A deduction from a layer without parcels is not known, and not zero", "[missing]") {
  World world;
  full(world).with("parcels", {});
  const CheckResult result = only(world, "retention");
  CHECK(std::ranges::find(result.measures, "retention.deduction", &Measure::id) == result.measures.end());
  CHECK(std::ranges::find(result.measures, "retention.net", &Measure::id) == result.measures.end());
  CHECK(misses(result, "parcels"));
}

TEST_CASE("A missing population year is a sentence, and no zero", "[missing]") {
  World world;
  full(world);
  const Run run = run_checks(world.context(1999), std::vector<std::string>{"retention"});
  const Measure& verdict = measure(run.results.at(0), "retention.per_capita");
  CHECK(verdict.verdict == "not_run");
  CHECK_FALSE(verdict.value);
  CHECK(says(verdict.notes, "1999"));
  CHECK(misses(run.results.at(0), ""));
}

TEST_CASE("Belts are clipped to towns where there are no districts", "[missing]") {
  World world;
  full(world).without("districts");
  const CheckResult result = only(world, "belts");
  REQUIRE_FALSE(result.measures.empty());
  CHECK(says(result.notes, "towns"));
}

TEST_CASE("Greenhouses that no image shows are counted, whatever date an image bears", "[missing]") {
  for (const char* day : {"2019-01-01", "2024-10", "last summer", "2024-13-45"}) {
    World world("2024-12-31");
    full(world).with("imagery", {{{{"kind", "classes"}, {"taken_on", day}}, land(0)}});
    const CheckResult result = only(world, "greenhouse");
    INFO(day << "\n" << told(result));
    CHECK(says(result.notes, "G9：1 座温室没有可用的分类影像"));
  }
}
