#include "checks/what_if.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "base/error.hpp"
#include "checks/check_fixture.hpp"
#include "checks/retention.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

/// 100,000 m² (150 亩) a unit.
const Band kBand(kHere, 100'000);

Row field(const std::string& plot, const Geometry& land, Values values = {}) {
  values.emplace("plot_id", plot);
  return {std::move(values), land};
}
Row confirmed(const Geometry& land) {
  return {{{"fingerprint", "F"}, {"rule", "G1"}, {"status", "confirmed"}}, land};
}

/// Ids 1 to 3: A 0–6, B 5–9, C 10–12 no longer in use; confirmed use on 1–1.2.
std::vector<Row> fields() {
  return {field("A", kBand.land(0, 6)), field("B", kBand.land(5, 9)),
          field("C", kBand.land(10, 12), {{"until", "2023-12-31"}})};
}
World& by_hand(World& world) {
  return world.with("vegetable_land", fields()).with("flags", {confirmed(kBand.land(1, 1.2))});
}

double retained(const Measure& measure) { return measure.detail.at("retained_mu").get<double>(); }

base::Error refusal(const RetentionDesk& desk, const WhatIf& edit) {
  try {
    desk.ask(edit);
  } catch (const base::Error& error) {
    return error;
  }
  FAIL("nothing was refused");
  return {base::Code::internal, ""};
}

}  // namespace

TEST_CASE("A desk says of the land as it is what the check says", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context());
  const Measure checked = measure(check_retention(world.context()), "retention.per_capita");
  CHECK(desk.now().value == checked.value);
  CHECK(desk.now().verdict == checked.verdict);
  CHECK(desk.now().notes == checked.notes);
  CHECK(desk.now().detail == checked.detail);
  const auto same = desk.ask({});
  CHECK(same.after.value == checked.value);
  CHECK(same.gained_mu == 0);
  CHECK(same.lost_mu == 0);
}

TEST_CASE("An edit worked by hand", "[what_if]") {
  // Retained: 0–9 less 0.2 = 8.8 units = 1,320 亩.
  World world;
  const RetentionDesk desk(by_hand(world).context());
  // 8–11 drawn: 8–9 is there already, 9–11 is new, for C is out of use: 300 亩.
  const auto drawn = desk.ask({.drawn = {kBand.land(8, 11)}});
  CHECK(drawn.gained_mu == Approx(300).epsilon(1e-9));
  CHECK(drawn.lost_mu == 0);
  CHECK(retained(drawn.after) == Approx(1620).epsilon(1e-9));
  // A gone: 0–5 less the confirmed 0.2 goes, 5–6 stays with B: 720 亩.
  const auto deleted = desk.ask({.deleted = {1}});
  CHECK(deleted.lost_mu == Approx(720).epsilon(1e-9));
  CHECK(retained(deleted.after) == Approx(600).epsilon(1e-9));
  // A gone and 0–2 drawn: the confirmed use is taken off the drawn land, too. 720 lost, 270 gained.
  const auto both = desk.ask({.drawn = {kBand.land(0, 2)}, .deleted = {1}});
  CHECK(both.lost_mu == Approx(720).epsilon(1e-9));
  CHECK(both.gained_mu == Approx(270).epsilon(1e-9));
  CHECK(retained(both.after) == Approx(870).epsilon(1e-9));
  // Two polygons that overlap count once: 9–12 is 450 亩.
  CHECK(desk.ask({.drawn = {kBand.land(9, 11), kBand.land(10, 12)}}).gained_mu == Approx(450).epsilon(1e-9));
}

TEST_CASE("Without any field left there is no land, and a sentence", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context());
  const auto none = desk.ask({.deleted = {2, 1, 2}});
  CHECK(retained(none.after) == 0);
  CHECK(none.after.value == 0.0);
  CHECK(says(none.after.notes, "没有在用的菜地"));
}

