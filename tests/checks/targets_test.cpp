#include "checks/targets.hpp"

#include <catch2/catch.hpp>

#include "checks/check_fixture.hpp"
#include "checks/plan_tables.hpp"
#include "geometry/shapes.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

/// 100 亩 a unit.
const Band kBand(kHere, base::m2_from_mu(100));

Row zone(const std::string& id, const Geometry& land) { return {{{"zone_id", id}}, land}; }

Row plot(const std::string& id, const std::string& built_on, const Geometry& land) {
  Values values{{"facility_id", id}};
  if (!built_on.empty()) values["built_on"] = built_on;
  return {std::move(values), land};
}

/// The 35 towns of table 1, each with a place of its own.
std::vector<Row> plan_towns() {
  static const PlanTables tables = PlanTables::load(shipped("plan"));
  std::vector<Row> rows;
  double west = 116;
  for (const PlanTown& town : tables.towns()) {
    rows.push_back({{{"code", town.code}, {"name", town.name}, {"district", town.district}},
                    geometry::make_box({west, 39.7, west + 0.01, 39.71})});
    west += 0.02;
  }
  return rows;
}

/// A park inside 庞各庄镇, the first of `plan_towns`, or outside all of them.
Row park(const std::string& id, bool inside, bool old, bool willing, const std::string& renovated_on = {}) {
  static int number = 0;
  const double east = 0.0004 * (++number % 20);
  Values values{{"project_id", id}, {"old", old}, {"willing", willing}};
  if (!renovated_on.empty()) values["renovated_on"] = renovated_on;
  return {std::move(values), rectangle({116.001 + east, inside ? 39.702 : 39.8}, 30, 600)};
}

}  // namespace

