#include "checks/publish_plan.hpp"

#include <catch2/catch.hpp>

#include "catalog/import.hpp"
#include "checks/check_fixture.hpp"
#include "checks/derive.hpp"
#include "geometry/codec.hpp"
#include "geometry/shapes.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;
using geometry::test::line;

namespace {

/// 平谷, with two of the plan's roads and one of its towns.
World& pinggu(World& world, double south = 39.95) {
  return world
      .with("districts",
            {{{{"code", "110117"}, {"name", "平谷区"}}, geometry::make_box({116.9, 40, 117.2, 40.3})}})
      .with("towns", {{{{"code", "110117108"},
                        {"name", "马昌营镇"},
                        {"district", "平谷区"},
                        {"district_code", "110117"}},
                       geometry::make_box({116.9, 40, 117.05, 40.3})}})
      .with("roads", {{{{"name", "密三路"}}, line({{117, 40.35}, {117, south}})},
                      {{{"name", "顺平南线"}}, line({{117.08, 40.1}, {117.15, 40.1}})}});
}

struct PlanLand {
  PlanLand() { catalog::create_workspace(workspace); }

  std::vector<PublishedPlan> publish(World& world) {
    return publish_plan(workspace, {shipped("layers")}, world.context(), "planner");
  }
  std::vector<store::EditionRecord> editions(const std::string& layer) const {
    return store::Store::open(workspace.database(), true).editions(layer);
  }
  /// A belt that somebody delivered.
  void deliver(const std::string& as_of) const {
    std::string text =
        R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"密三路"},)";
    text += R"("geometry":)";
    geometry::append_geojson(text, geometry::make_box({117, 40.1, 117.01, 40.2}));
    text += "}]}";
    catalog::ImportRequest request;
    request.layer = "belts";
    request.files = {folder.write("belts.geojson", text)};
    request.as_of = as_of;
    request.threads = 2;
    catalog::import_delivery(workspace, {shipped("layers")}, request);
  }

  TempFolder folder;
  catalog::Workspace workspace{folder.path() / "ws"};
};

const PublishedPlan& of(const std::vector<PublishedPlan>& all, const std::string& layer) {
  const auto at = std::ranges::find(all, layer, &PublishedPlan::layer);
  REQUIRE(at != all.end());
  return *at;
}

}  // namespace

TEST_CASE("Belts and clusters are derived and published as editions that say what they were made of",
          "[publish_plan]") {
  PlanLand land;
  World world;
  const auto all = land.publish(pinggu(world));
  REQUIRE(all.size() == 2);
  for (const PublishedPlan& one : all) {
    INFO(one.layer);
    CHECK(one.edition == 1);
    CHECK_FALSE(one.unchanged);
    CHECK_FALSE(one.notes.empty());  // the plan has more belts and towns than these
  }
  CHECK(of(all, "belts").features == 2);
  CHECK(of(all, "clusters").features == 1);
  const auto editions = land.editions("belts");
  REQUIRE(editions.size() == 1);
  const store::EditionRecord& belts = editions.front();
  CHECK(belts.as_of == "2024-06-30");
  CHECK(belts.rows == 2);
  const base::Json& derived = belts.source["derived"];
  CHECK(derived["rule"] == "belts");
  CHECK(derived["version"] == house_rules().rule("belts").version);
  CHECK(derived["width_each_side_m"] == 1000.0);
  CHECK(derived["editions"]["roads"] == 1);
  CHECK(derived["editions"]["districts"] == 1);
  CHECK(belts.source["files"][0]["file"] == "belts.gpkg");
  CHECK_THAT(belts.source["notice"].get<std::string>(), Contains("1000 米") && Contains("roads 第 1 版"));
  CHECK(land.editions("clusters").front().source["derived"]["editions"]["towns"] == 1);
}

TEST_CASE("What is published is what was derived, to the last bit", "[publish_plan]") {
  PlanLand land;
  World world;
  land.publish(pinggu(world));
  const Context context = world.context();
  const auto snapshot = [&](const char* layer) { return context.pinned.find(layer)->snapshot.get(); };
  const Derived derived = derive_belts(
      PlanTables::load(context.plan),
      {.towns = snapshot("towns"), .districts = snapshot("districts"), .roads = snapshot("roads")}, 1000);
  const catalog::Catalog catalog(land.workspace, {shipped("layers")});
  const geodata::Snapshot& belts = *catalog.edition("belts")->snapshot;
  REQUIRE(belts.size() == derived.features.size());
  const auto name = *belts.schema().index_of("name"), width = *belts.schema().index_of("width_m");
  for (const Derived::Feature& feature : derived.features) {
    std::size_t item = 0;
    while (item < belts.size() && belts.column(name).value(item) != feature.values.at("name")) ++item;
    REQUIRE(item < belts.size());
    CHECK(geometry::copy(belts.geometry(item)) == feature.geometry);
    CHECK(belts.column(width).value(item) == geodata::Value(1000.0));
  }
}

TEST_CASE("What is the same is not published again, and what has changed is", "[publish_plan]") {
  PlanLand land;
  World world;
  land.publish(pinggu(world));
  const auto again = land.publish(pinggu(world).on("2024-12-31"));
  for (const PublishedPlan& one : again) {
    CHECK(one.unchanged);
    CHECK(one.edition == 1);
  }
  CHECK(land.editions("belts").size() == 1);
  const auto other = land.publish(pinggu(world, 40.05));
  CHECK_FALSE(of(other, "belts").unchanged);
  CHECK(of(other, "belts").edition == 2);
  CHECK(of(other, "clusters").unchanged);
  CHECK(land.editions("belts").back().as_of == "2024-12-31");
}

TEST_CASE("A delivered layer of belts is followed by the derived one, and told where it belongs",
          "[publish_plan]") {
  PlanLand land;
  land.deliver("2024-01-31");
  World world;
  const PublishedPlan belts = of(land.publish(pinggu(world)), "belts");
  CHECK(belts.edition == 2);
  CHECK(says(belts.notes, "belts_delivered"));
  const PublishedPlan again = of(land.publish(world), "belts");
  CHECK(again.unchanged);
  CHECK_FALSE(says(again.notes, "belts_delivered"));
}

TEST_CASE("A run of an earlier day leaves the later edition current", "[publish_plan]") {
  PlanLand land;
  land.deliver("2025-01-31");
  World world;
  const PublishedPlan belts = of(land.publish(pinggu(world)), "belts");
  CHECK(belts.unchanged);
  CHECK(belts.edition == 1);
  CHECK(says(belts.notes, "2025-01-31"));
}

TEST_CASE("Without roads and towns nothing is published, and the notes say why", "[publish_plan]") {
  PlanLand land;
  World world;
  for (const PublishedPlan& one : land.publish(world)) {
    INFO(one.layer);
    CHECK(one.edition == 0);
    CHECK(one.features == 0);
    CHECK(one.unchanged);
    CHECK_FALSE(one.notes.empty());
  }
  CHECK(land.editions("belts").empty());
}
