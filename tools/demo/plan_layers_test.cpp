#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "base/units.hpp"
#include "delivery_reader.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "places.hpp"
#include "plan_layers.hpp"

using namespace caitu;
using namespace caitu::demo;
using namespace caitu::demo::test;

TEST_CASE("the plan's totals are met to a hundredth of a mu") {
  CHECK(mu_of(plan("reserve")) == Approx(200'000).margin(0.01).epsilon(0));
  CHECK(mu_of(plan("protected")) == Approx(160'000).margin(0.01).epsilon(0));
  CHECK(mu_of(plan("outer_bases")) == Approx(50'000).margin(0.01).epsilon(0));
  CHECK(plan("points").size() == 500);
  CHECK(plan("roads").size() == 12);
  CHECK(plan("districts").size() == 16);
  std::set<std::string> towns_of_the_plan;
  for (const Town& town : towns()) {
    if (town.in_plan) towns_of_the_plan.insert(std::string(town.code));
  }
  CHECK(towns_of_the_plan.size() == 35);
}

TEST_CASE("no shape of the plan has a flaw") {
  for (const char* layer : {"towns", "reserve", "protected", "basic_farmland", "outer_bases"}) {
    INFO(layer);
    const auto features = plan(layer);
    CHECK(std::none_of(features.begin(), features.end(),
                       [](const Feature& f) { return geometry::flaw_of(f.shape); }));
  }
}

TEST_CASE("districts cover what their towns cover") {
  const auto all = plan("towns");
  for (const Feature& district : plan("districts")) {
    std::vector<Feature> own;
    std::copy_if(all.begin(), all.end(), std::back_inserter(own),
                 [&](const Feature& town) { return town["district_code"] == district["code"]; });
    INFO(district["name"]);
    CHECK(mu_of(own) == Approx(mu_of({district})).epsilon(1e-9));
    CHECK_FALSE(geometry::flaw_of(district.shape));
  }
}

TEST_CASE("vegetable land in use is 420,000 mu as a union and five per cent more as a sum") {
  std::vector<Feature> once, again;
  EdgeSet edges;
  bool apart = true;
  std::map<std::pair<int, int>, std::vector<std::size_t>> near;
  const auto cell = [](geometry::Position p) {
    return std::pair(static_cast<int>(std::floor(p.lon * 100)), static_cast<int>(std::floor(p.lat * 100)));
  };
  for (Feature& field : land("vegetable_land")) {
    if (field["plot_id"].starts_with("CD-")) {
      apart = add_edges(field.shape, edges) && apart;
      const auto box = geometry::box_of(field.shape);
      const auto low = cell({box.min_lon, box.min_lat}), high = cell({box.max_lon, box.max_lat});
      for (int x = low.first; x <= high.first; ++x) {
        for (int y = low.second; y <= high.second; ++y) near[{x, y}].push_back(once.size());
      }
      once.push_back(std::move(field));
    } else {
      again.push_back(std::move(field));
    }
  }
  CHECK(apart);
  CHECK(mu_of(once) == Approx(420'000).margin(0.01).epsilon(0));
  CHECK(mu_of(again) == Approx(21'000).margin(0.01).epsilon(0));
  std::size_t loose = 0;
  for (std::size_t i = 0; i < again.size(); i += 10) {
    const auto inside = geometry::point_on(again[i].shape);
    const auto& candidates = near[cell(inside)];
    loose += std::none_of(candidates.begin(), candidates.end(), [&](std::size_t k) {
      if (!geometry::covers(once[k].shape, inside)) return false;
      const double common = geometry::area_m2(geometry::intersection(once[k].shape, again[i].shape));
      return std::abs(common - geometry::area_m2(again[i].shape)) < 0.001;
    });
  }
  CHECK(loose == 0);
}
