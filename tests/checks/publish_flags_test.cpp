#include "checks/publish_flags.hpp"

#include <catch2/catch.hpp>

#include "catalog/fixture.hpp"
#include "checks/flags_fixture.hpp"
#include "checks/identify.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using catalog::test::error_of;
using Catch::Matchers::Contains;

namespace {

/// Findings as a run that pins the flags as they are now knows them.
Run identified(FlagsLand& land, std::vector<Finding> findings, const std::string& as_of) {
  auto cleared = identify(findings, known_cases(land.pinned()), as_of);
  return run_of(std::move(findings), std::move(cleared), as_of);
}

}  // namespace

TEST_CASE("A new finding is a suspected flag with all that was found, and its land", "[publish_flags]") {
  FlagsLand land;
  Finding one = hut_finding("a", 0);
  one.verdict = Verdict::for_field_check;
  one.held_back_by = "inside the error";
  one.held_back_by_zh = "在误差之内";
  const PublishedFlags done = land.publish(run_of({one, hut_finding("b", 50)}));
  CHECK(done.added == 2);
  CHECK(done.persisting + done.reopened + done.cleared == 0);
  CHECK(land.flags() == 2);
  const base::Json flag = land.flag("a");
  CHECK(flag["check"] == "greenhouse");
  CHECK(flag["rule"] == "G3");
  CHECK(flag["rule_version"] == 2);
  CHECK(flag["category"] == 3);
  CHECK(flag["verdict"] == "for_field_check");
  CHECK(flag["severity"] == "high");
  CHECK(flag["state"] == "new");
  CHECK(flag["status"] == "suspected");
  CHECK(flag["measured"] == 30.0);
  CHECK(flag["limit_value"] == 22.5);
  CHECK(flag["tolerance"] == 0.4);
  CHECK(flag["held_back_by"] == "在误差之内");
  CHECK(flag["held_back_by_en"] == "inside the error");
  CHECK(flag["found_on"] == "2024-06-30");
  CHECK(flag["seen_on"] == "2024-06-30");
  CHECK(flag["what"] == one.what_zh);
  CHECK(flag["turns_en"] == one.turns);
  CHECK(flag["town"] == "采育镇");
  CHECK_FALSE(flag.contains("assignee"));
  CHECK(base::parse_json(flag["evidence"].get<std::string>())["subjects"][0]["key"] == "S-a");
  CHECK_FALSE(land.flag("b").contains("held_back_by"));
  CHECK(geometry::area_m2(land.land("a")) == Approx(30).epsilon(1e-6));
  const auto audit = land.audit();
  REQUIRE(audit.size() == 2);
  CHECK(audit[0].who == "checker");
  CHECK(audit[0].action == "feature.insert");
}

TEST_CASE("A run that is published again writes nothing", "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("closed", 100)}, {}, "2024-01-31"));
  land.edit("closed", {{"status", "closed"}});
  const Run run = identified(land, {hut_finding("closed", 100), hut_finding("a", 0)}, "2024-06-30");
  const PublishedFlags first = land.publish(run);
  CHECK(first.added == 1);
  CHECK(first.reopened == 1);
  const std::size_t rows = land.audit().size();
  const std::uint64_t changes = land.pinned().find("flags")->changes;
  for (int again = 0; again < 2; ++again) {
    const PublishedFlags done = land.publish(run);
    CHECK(done.added + done.reopened + done.cleared == 0);
    CHECK(done.persisting == 2);
  }
  CHECK(land.audit().size() == rows);
  CHECK(land.pinned().find("flags")->changes == changes);
  CHECK(land.flag(run.results[0].findings[1].fingerprint)["state"] == "new");
  CHECK(land.flag("closed")["state"] == "reopened");
}