TEST_CASE("The reserve is held against 200,000 亩, each square metre once", "[targets]") {
  const auto reserve = [](const std::vector<Row>& zones) {
    World world;
    return check_targets(world.with("reserve", zones).context());
  };
  const Geometry all = rectangle_mu({116.2, 39.6}, 12'000, 200'000);
  CHECK(measure(reserve({zone("1", all)}), "targets.reserve").verdict == "met");
  const CheckResult twice = reserve({zone("1", all), zone("2", all)});
  CHECK(value(twice, "targets.reserve") == Approx(200'000).epsilon(1e-9));
  const CheckResult less = reserve({zone("1", rectangle_mu({116.2, 39.6}, 12'000, 199'999))});
  CHECK(measure(less, "targets.reserve").verdict == "not_met");
  CHECK(measure(less, "targets.reserve").target == 200'000.0);
  CHECK_THAT(measure(less, "targets.reserve").source, Contains("L160"));
}

TEST_CASE("The protected space is a reference and has no verdict", "[targets]") {
  World world;
  const CheckResult result = check_targets(world.with("protected", {zone("1", kBand.land(0, 1))}).context());
  const Measure& space = measure(result, "targets.protected");
  CHECK(*space.value == Approx(100));
  CHECK(space.target == 160'000.0);
  CHECK(space.verdict.empty());
}

TEST_CASE("The overlap of reserve and protected space is the land that lies in both", "[targets]") {
  World world;
  const auto overlap = [&](const std::vector<Row>& reserve, const std::vector<Row>& space) {
    return value(check_targets(world.with("reserve", reserve).with("protected", space).context()),
                 "targets.reserve_in_protected");
  };
  CHECK(overlap({zone("R", kBand.land(0, 3))}, {zone("P", kBand.land(2, 6))}) == Approx(100));
  CHECK(overlap({zone("R", kBand.land(0, 2))}, {zone("P", kBand.land(4, 6))}) == 0);
  // Two zones of either layer that overlap each other are no more land for it.
  CHECK(overlap({zone("R", kBand.land(0, 3))}, {zone("P", kBand.land(1, 6)), zone("Q", kBand.land(0, 2))}) ==
        Approx(300));
  CHECK(overlap({zone("R", kBand.land(0, 3)), zone("S", kBand.land(2, 4))}, {zone("P", kBand.land(0, 6))}) ==
        Approx(400));
}

TEST_CASE("The share of new facilities inside the protected space is of those built since the plan",
          "[targets]") {
  World world;
  world.with("protected", {zone("P", kBand.land(0, 2))})
      .with(
          "facilities",
          {plot("inside", "2023-10-31", kBand.land(0, 0.3)), plot("half", "2024-05-01", kBand.land(1.9, 2.1)),
           plot("outside", "2024-05-01", kBand.land(3, 3.5)),
           plot("before", "2023-10-30", kBand.land(0.5, 1)), plot("undated", "", kBand.land(1, 1.5))});
  const CheckResult result = check_targets(world.context());
  const Measure& share = measure(result, "targets.new_facilities_in_protected");
  CHECK(*share.value == Approx(0.4).epsilon(1e-9));  // 30 and 10 of 30, 20 and 50 亩
  CHECK(share.verdict.empty());
  CHECK(says(share.notes, "新建 3 处"));
  CHECK(says(share.notes, "1 处没有建成日期"));

  world.with("facilities", {plot("before", "2020-01-01", kBand.land(0, 1))});
  const CheckResult none = check_targets(world.context());
  CHECK_FALSE(measure(none, "targets.new_facilities_in_protected").value);
  CHECK(says(measure(none, "targets.new_facilities_in_protected").notes, "没有新建设施"));
}

TEST_CASE("A new facility under two zones of the protected space lies in it once", "[targets]") {
  World world;
  world.with("protected", {zone("P", kBand.land(0, 2)), zone("Q", kBand.land(0, 2))})
      .with("facilities",
            {plot("inside", "2024-01-01", kBand.land(0, 1)), plot("out", "2024-01-01", kBand.land(5, 6))});
  const CheckResult result = check_targets(world.context());
  CHECK(value(result, "targets.new_facilities_in_protected") == Approx(0.5).epsilon(1e-9));
}

TEST_CASE("Points are counted by their number, as places and as outlines", "[targets]") {
  World world;
  std::vector<Row> rows;
  for (int i = 0; i < 499; ++i)
    rows.push_back({{{"project_id", "D" + std::to_string(i)}}, geometry::make_point(place(i * 10, 0))});
  rows.push_back({{{"project_id", "D0"}}, kBand.land(0, 1)});  // the outline of the first
  const CheckResult short_of = check_targets(world.with("points", rows).context());
  CHECK(value(short_of, "targets.points") == 499);
  CHECK(measure(short_of, "targets.points").verdict == "not_met");
  rows.push_back({{{"project_id", "D499"}}, kBand.land(1, 2)});
  CHECK(measure(check_targets(world.with("points", rows).context()), "targets.points").verdict == "met");
}

TEST_CASE("A cluster stands beside the delivered one that has most of its land, whatever that is called",
          "[targets]") {
  World world;
  const Band band(kHere, 1000);
  world
      .with("towns",
            {{{{"code", "110115104"}, {"name", "采育镇"}, {"district", "大兴区"}}, band.land(0, 10)}})
      .with("clusters_delivered",
            {{{{"district", "大兴区"}, {"town", "采育"}, {"name", "采育群"}}, band.land(0, 8)},
             {{{"district", "大兴区"}, {"town", "安定"}, {"name", "安定群"}}, band.land(8, 30)}});
  const Measure clusters = measure(check_targets(world.context()), "targets.clusters");
  const base::Json beside = table_row(clusters, "town", "采育镇")["delivered"];
  CHECK(beside["name"] == "采育群");
  CHECK(beside["intersection_over_union"].get<double>() == Approx(0.8).epsilon(1e-9));
}

TEST_CASE("There are 35 clusters, and a town that is not there is named", "[targets]") {
  World world;
  std::vector<Row> towns = plan_towns();
  CHECK(measure(check_targets(world.with("towns", towns).context()), "targets.clusters").verdict == "met");
  towns.pop_back();
  const CheckResult result = check_targets(world.with("towns", towns).context());
  CHECK(value(result, "targets.clusters") == 34);
  CHECK(measure(result, "targets.clusters").verdict == "not_met");
  CHECK(says(measure(result, "targets.clusters").notes, "王佐镇"));
}

TEST_CASE("Outer bases are measured as a union against 50,000 亩", "[targets]") {
  World world;
  const auto base = [](const std::string& id, const Geometry& land) {
    return Row{{{"base_id", id}, {"province", "山东省"}}, land};
  };
  const CheckResult result = check_targets(
      world.with("outer_bases", {base("1", kBand.land(0, 4)), base("2", kBand.land(3, 5))}).context());
  CHECK(value(result, "targets.outer_bases") == Approx(500).epsilon(1e-9));
  CHECK(measure(result, "targets.outer_bases").target == 50'000.0);
  CHECK(measure(result, "targets.outer_bases").verdict == "not_met");
}

TEST_CASE("愿改尽改 is of the old parks that are willing and lie inside", "[targets]") {
  World world("2024-06-30");
  world.with("towns", plan_towns());
  const CheckResult result = check_targets(
      world
          .with("parks",
                {park("done", true, true, true, "2024-05-01"), park("later", true, true, true, "2024-07-01"),
                 park("not yet", true, true, true), park("unwilling", true, true, false, "2024-01-01"),
                 park("modern", true, false, true), park("outside", false, true, true, "2024-01-01")})
          .context());
  const Measure& share = measure(result, "targets.renovation");
  CHECK(*share.value == Approx(1.0 / 3));
  CHECK(share.verdict == "not_met");
  CHECK(share.comparator == "100%");
  CHECK(says(share.notes, "3 个，已改造 1 个；范围外的 1 个不计"));
  const CheckResult all = check_targets(
      world.with("parks", {park("done", true, true, true, "2024-05-01"), park("old", true, true, false)})
          .context());
  CHECK(value(all, "targets.renovation") == 1);
  CHECK(measure(all, "targets.renovation").verdict == "met");
}

TEST_CASE("Without a willing old park inside there is no share, and a sentence", "[targets]") {
  World world;
  world.with("towns", plan_towns()).with("parks", {park("outside", false, true, true, "2024-01-01")});
  const CheckResult result = check_targets(world.context());
  CHECK(measure(result, "targets.renovation").verdict == "not_run");
  CHECK_FALSE(measure(result, "targets.renovation").value);
  REQUIRE(not_run(result, "targets.renovation") != nullptr);
  CHECK_FALSE(not_run(result, "targets.renovation")->why.empty());
}

TEST_CASE("Without points, towns and roads it is not known what lies inside, and the layer is named",
          "[targets]") {
  World world;
  const CheckResult result = check_targets(world.with("parks", {park("old", true, true, true)}).context());
  REQUIRE(not_run(result, "targets.renovation") != nullptr);
  CHECK_FALSE(not_run(result, "targets.renovation")->layer.empty());
}

TEST_CASE("A target whose layer is missing is not run, and the layer is named", "[targets]") {
  World world;
  const CheckResult result = check_targets(world.context());
  const std::map<std::string, std::string> needs = {
      {"targets.reserve", "reserve"},  {"targets.protected", "protected"},
      {"targets.points", "points"},    {"targets.clusters", "towns"},
      {"targets.belts", "roads"},      {"targets.outer_bases", "outer_bases"},
      {"targets.renovation", "parks"}, {"targets.new_facilities_in_protected", "facilities"},
  };
  for (const auto& [id, layer] : needs) {
    INFO(id);
    CHECK(measure(result, id).verdict == "not_run");
    CHECK_FALSE(measure(result, id).value);
    REQUIRE(not_run(result, id) != nullptr);
    CHECK(not_run(result, id)->layer == layer);
    CHECK(not_run(result, id)->why == World::why_missing(layer));
  }
}

TEST_CASE("A layer with nothing in it is 0 against its target, and not met", "[targets]") {
  World world;
  for (const char* layer : {"reserve", "protected", "points", "towns", "roads", "outer_bases", "facilities"})
    world.with(layer, {});
  const CheckResult result = check_targets(world.context());
  for (const char* id : {"reserve", "points", "clusters", "belts", "outer_bases"}) {
    INFO(id);
    CHECK(value(result, std::string("targets.") + id) == 0);
    CHECK(measure(result, std::string("targets.") + id).verdict == "not_met");
  }
  CHECK(measure(result, "targets.protected").verdict.empty());
  CHECK_FALSE(measure(result, "targets.new_facilities_in_protected").value);
}

TEST_CASE("Every figure of the plan is in the result, measured or with the reason why not", "[targets]") {
  World world;
  const CheckResult result = check_targets(world.context());
  for (const Parameter& parameter : house_rules().rule("targets").parameters) {
    if (parameter.kind != ParameterKind::plan || parameter.comparator == Comparator::none) continue;
    INFO(parameter.name);
    CHECK(std::ranges::any_of(result.measures,
                              [&](const Measure& one) { return one.title == parameter.title; }));
  }
  for (const char* id : {"sown_area_mu", "output_t", "net_income_growth_share", "trained_yearly_count"}) {
    const Measure& figure = measure(result, std::string("targets.") + id);
    CHECK(figure.verdict == "not_run");
    CHECK_FALSE(figure.value);
    CHECK(figure.target);
    CHECK_FALSE(not_run(result, figure.id)->why.empty());
  }
}
