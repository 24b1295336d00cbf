#include "checks/bases.hpp"

#include <catch2/catch.hpp>

#include "checks/check_fixture.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;

namespace {

/// A recognised base of one outline; what `values` say comes first.
Row base_of(const std::string& id, const Geometry& land, Values values = {}) {
  values.emplace("base_id", id);
  values.emplace("assessed_on", "2022-09-20");
  return {std::move(values), land};
}
Geometry outline(double east_m, double mu, double width_m = 400) {
  return rectangle_mu(place(east_m, 0), width_m, mu);
}

CheckResult checked(const std::vector<Row>& rows, const std::string& day = "2024-06-30") {
  World world(day);
  return check_bases(world.with("ring_bases", rows).context());
}

std::string verdict_of(const CheckResult& result, const std::string& id) {
  return table_row(measure(result, "bases.each"), "base_id", id)["verdict"].get<std::string>();
}
std::string reasons_of(const CheckResult& result, const std::string& id) {
  std::string all;
  const base::Json row = table_row(measure(result, "bases.each"), "base_id", id);
  for (const auto& reason : row["reasons"]) all += reason.get<std::string>();
  return all;
}

/// What one base is on a day.
std::string standing_on(const std::string& day, const Values& values) {
  const CheckResult result = checked({{values, outline(0, 400)}}, day);
  return table_row(measure(result, "bases.each"), "base_id", "B")["standing"].get<std::string>();
}

}  // namespace

TEST_CASE("The circle's ratios are sums over sums, where means of ratios would say the opposite", "[bases]") {
  // Daily: 900 of 1,000 t and 2,700 of 9,000 t. 3,600 / 10,000 = 0.36 < 0.4; the mean of 0.9 and 0.3 is 0.6.
  // Emergency: 100 of 1,000 t and 9,000 of 9,000 t. 9,100 / 10,000 = 0.91 ≥ 0.9; the mean of 0.1 and 1 is
  // 0.55.
  const CheckResult result = checked(
      {base_of("small", outline(0, 400),
               {{"output_t", 1000.0}, {"supplied_daily_t", 900.0}, {"supplied_emergency_t", 100.0}}),
       base_of("large", outline(1000, 400),
               {{"output_t", 9000.0}, {"supplied_daily_t", 2700.0}, {"supplied_emergency_t", 9000.0}}),
       base_of("silent", outline(2000, 400), {{"output_t", 5000.0}})});
  CHECK(value(result, "bases.daily") == Approx(0.36).epsilon(1e-12));
  CHECK(measure(result, "bases.daily").verdict == "not_met");
  CHECK(says(measure(result, "bases.daily").notes, "1 个基地缺少数据"));
  CHECK(value(result, "bases.emergency") == Approx(0.91).epsilon(1e-12));
  CHECK(measure(result, "bases.emergency").verdict == "met");
  CHECK(measure(result, "bases.emergency").comparator == "不低于");
}

TEST_CASE("Exactly 40 % and 90 % are enough", "[bases]") {
  const CheckResult result =
      checked({base_of("B", outline(0, 400),
                       {{"output_t", 700.0}, {"supplied_daily_t", 280.0}, {"supplied_emergency_t", 630.0}})});
  CHECK(measure(result, "bases.daily").verdict == "met");
  CHECK(measure(result, "bases.emergency").verdict == "met");
}

TEST_CASE("Ratios of what nobody reports are not run, and it is said", "[bases]") {
  const CheckResult result = checked({base_of("B", outline(0, 400), {{"output_t", 500.0}})});
  for (const char* id : {"bases.daily", "bases.emergency"}) {
    CHECK(measure(result, id).verdict == "not_run");
    CHECK_FALSE(measure(result, id).value);
    REQUIRE(not_run(result, id) != nullptr);
    CHECK_FALSE(not_run(result, id)->why.empty());
  }
}