TEST_CASE("A case found again has its figures and land brought up to date, and keeps its workflow",
          "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("a", 0), hut_finding("same", 50)}));
  land.edit("a", {{"status", "assigned"},
                  {"assignee", "王"},
                  {"status_by", "li"},
                  {"status_at", "2024-07-02T08:00:00Z"}});
  Run run = identified(land, {hut_finding("a", 1, 35), hut_finding("same", 50)}, "2024-12-31");
  CHECK(run.results[0].findings[0].state == State::persisting);
  const PublishedFlags done = land.publish(run);
  CHECK(done.persisting == 2);
  const base::Json flag = land.flag("a");
  CHECK(flag["measured"] == 35.0);
  CHECK(flag["state"] == "persisting");
  CHECK(flag["seen_on"] == "2024-12-31");
  CHECK(flag["found_on"] == "2024-06-30");
  CHECK(flag["status"] == "assigned");
  CHECK(flag["assignee"] == "王");
  CHECK(flag["status_at"] == "2024-07-02T08:00:00Z");
  CHECK(geometry::area_m2(land.land("a")) == Approx(35).epsilon(1e-6));
  CHECK(land.flag("same")["seen_on"] == "2024-12-31");
  // An older run that comes late does not make it seen earlier.
  run.as_of = "2024-10-01";
  run.results[0].findings[0].measured = 99;
  land.publish(run);
  CHECK(land.flag("a")["seen_on"] == "2024-12-31");
  CHECK(land.flag("a")["measured"] == 35.0);
}

TEST_CASE("A case that was closed, or rectified, and is found again is suspected again and tells what it was",
          "[publish_flags]") {
  for (const std::string status : {"closed", "rectified"}) {
    FlagsLand land;
    land.publish(run_of({hut_finding("a", 0)}));
    land.edit("a", {{"status", status}, {"assignee", "王"}, {"reason", "拆除"}});
    const Run run = identified(land, {hut_finding("a", 0)}, "2024-12-31");
    CHECK(run.results[0].findings[0].state == State::reopened);
    CHECK(land.publish(run).reopened == 1);
    const base::Json flag = land.flag("a");
    CHECK(flag["state"] == "reopened");
    CHECK(flag["status"] == "suspected");
    CHECK_FALSE(flag.contains("assignee"));
    CHECK_THAT(flag["reason"].get<std::string>(), Contains(status));
    CHECK_THAT(flag["reason"].get<std::string>(), Contains("王"));
    CHECK_THAT(flag["reason"].get<std::string>(), Contains("2024-12-31"));
    CHECK(flag["status_by"] == "checker");
    CHECK(flag["found_on"] == "2024-06-30");
    // The next run finds it open, and it is no news any more.
    land.publish(identified(land, {hut_finding("a", 0)}, "2025-01-31"));
    CHECK(land.flag("a")["state"] == "persisting");
  }
}

TEST_CASE("What was edited between the pin and the publish stays", "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("a", 0), hut_finding("b", 50), hut_finding("c", 100)}));
  land.edit("c", {{"status", "rectified"}});
  Run run = identified(land, {hut_finding("a", 0, 31), hut_finding("b", 50, 31), hut_finding("c", 100, 31)},
                       "2024-12-31");
  land.edit("a", {{"status", "dismissed"}, {"reason", "误报"}});
  land.edit("b", {{"status", "rectified"}});
  land.edit("c", {{"status", "confirmed"}, {"reason", "未拆除"}});
  CHECK(land.publish(run).persisting == 3);
  CHECK(land.flag("a")["status"] == "dismissed");
  CHECK(land.flag("a")["reason"] == "误报");
  CHECK(land.flag("a")["measured"] == 31.0);
  CHECK(land.flag("b")["status"] == "rectified");
  CHECK(land.flag("c")["status"] == "confirmed");
  CHECK(land.flag("c")["reason"] == "未拆除");
}