TEST_CASE("Residents, a year and a threshold may be supposed, and the verdict follows", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context());
  // 1,320 亩 are 3 厘 for 44,000 residents.
  const auto enough = desk.ask({.residents = 43'999}).after, short_of = desk.ask({.residents = 44'001}).after;
  CHECK(enough.verdict == "met");
  CHECK(short_of.verdict == "not_met");
  CHECK(says(enough.notes, "假设人口"));
  CHECK(enough.detail["population_year"].is_null());
  CHECK(enough.detail["residents"] == 43'999);
  const auto later = desk.ask({.population_year = 2023}).after;
  CHECK(later.detail["residents"] == 21'858'000);
  CHECK(later.notes == measure(check_retention(world.context(2023)), "retention.per_capita").notes);
  const auto lower = desk.ask({.residents = 88'000, .threshold_li = 1.5}).after;
  CHECK(lower.target == 1.5);
  CHECK(lower.verdict == "met");
  CHECK(lower.source == "假设");
  CHECK(desk.ask({.residents = 88'000, .threshold_li = 1.51}).after.verdict == "not_met");
}

TEST_CASE("A desk without a year's population answers when residents are given", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context(2019));
  CHECK(desk.now().verdict == "not_run");
  CHECK(says(desk.now().notes, "2019"));
  CHECK(desk.ask({}).after.verdict == "not_run");
  CHECK(desk.ask({.residents = 1000}).after.verdict == "met");
}

TEST_CASE("An answer is called a what-if and no retention figure", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context());
  const auto answer = desk.ask({.drawn = {kBand.land(9, 10)}});
  REQUIRE_FALSE(answer.notes.empty());
  CHECK_THAT(answer.notes.front(), Contains("不是核算结果") && Contains("no retention figure"));
  CHECK_THAT(answer.after.title, Contains("假设情景"));
}

TEST_CASE("A field that is not in use may be deleted, which changes nothing and is said", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context());
  const auto answer = desk.ask({.deleted = {3, 3}});
  CHECK(answer.lost_mu == 0);
  CHECK(answer.after.value == desk.now().value);
  CHECK(answer.notes.size() == 2);
  CHECK(says(answer.notes, "不在用"));
  const base::Error unknown = refusal(desk, {.deleted = {1, 77}});
  CHECK(unknown.code() == base::Code::not_found);
  CHECK_THAT(unknown.what(), Contains("77"));
}

TEST_CASE("What cannot be is refused by its name", "[what_if]") {
  World world;
  const RetentionDesk desk(by_hand(world).context(), {115.3, 39.3, 117.6, 41.2});
  Geometry bow = kBand.land(0, 1);
  std::swap(bow.positions[1], bow.positions[2]);
  const auto invalid = [&](const WhatIf& edit, const std::string& field, const std::string& words) {
    const base::Error error = refusal(desk, edit);
    INFO(error.full());
    CHECK(error.code() == base::Code::invalid);
    CHECK(error.where().field == field);
    CHECK_THAT(error.what(), Contains(words));
    CHECK_FALSE(error.hint().empty());
  };
  invalid({.drawn = {kBand.land(0, 1), bow}}, "drawn", "drawn polygon 2 is invalid: Self-intersection");
  invalid({.drawn = {geometry::make_box({117.5, 40, 117.7, 40.1})}}, "drawn", "near 117.7");
  invalid({.drawn = {geometry::make_point(kHere)}}, "drawn", "no polygon");
  invalid({.drawn = {Geometry{}}}, "drawn", "no polygon");
  invalid({.residents = 0}, "residents", "0 residents");
  invalid({.residents = -3}, "residents", "-3");
  invalid({.residents = 2'000'000'000}, "residents", "2000000000");
  invalid({.threshold_li = 0.0}, "threshold_li", "0");
  invalid({.threshold_li = std::nan("")}, "threshold_li", "nan");
  invalid({.threshold_li = 1e9}, "threshold_li", "1000000000");
  CHECK(refusal(desk, {.population_year = 1066}).code() == base::Code::invalid);
}

TEST_CASE("Without vegetable land there is no desk", "[what_if]") {
  World world;
  try {
    const RetentionDesk desk(world.context());
    FAIL("there is one");
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::not_found);
    CHECK(error.where().layer == "vegetable_land");
    CHECK(error.what() == World::why_missing("vegetable_land"));
  }
  // With a layer that holds nothing there is one, and land may be drawn.
  const RetentionDesk desk(world.with("vegetable_land", {}).context());
  CHECK(says(desk.now().notes, "没有在用的菜地"));
  CHECK(desk.ask({.drawn = {kBand.land(0, 1)}}).gained_mu == Approx(150).epsilon(1e-9));
}

TEST_CASE("A desk outlives what it was made of, and answers many at once", "[what_if]") {
  auto world = std::make_unique<World>();
  RetentionDesk made(by_hand(*world).context());
  world.reset();
  const RetentionDesk desk = std::move(made);
  const WhatIf edit{.drawn = {kBand.land(8, 11)}, .deleted = {1}};
  const double alone = retained(desk.ask(edit).after);
  std::vector<double> found(8);
  std::vector<std::thread> threads;
  for (double& one : found) threads.emplace_back([&] { one = retained(desk.ask(edit).after); });
  for (std::thread& thread : threads) thread.join();
  for (const double one : found) CHECK(one == alone);
}
