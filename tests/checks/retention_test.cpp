#include "checks/retention.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "checks/check_fixture.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using Catch::Matchers::Contains;

namespace {

/// 100,000 m² (150 亩) a unit.
const Band kBand(kHere, 100'000);

Row field(const std::string& plot, const Geometry& land, Values values = {}) {
  values.emplace("plot_id", plot);
  values.emplace("growing", "open");
  return {std::move(values), land};
}

Row flag(const std::string& fingerprint, const std::string& rule, const std::string& status,
         const Geometry& land) {
  return {{{"fingerprint", fingerprint}, {"rule", rule}, {"status", status}}, land};
}

Row town(const std::string& code, const std::string& name, const std::string& district,
         const Geometry& land) {
  return {{{"code", code}, {"name", name}, {"district", district}}, land};
}

/// The hand-worked case: three fields, one overlap, one field not in use, one confirmed flag, one parcel with
/// a deduction.
std::vector<Row> fields_by_hand() {
  return {field("A", kBand.land(0, 6)), field("B", kBand.land(5, 9), {{"growing", "under_cover"}}),
          field("C", kBand.land(10, 12), {{"until", "2023-12-31"}})};
}
World& by_hand(World& world) {
  return world.with("vegetable_land", fields_by_hand())
      .with("flags", {flag("F1", "G1", "confirmed", kBand.land(1, 1.2))})
      .with("parcels", {{{{"TBBH", "1"}, {"DLBM", "0102"}, {"KCXS", 0.1}}, kBand.land(7, 8)},
                        {{{"TBBH", "2"}, {"DLBM", "0102"}, {"KCXS", 0.0}}, kBand.land(0, 7)}})
      .with("towns", {town("110115104", "采育镇", "大兴区", kBand.land(-1, 5)),
                      town("110115105", "安定镇", "大兴区", kBand.land(5, 13)),
                      town("110101001", "东华门街道", "东城区", kBand.land(20, 21))})
      .with("reserve", {{{{"zone_id", "Z"}}, kBand.land(8, 10)}});
}

}  // namespace

TEST_CASE("Retention worked by hand", "[retention]") {
  // As of 2024-06-30, in units of 100,000 m² = 150 亩:
  //   A 0–6, B 5–9 in use; C 10–12 until 2023-12-31, so not.
  //   gross         6 + 4 = 10 units                        1,500 亩
  //   counted twice 5–6   =  1 unit                           150 亩
  //   union         0–9   =  9 units                        1,350 亩
  //   confirmed     1–1.2 =  0.2 units, all of it in A         30 亩
  //   retained      9 − 0.2                                 1,320 亩
  //   deduction     0.1 × parcel 7–8                           15 亩
  //   net           1,320 − 15                              1,305 亩
  //   reserve 8–10  300 亩; with the land in use 0–10 less 0.2: 1,470 亩
  // Residents at the end of 2022: 21,843,000.
  //   1,320 亩 × 100 / 21,843,000 = 0.0060431… 厘; 3 厘 need 21,843,000 × 0.03 = 655,290 亩,
  //   653,970 亩 more; 1,320 / 0.03 = 44,000 residents would have 3 厘.
  World world;
  const CheckResult result = check_retention(by_hand(world).context());
  CHECK(value(result, "retention.gross") == Approx(1500).epsilon(1e-9));
  CHECK(value(result, "retention.double_counted") == Approx(150).epsilon(1e-9));
  CHECK(value(result, "retention.union") == Approx(1350).epsilon(1e-9));
  CHECK(value(result, "retention.confirmed_use") == Approx(30).epsilon(1e-9));
  CHECK(value(result, "retention.retained") == Approx(1320).epsilon(1e-9));
  CHECK(value(result, "retention.deduction") == Approx(15).epsilon(1e-9));
  CHECK(value(result, "retention.net") == Approx(1305).epsilon(1e-9));
  CHECK(value(result, "retention.reserve_alone") == Approx(300).epsilon(1e-9));
  CHECK(value(result, "retention.in_use_or_reserve") == Approx(1470).epsilon(1e-9));

  const Measure& verdict = measure(result, "retention.per_capita");
  CHECK(*verdict.value == Approx(132'000.0 / 21'843'000).epsilon(1e-9));
  CHECK(verdict.target == 3.0);
  CHECK(verdict.comparator == "不低于");
  CHECK(verdict.verdict == "not_met");
  CHECK_THAT(verdict.source, Contains("京政农发〔2023〕57号"));
  CHECK(verdict.detail["residents"] == 21'843'000);
  CHECK(verdict.detail["population_year"] == 2022);
  CHECK_FALSE(verdict.detail["population_source"].get<std::string>().empty());
  CHECK(verdict.detail["needed_mu"].get<double>() == Approx(655'290).epsilon(1e-12));
  CHECK(verdict.detail["shortfall_mu"].get<double>() == Approx(653'970).epsilon(1e-9));
  CHECK(std::abs(verdict.detail["residents_at_threshold"].get<double>() - 44'000) <= 1);
  CHECK(says(verdict.notes, "缺口 653,970 亩"));
  CHECK(result.not_run.empty());
}

TEST_CASE("Land that is counted twice is drawn", "[retention]") {
  World world;
  const CheckResult result = check_retention(by_hand(world).context());
  REQUIRE(result.drawn.size() == 1);
  CHECK(result.drawn[0].layer == "double_counted");
  CHECK(result.drawn[0].area_m2 == Approx(100'000).epsilon(1e-9));
  CHECK(geometry::covers(result.drawn[0].where, geometry::point_on(kBand.land(5, 6))));
  // Which fields these are is told by what a person knows them by.
  CHECK_THAT(result.drawn[0].name, Contains("A") && Contains("B"));
}

TEST_CASE("Towns without vegetable land have 0 in the table, and no verdict", "[retention]") {
  World world;
  const CheckResult result = check_retention(by_hand(world).context());
  const Measure& retained = measure(result, "retention.retained");
  CHECK(retained.verdict.empty());
  CHECK(table_row(retained, "code", "110115104")["mu"].get<double>() == Approx(720).epsilon(1e-9));
  CHECK(table_row(retained, "code", "110115105")["mu"].get<double>() == Approx(600).epsilon(1e-9));
  const base::Json none = table_row(retained, "code", "110101001");
  CHECK(none["mu"] == 0.0);
  CHECK(none["district"] == "东城区");
  for (const auto& row : retained.detail) CHECK_FALSE(row.contains("verdict"));
}

TEST_CASE("A field counts from its first day to its last one, both of them too", "[retention]") {
  const auto retained_on = [](const std::string& day, Values values) {
    World world(day);
    world.with("vegetable_land", {field("A", kBand.land(0, 1), std::move(values))});
    return value(check_retention(world.context()), "retention.retained");
  };
  const Values summer{{"since", "2024-05-01"}, {"until", "2024-08-31"}};
  CHECK(retained_on("2024-04-30", summer) == 0);
  CHECK(retained_on("2024-05-01", summer) == Approx(150));
  CHECK(retained_on("2024-08-31", summer) == Approx(150));
  CHECK(retained_on("2024-09-01", summer) == 0);
  CHECK(retained_on("1999-01-01", {{"until", "2024-08-31"}}) == Approx(150));
  CHECK(retained_on("2099-12-31", {{"since", "2024-05-01"}}) == Approx(150));
  CHECK(retained_on("2099-12-31", {}) == Approx(150));
}

TEST_CASE("Only confirmed flags of non-agricultural use are taken off, each square metre once",
          "[retention]") {
  World world;
  world.with("vegetable_land", {field("A", kBand.land(0, 6))})
      .with("flags",
            {flag("1", "G1", "confirmed", kBand.land(1, 2)),
             flag("2", "G3", "confirmed", kBand.land(1.5, 2.5)),  // half of it in the first
             flag("3", "G1", "confirmed", kBand.land(5.5, 7)),    // most of it outside
             flag("4", "G2", "suspected", kBand.land(3, 4)), flag("5", "G1", "dismissed", kBand.land(3, 4)),
             flag("6", "G7", "confirmed", kBand.land(4, 5))});  // unfiled, but farming
  const CheckResult result = check_retention(world.context());
  CHECK(value(result, "retention.confirmed_use") == Approx(300).epsilon(1e-9));  // 1–2.5 and 5.5–6
  CHECK(value(result, "retention.retained") == Approx(600).epsilon(1e-9));
}

TEST_CASE("In 2022 655,291 亩 are enough for 3 厘, and 655,289 are not", "[retention]") {
  const auto verdict_of = [](double mu) {
    World world;
    world.with("vegetable_land", {field("A", rectangle_mu({116.2, 39.6}, 20'000, mu))});
    return check_retention(world.context());
  };
  const CheckResult above = verdict_of(655'291), below = verdict_of(655'289);
  CHECK(measure(above, "retention.per_capita").verdict == "met");
  CHECK(measure(above, "retention.per_capita").detail["shortfall_mu"] == 0.0);
  CHECK(says(measure(above, "retention.per_capita").notes, "富余 1 亩"));
  CHECK(measure(below, "retention.per_capita").verdict == "not_met");
  CHECK(says(measure(below, "retention.per_capita").notes, "缺口 1 亩"));
}

TEST_CASE("Exactly 655,290 亩 are enough for 2022, whatever the rounding of their outline", "[retention]") {
  for (const double width_m : {19'000.0, 20'000.0, 21'000.0, 23'456.0}) {
    World world;
    world.with("vegetable_land", {field("A", rectangle_mu({116.2, 39.6}, width_m, 655'290))});
    const CheckResult result = check_retention(world.context());
    INFO(width_m);
    CHECK(measure(result, "retention.per_capita").verdict == "met");
  }
}

TEST_CASE("200,000 亩 of reserve alone are 0.916 厘, and never called retention", "[retention]") {
  World world;
  world.with("reserve", {{{{"zone_id", "Z"}}, rectangle_mu({116.2, 39.6}, 12'000, 200'000)}})
      .with("vegetable_land", {field("A", kBand.land(0, 1))});
  const CheckResult result = check_retention(world.context());
  CHECK(measure(result, "retention.per_capita").verdict == "not_met");
  for (const char* id : {"retention.reserve_alone", "retention.in_use_or_reserve"}) {
    const Measure& reserve = measure(result, id);
    CHECK(*reserve.value >= 200'000 * (1 - 1e-9));
    CHECK(reserve.verdict.empty());
    CHECK_FALSE(reserve.target);
    CHECK_THAT(reserve.title, Contains("不是保有量"));
    CHECK_THAT(reserve.title_en, Contains("no retention"));
  }
  const Measure& alone = measure(result, "retention.reserve_alone");
  CHECK(*alone.value == Approx(200'000).epsilon(1e-9));
  CHECK(says(alone.notes, "0.916 厘"));
  for (const Measure& one : result.measures) {
    for (const std::string& note : one.notes) {
      if (note.find("0.916") != std::string::npos) CHECK_THAT(note, Contains("不是人均保有面积"));
    }
  }
}

TEST_CASE("A layer with nothing in it has a sentence, and no field", "[retention]") {
  World world;
  by_hand(world).with("vegetable_land", {});
  const CheckResult result = check_retention(world.context());
  const Measure& verdict = measure(result, "retention.per_capita");
  CHECK(verdict.verdict == "not_met");
  CHECK(says(verdict.notes, "没有在用的菜地"));
  CHECK(value(result, "retention.union") == 0);
}

TEST_CASE("Without a layer of vegetable land nothing is judged, and a sentence says why", "[retention]") {
  World world;
  world.with("reserve", {{{{"zone_id", "Z"}}, kBand.land(0, 1)}});
  const CheckResult result = check_retention(world.context());
  const NotRun* told = not_run(result, "retention.per_capita");
  REQUIRE(told != nullptr);
  CHECK(told->layer == "vegetable_land");
  CHECK(told->why == World::why_missing("vegetable_land"));
  for (const Measure& one : result.measures) {
    CHECK(one.verdict != "met");
    CHECK((one.id == "retention.reserve_alone" || !one.value));
  }
  CHECK(value(result, "retention.reserve_alone") == Approx(150));
}

TEST_CASE("What flags, towns, parcels or the reserve are missing for is said, never zero", "[retention]") {
  for (const char* layer : {"flags", "towns", "parcels", "reserve"}) {
    World world;
    by_hand(world).without(layer);
    const CheckResult result = check_retention(world.context());
    INFO(layer);
    CHECK(misses(result, layer));
    CHECK(measure(result, "retention.per_capita").verdict == "not_met");
  }
  World world;
  by_hand(world).without("flags");
  const CheckResult result = check_retention(world.context());
  for (const Measure& one : result.measures)
    CHECK_FALSE((one.id == "retention.confirmed_use" && one.value == 0.0));
}

TEST_CASE("A year whose population is not known is said, and the land is measured all the same",
          "[retention]") {
  World world;
  by_hand(world);
  const CheckResult result = check_retention(world.context(2019));
  const NotRun* told = not_run(result, "retention.per_capita");
  REQUIRE(told != nullptr);
  CHECK_THAT(told->why, Contains("2019"));
  CHECK(measure(result, "retention.per_capita").verdict == "not_run");
  CHECK_FALSE(measure(result, "retention.per_capita").value);
  CHECK(value(result, "retention.retained") == Approx(1320).epsilon(1e-9));
  CHECK(value(result, "retention.reserve_alone") == Approx(300).epsilon(1e-9));
}

TEST_CASE("Another year's population is used when it is asked for, with its source and its doubt",
          "[retention]") {
  World world;
  by_hand(world);
  const CheckResult later = check_retention(world.context(2023)),
                    unproven = check_retention(world.context(2024));
  CHECK(measure(later, "retention.per_capita").detail["residents"] == 21'858'000);
  CHECK(measure(later, "retention.per_capita").detail["needed_mu"].get<double>() == Approx(655'740));
  CHECK(measure(unproven, "retention.per_capita").detail["population_confidence"] == "C");
  CHECK(says(measure(unproven, "retention.per_capita").notes, "[C]"));
}

TEST_CASE("A field divided in two, straight or aslant, changes no total by more than 1e-9", "[retention]") {
  World world;
  const CheckResult whole = check_retention(by_hand(world).context());
  const std::vector<std::vector<Row>> divided = {
      {field("A1", kBand.land(0, 1.1)), field("A2", kBand.land(1.1, 6)), field("B", kBand.land(5, 9))},
      {field("A1", kBand.oblique(0, 0, 5.3, 5.8)), field("A2", kBand.oblique(5.3, 5.8, 6, 6)),
       field("B", kBand.land(5, 9))},
      {field("A", kBand.land(0, 6)), field("B1", kBand.oblique(5, 5, 7.9, 5.7)),
       field("B2", kBand.oblique(7.9, 5.7, 9, 9))}};
  for (const auto& rows : divided) {
    const CheckResult parted = check_retention(world.with("vegetable_land", rows).context());
    CHECK(measure(parted, "retention.per_capita").verdict == measure(whole, "retention.per_capita").verdict);
    for (const Measure& one : whole.measures) {
      INFO(one.id);
      const double before = *one.value, after = value(parted, one.id);
      CHECK(std::abs(after - before) <= 1e-9 * before);
    }
  }
}

TEST_CASE("The order in which features come changes nothing", "[retention]") {
  const auto told = [](bool backwards) {
    std::vector<Row> rows = fields_by_hand();
    rows.push_back(field("D", kBand.oblique(3, 4, 8, 7)));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = 100 + i;
    if (backwards) std::ranges::reverse(rows);
    World world;
    const CheckResult result = check_retention(by_hand(world).with("vegetable_land", rows).context());
    std::string text = to_json(result).dump();
    for (const Drawn& one : result.drawn) text += "\n" + one.name + " " + std::to_string(one.area_m2);
    return text;
  };
  CHECK(told(false) == told(true));
}