TEST_CASE("A dismissal stays, however often the case is found", "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("a", 0)}));
  land.edit("a", {{"status", "dismissed"}, {"reason", "有批准文件"}});
  for (const char* day : {"2024-12-31", "2025-06-30"}) {
    land.publish(identified(land, {hut_finding("a", 0)}, day));
    CHECK(land.flag("a")["status"] == "dismissed");
    CHECK(land.flag("a")["reason"] == "有批准文件");
    CHECK(land.flag("a")["state"] == "persisting");
  }
  const Run none = identified(land, {}, "2025-12-31");
  CHECK(none.cleared.empty());
}

TEST_CASE("A case that is not found again is cleared and keeps all else, until it is back",
          "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("a", 0)}));
  land.edit("a", {{"status", "assigned"}, {"assignee", "王"}});
  const Run gone = identified(land, {}, "2024-12-31");
  CHECK(gone.cleared == std::vector<std::string>{"a"});
  CHECK(land.publish(gone).cleared == 1);
  base::Json flag = land.flag("a");
  CHECK(flag["state"] == "cleared");
  CHECK(flag["status"] == "assigned");
  CHECK(flag["assignee"] == "王");
  CHECK(flag["measured"] == 30.0);
  CHECK(flag["seen_on"] == "2024-06-30");
  const std::size_t rows = land.audit().size();
  CHECK(land.publish(gone).cleared == 0);
  CHECK(land.publish(identified(land, {}, "2025-01-31")).cleared == 0);
  CHECK(land.audit().size() == rows);

  CHECK(land.publish(identified(land, {hut_finding("a", 0)}, "2025-06-30")).reopened == 1);
  flag = land.flag("a");
  CHECK(flag["state"] == "reopened");
  CHECK(flag["status"] == "suspected");
  CHECK(flag["seen_on"] == "2025-06-30");
  CHECK_THAT(flag["reason"].get<std::string>(), Contains("cleared"));
}

TEST_CASE("A flag that somebody deleted comes back as a new one, and one unknown is cleared by nobody",
          "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("a", 0)}));
  const std::uint64_t id = land.id("a");
  const Run run = identified(land, {hut_finding("a", 0)}, "2024-12-31");
  land.living().remove("flags", id, {.any = true, .tags = {}}, {.who = "li", .districts = {}});
  CHECK(land.publish(run).added == 1);
  CHECK(land.id("a") == id);
  CHECK(land.flag("a")["state"] == "new");
  CHECK(land.publish(run_of({}, {"nobody"})).cleared == 0);
}

TEST_CASE("When one finding cannot be a flag, none of the run is published", "[publish_flags]") {
  FlagsLand land;
  Finding astray = hut_finding("far", 0);
  astray.where = geometry::make_box({10, 10, 10.001, 10.001});
  CHECK(error_of([&] { land.publish(run_of({hut_finding("a", 0), astray})); }).code() == base::Code::invalid);
  CHECK(land.flags() == 0);
  CHECK(land.audit().empty());
  CHECK(land.publish(run_of({hut_finding("a", 0)})).added == 1);
}

TEST_CASE("Thousands of findings are published at once, and again without a change", "[publish_flags]") {
  FlagsLand land;
  std::vector<Finding> findings;
  for (int i = 0; i < 2000; ++i) findings.push_back(hut_finding("f" + std::to_string(i), 10.0 * i));
  const Run run = run_of(findings);
  CHECK(land.publish(run).added == 2000);
  const std::size_t rows = land.audit().size();
  CHECK(rows == 2000);
  CHECK(land.publish(run).persisting == 2000);
  CHECK(land.audit().size() == rows);
  CHECK(land.flags() == 2000);
}

TEST_CASE("Flags are read as they stand now, whatever the day, and make no day", "[publish_flags]") {
  FlagsLand land;
  land.publish(run_of({hut_finding("a", 0)}));
  land.edit("a", {{"status", "assigned"}, {"assignee", "王"}});
  CHECK(land.pinned().as_of.empty());
  const Pinned early = pin(land.catalog(), "2020-01-01");
  REQUIRE(early.find("flags") != nullptr);
  CHECK(known_cases(early).at(0).status == "assigned");
  CHECK(early.as_of == "2020-01-01");
}
