#include "checks/belts.hpp"

#include <catch2/catch.hpp>

#include "checks/check_fixture.hpp"
#include "checks/derive.hpp"
#include "geometry/shapes.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;
using geometry::test::line;

namespace {

/// 平谷, with its two roads and what lies along them: 密三路 runs north at 117.0° E, 顺平南线 east at 40.1°
/// N.
World& pinggu(World& world) {
  return world
      .with("districts",
            {{{{"code", "110117"}, {"name", "平谷区"}}, geometry::make_box({116.9, 40, 117.2, 40.3})}})
      .with("towns", {{{{"code", "110117108"}, {"name", "马昌营镇"}, {"district_code", "110117"}},
                       geometry::make_box({116.9, 40, 117.05, 40.3})}})
      .with("roads", {{{{"name", "密三路"}}, line({{117, 40.35}, {117, 39.95}})},
                      {{{"name", "顺平南线"}}, line({{117.08, 40.1}, {117.15, 40.1}})}})
      .with("vegetable_land",
            {{{{"plot_id", "inside"}}, rectangle({117.001, 40.2}, 300, 60'000)},
             {{{"plot_id", "again"}}, rectangle({117.001, 40.2}, 300, 60'000)},
             {{{"plot_id", "ended"}, {"until", "2020-12-31"}}, rectangle({117.001, 40.21}, 300, 60'000)},
             {{{"plot_id", "outside"}}, rectangle({117.05, 40.2}, 300, 60'000)}})
      .with("facilities", {{{{"facility_id", "F"}}, rectangle({116.995, 40.15}, 100, 20'000)}});
}

Geometry derived(World& world, const std::string& name, double width_m) {
  const Context context = world.context();
  const auto snapshot = [&](const char* layer) { return context.pinned.find(layer)->snapshot.get(); };
  const Derived belts = derive_belts(
      PlanTables::load(context.plan),
      {.towns = snapshot("towns"), .districts = snapshot("districts"), .roads = snapshot("roads")}, width_m);
  for (const Derived::Feature& belt : belts.features) {
    if (std::get<std::string>(belt.values.at("name")) == name) return belt.geometry;
  }
  return {};
}

}  // namespace

TEST_CASE("Every belt shows its width, and that the plan gives none", "[belts]") {
  World world;
  const CheckResult result = check_belts(pinggu(world).context());
  REQUIRE(result.measures.size() == 2);
  CHECK(says(result.notes, "1000 米"));
  for (const Measure& belt : result.measures) {
    INFO(belt.id);
    CHECK(belt.verdict.empty());
    CHECK_FALSE(belt.target);
    CHECK(says(belt.notes, "单侧宽度 1000 米"));
    CHECK(says(belt.notes, "计划没有给出"));
    CHECK(belt.detail["width_m"] == 1000.0);
    CHECK_THAT(belt.source, Contains("[D]"));
  }
}

TEST_CASE("Another width is shown as well, and makes another belt", "[belts]") {
  World world;
  const CheckResult wide = check_belts(pinggu(world).context());
  world.ruled_by(changed_rules("belts", {{"{ value = 1000,", "{ value = 500,"}}));
  const CheckResult narrow = check_belts(world.context());
  CHECK(says(measure(narrow, "belts.密三路").notes, "单侧宽度 500 米"));
  CHECK(measure(narrow, "belts.密三路").detail["width_m"] == 500.0);
  CHECK(value(narrow, "belts.密三路") == Approx(value(wide, "belts.密三路") / 2).epsilon(1e-3));
}

TEST_CASE("A belt is measured inside its district, with what lies on it", "[belts]") {
  World world;
  const CheckResult result = check_belts(pinggu(world).context());
  const Measure& belt = measure(result, "belts.密三路");
  const double length = geometry::distance_m({117, 40}, {117, 40.3});
  CHECK(*belt.value == Approx(base::mu_from_m2(2 * 1000 * length)).epsilon(1e-3));
  CHECK(belt.detail["district"] == "平谷区");
  CHECK(belt.detail["towns"] == "马昌营镇");
  CHECK(belt.detail["vegetable_land_mu"].get<double>() == Approx(90).epsilon(1e-9));
  CHECK(belt.detail["facilities_mu"].get<double>() == Approx(30).epsilon(1e-9));
  CHECK(measure(result, "belts.顺平南线北侧").detail["side"] == "north");
  CHECK(measure(result, "belts.顺平南线北侧").detail["vegetable_land_mu"] == 0.0);
  REQUIRE(result.drawn.size() == 2);
  for (const Drawn& one : result.drawn) {
    CHECK(one.layer == "belts");
    CHECK(base::mu_from_m2(one.area_m2) == Approx(value(result, "belts." + one.name)).epsilon(1e-12));
  }
}

TEST_CASE("A delivered belt is compared with the one derived", "[belts]") {
  World world;
  pinggu(world);
  const Geometry same = derived(world, "密三路", 1000);
  world.with("belts_delivered", {{{{"name", "密三路"}}, same}});
  const base::Json equal = measure(check_belts(world.context()), "belts.密三路").detail["delivered"];
  CHECK(equal["intersection_over_union"].get<double>() == Approx(1).epsilon(1e-9));
  CHECK(equal["common_mu"].get<double>() == Approx(base::mu_from_m2(geometry::area_m2(same))).epsilon(1e-9));

  // However it is called.
  world.with("belts_delivered", {{{{"name", "密三路产业推进带"}}, derived(world, "密三路", 500)}});
  const CheckResult result = check_belts(world.context());
  const base::Json half = measure(result, "belts.密三路").detail["delivered"];
  CHECK(half["intersection_over_union"].get<double>() == Approx(0.5).epsilon(1e-3));
  CHECK(half["name"] == "密三路产业推进带");
  CHECK(half["delivered_mu"].get<double>() == Approx(half["common_mu"].get<double>()).epsilon(1e-9));
  CHECK_THAT(measure(result, "belts.顺平南线北侧").detail["delivered"].dump(),
             Contains("none has land in common"));
}

TEST_CASE("Facilities that overlap each other count once in a belt", "[belts]") {
  World world;
  const Geometry plot = rectangle({116.995, 40.15}, 100, 20'000);
  pinggu(world).with("facilities", {{{{"facility_id", "1"}}, plot}, {{{"facility_id", "2"}}, plot}});
  const CheckResult result = check_belts(world.context());
  CHECK(measure(result, "belts.密三路").detail["facilities_mu"].get<double>() == Approx(30).epsilon(1e-9));
}

TEST_CASE("Without delivered belts nothing is compared", "[belts]") {
  World world;
  const CheckResult result = check_belts(pinggu(world).context());
  for (const Measure& belt : result.measures) CHECK_FALSE(belt.detail.contains("delivered"));
}

TEST_CASE("What a layer is missing for is said", "[belts]") {
  for (const auto& layers : {std::vector{"roads"}, std::vector{"districts", "towns"}}) {
    World world;
    pinggu(world);
    for (const char* layer : layers) world.without(layer);
    const CheckResult result = check_belts(world.context());
    INFO(layers.front());
    CHECK(misses(result, layers.front()));
    CHECK(result.measures.empty());
  }
  for (const char* layer : {"vegetable_land", "facilities"}) {
    World world;
    const CheckResult result = check_belts(pinggu(world).without(layer).context());
    INFO(layer);
    CHECK(misses(result, layer));
    CHECK(result.measures.size() == 2);
    CHECK_FALSE(result.measures.front().detail.contains(std::string(layer) + "_mu"));
  }
  World world;
  const CheckResult empty = check_belts(pinggu(world).with("roads", {}).context());
  CHECK(empty.measures.empty());
  CHECK(says(empty.notes, "密三路"));
}