TEST_CASE("210 bases of 300 亩 meet the count and each base's least, and not the total", "[bases]") {
  const CheckResult result = checked(many_bases(210, 300));
  CHECK(value(result, "bases.count") == 210);
  CHECK(measure(result, "bases.count").verdict == "met");
  CHECK(value(result, "bases.each") == 210);
  CHECK(measure(result, "bases.each").verdict == "met");
  CHECK(value(result, "bases.total") == Approx(63'000).epsilon(1e-9));
  CHECK(measure(result, "bases.total").target == 120'000.0);
  CHECK(measure(result, "bases.total").verdict == "not_met");
  CHECK(measure(checked(many_bases(209, 600)), "bases.count").verdict == "not_met");
  CHECK(measure(checked(many_bases(209, 600)), "bases.total").verdict == "met");
}

TEST_CASE("A base of two outlines counts once, with its registered area once", "[bases]") {
  const CheckResult result = checked({base_of("B", outline(0, 200), {{"area_mu", 310.0}}),
                                      base_of("B", outline(410, 110), {{"area_mu", 310.0}})});
  CHECK(value(result, "bases.count") == 1);
  const base::Json row = table_row(measure(result, "bases.each"), "base_id", "B");
  CHECK(row["area_mu"] == 310.0);
  CHECK(row["registered"] == true);
  CHECK(row["verdict"] == "met");
  CHECK(measure(result, "bases.each").detail.size() == 1);
  CHECK(value(result, "bases.total") == Approx(310).epsilon(1e-9));
}

TEST_CASE("Land under the outlines of two bases counts once in the total", "[bases]") {
  const Band band(kHere, base::m2_from_mu(100));
  const CheckResult result = checked(
      {base_of("B1", band.land(0, 4)), base_of("B2", band.land(3, 7)), base_of("B3", band.land(7, 11))});
  CHECK(value(result, "bases.count") == 3);
  CHECK(value(result, "bases.total") == Approx(1100).epsilon(1e-9));
  CHECK(says(measure(result, "bases.total").notes, "图形之和 1,200.00 亩"));
}

TEST_CASE("A base without a registered area is measured by the union of its outlines", "[bases]") {
  // 160 + 160 亩 with 100 in common are 220 亩, below 300.
  const Band band(kHere, base::m2_from_mu(20));
  const CheckResult result = checked({base_of("B", band.land(0, 8)), base_of("B", band.land(3, 11))});
  const base::Json row = table_row(measure(result, "bases.each"), "base_id", "B");
  CHECK(row["registered"] == false);
  CHECK(row["area_mu"].get<double>() == Approx(220).epsilon(1e-9));
  CHECK(row["verdict"] == "not_met");
}

TEST_CASE("Below 300 亩 a high share under cover is for review, and nothing else", "[bases]") {
  const auto base = [](const std::string& id, double east_m, double mu, Values more = {}) {
    more.emplace("area_mu", mu);
    return base_of(id, outline(east_m, 400), std::move(more));
  };
  const CheckResult result =
      checked({base("exact", 0, 300.0), base("below", 1000, 299.99),
               base("covered", 2000, 250.0, {{"facility_share", 0.6}}),
               base("open", 3000, 250.0, {{"facility_share", 0.2}}), base("unknown", 4000, 250.0)});
  CHECK(verdict_of(result, "exact") == "met");
  CHECK(verdict_of(result, "below") == "not_met");
  CHECK(verdict_of(result, "covered") == "for_review");
  CHECK(reasons_of(result, "covered").find("由人决定") != std::string::npos);
  CHECK(verdict_of(result, "open") == "not_met");
  CHECK(verdict_of(result, "unknown") == "not_met");
  CHECK(measure(result, "bases.each").verdict == "not_met");
  const CheckResult lenient =
      checked({base("exact", 0, 300.0), base("covered", 2000, 250.0, {{"facility_share", 0.6}})});
  CHECK(measure(lenient, "bases.each").verdict == "for_review");
  CHECK(value(lenient, "bases.each") == 1);
}

TEST_CASE("Parts across a road are contiguous, parts far from each other are for review", "[bases]") {
  const auto parts = [](const std::string& id, double from_m, double apart_m) {
    std::vector<Row> rows;
    for (int i = 0; i < 3; ++i) {
      rows.push_back(base_of(id, outline(from_m + i * (400 + apart_m), 120), {{"area_mu", 360.0}}));
    }
    return rows;
  };
  std::vector<Row> rows = parts("near", 0, 15);
  for (Row& row : parts("far", 3000, 200)) rows.push_back(std::move(row));
  const CheckResult result = checked(rows);
  const base::Json near = table_row(measure(result, "bases.each"), "base_id", "near");
  const base::Json far = table_row(measure(result, "bases.each"), "base_id", "far");
  CHECK(near["largest_contiguous_share"].get<double>() == Approx(1));
  CHECK(near["verdict"] == "met");
  CHECK(far["largest_contiguous_share"].get<double>() == Approx(1.0 / 3).epsilon(1e-9));
  CHECK(far["verdict"] == "for_review");
  CHECK(reasons_of(result, "far").find("20 米") != std::string::npos);
}

TEST_CASE("A new base is for review", "[bases]") {
  const CheckResult result = checked({base_of("new", outline(0, 400), {{"founded", "2023-12-01"}}),
                                      base_of("older", outline(1000, 400), {{"founded", "2023-06-30"}})});
  CHECK(verdict_of(result, "new") == "for_review");
  CHECK(reasons_of(result, "new").find("原则上不支持新建设基地") != std::string::npos);
  CHECK(verdict_of(result, "older") == "met");
}

TEST_CASE("Whether a base is new is told from the day on which it applied", "[bases]") {
  const CheckResult result = checked(
      {base_of("then_new", outline(0, 400), {{"founded", "2021-09-01"}, {"applied_on", "2022-02-10"}}),
       base_of("then_old", outline(1000, 400), {{"founded", "2020-09-01"}, {"applied_on", "2022-02-10"}})});
  CHECK(verdict_of(result, "then_new") == "for_review");
  CHECK(verdict_of(result, "then_old") == "met");
}

TEST_CASE("What only the second outline of a base says is taken from there", "[bases]") {
  const CheckResult result =
      checked({base_of("B", outline(0, 100)), base_of("B", outline(410, 100), {{"area_mu", 310.0}})});
  const base::Json row = table_row(measure(result, "bases.each"), "base_id", "B");
  CHECK(row["registered"] == true);
  CHECK(row["area_mu"] == 310.0);
}

TEST_CASE("The 24-hour circle tells which bases can supply, how much and how far", "[bases]") {
  // 24 h at 40 km/h are 960 km of road, 685.7 km as the crow flies.
  const auto at = [](double lon, double lat) { return rectangle_mu({lon, lat}, 400, 400); };
  const CheckResult result = checked({base_of("near", at(116.3913, 39.0), {{"supplied_emergency_t", 100.0}}),
                                      base_of("far", at(116.3913, 33.0), {{"supplied_emergency_t", 50.0}}),
                                      base_of("silent", outline(0, 400))});
  const Measure circle = measure(result, "bases.circle");
  CHECK(circle.value == 100.0);
  CHECK(circle.unit == "t");
  CHECK(circle.verdict.empty());
  CHECK(says(circle.notes, "圈内 1 个基地，圈外 1 个"));
  CHECK(says(circle.notes, "1 个基地未报告"));
  CHECK(says(circle.notes, "假定"));
  // 0.9057 degrees of latitude are 100.5 km, times 1.4.
  CHECK(table_row(circle, "base_id", "near")["road_km"].get<double>() == Approx(140.8).margin(0.5));
  CHECK(table_row(circle, "base_id", "near")["hours"].get<double>() == Approx(3.52).margin(0.02));
  CHECK(table_row(circle, "base_id", "far")["within"] == false);
}

TEST_CASE("Dates that do not go with the year's calendar are told", "[bases]") {
  const auto faults_on = [](const std::string& day, Values values) {
    values.emplace("base_id", "B");
    const Measure calendar = measure(checked({{values, outline(0, 400)}}, day), "bases.calendar");
    return calendar.detail.empty() ? std::string() : table_row(calendar, "base_id", "B")["reasons"].dump();
  };
  CHECK(faults_on("2024-12-01", {{"applied_on", "2024-02-10"}, {"assessed_on", "2024-09-20"}}).empty());
  CHECK(faults_on("2024-12-01", {{"applied_on", "2024-04-01"}, {"assessed_on", "2024-09-20"}})
            .find("申报，不在") != std::string::npos);
  CHECK(faults_on("2024-12-01", {{"applied_on", "2024-02-10"}, {"assessed_on", "2024-11-02"}})
            .find("评定，不在") != std::string::npos);
  // Not assessed yet: awaited until the end of October.
  CHECK(faults_on("2024-10-31", {{"applied_on", "2024-02-10"}}).empty());
  CHECK(faults_on("2024-11-01", {{"applied_on", "2024-02-10"}}).find("未见评定") != std::string::npos);
  CHECK(faults_on("2025-01-05", {{"applied_on", "2024-02-10"}}).find("未见评定") != std::string::npos);
  CHECK(says(measure(checked({base_of("B", outline(0, 400))}, "2024-09-01"), "bases.calendar").notes,
             "综合评估期"));
  CHECK(says(measure(checked({base_of("B", outline(0, 400))}, "2024-02-01"), "bases.calendar").notes,
             "申报遴选期"));
}

TEST_CASE("What a base is depends on the day", "[bases]") {
  const Values assessed{{"base_id", "B"}, {"applied_on", "2024-02-10"}, {"assessed_on", "2024-09-20"}};
  CHECK(standing_on("2024-02-29", assessed) == "pending");
  CHECK(standing_on("2024-09-19", assessed) == "pending");
  CHECK(standing_on("2024-09-20", assessed) == "counts");

  const Values left{
      {"base_id", "B"}, {"assessed_on", "2022-09-20"}, {"status", "已退出"}, {"status_on", "2024-06-01"}};
  CHECK(standing_on("2024-05-31", left) == "counts");
  CHECK(standing_on("2024-06-01", left) == "left");

  CHECK(standing_on("2024-06-30", {{"base_id", "B"}, {"status", "申报"}, {"status_on", "2024-02-01"}}) ==
        "pending");
  CHECK(standing_on("2024-06-30", {{"base_id", "B"}, {"status", "已认定"}, {"status_on", "2022-10-01"}}) ==
        "counts");
  CHECK(standing_on("2024-06-30", {{"base_id", "B"}, {"status", "未通过"}, {"status_on", "2023-10-01"}}) ==
        "left");
  CHECK(standing_on("2024-06-30", {{"base_id", "B"}, {"founded", "2025-01-01"}}) == "pending");
}

TEST_CASE("A base that has applied and was not assessed is pending", "[bases]") {
  CHECK(standing_on("2024-06-30", {{"base_id", "B"}, {"applied_on", "2024-02-10"}}) == "pending");
  // What is known of October says nothing of June.
  CHECK(standing_on("2024-06-30", {{"base_id", "B"},
                                   {"applied_on", "2024-02-10"},
                                   {"status", "已认定"},
                                   {"status_on", "2024-10-15"}}) == "pending");
}

TEST_CASE("Who is pending or has left counts in no figure of the circle", "[bases]") {
  const Values numbers{{"output_t", 1000.0}, {"supplied_daily_t", 1000.0}};
  Values left = numbers, pending = numbers;
  left["status"] = "取消";
  left["status_on"] = "2024-01-01";
  pending["assessed_on"] = "2024-09-20";
  const CheckResult result =
      checked({base_of("B", outline(0, 400), {{"output_t", 1000.0}, {"supplied_daily_t", 100.0}}),
               base_of("L", outline(1000, 100), left), base_of("P", outline(2000, 100), pending)});
  CHECK(value(result, "bases.count") == 1);
  CHECK(says(measure(result, "bases.count").notes, "待认定 1 个、已退出 1 个"));
  CHECK(value(result, "bases.total") == Approx(400).epsilon(1e-9));
  CHECK(value(result, "bases.daily") == Approx(0.1));
  CHECK(measure(result, "bases.each").verdict == "met");  // the small ones do not count
}

TEST_CASE("Without a layer of bases nothing is judged; with an empty one nothing is met", "[bases]") {
  World world;
  const CheckResult missing = check_bases(world.context());
  CHECK(missing.measures.empty());
  CHECK(misses(missing, "ring_bases"));
  const CheckResult empty = checked({});
  CHECK(value(empty, "bases.count") == 0);
  for (const Measure& one : empty.measures) {
    INFO(one.id);
    CHECK(one.verdict != "met");
  }
}
