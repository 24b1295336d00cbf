#include "checks/workflow.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "catalog/fixture.hpp"
#include "catalog/living_edition.hpp"
#include "checks/flags_fixture.hpp"

using namespace caitu;
using namespace caitu::checks;
using namespace caitu::checks::check_test;
using base::Code;
using catalog::test::error_of;
using Catch::Matchers::Contains;

namespace {

const catalog::Expected kAny{.any = true, .tags = {}};
constexpr const char* kNoon = "2024-07-01T12:00:00Z";

/// A flag whose steps are taken by `li`.
struct Case {
  Case() {
    land.publish(run_of({hut_finding("a", 0)}));
    id = land.id("a");
  }
  catalog::Edited take(const Step& step, const catalog::Expected& expected = kAny,
                       const std::string& at = kNoon) {
    return take_step(land.living(), land.catalog(), id, step, expected, {.who = "li", .districts = {}}, at);
  }
  base::Error refused(const Step& step) {
    return error_of([&] { take(step); });
  }
  std::string text(const char* field) { return land.flag("a").value(field, ""); }

  FlagsLand land;
  std::uint64_t id = 0;
};

const Step kAssign{.status = "assigned", .reason = "", .assignee = "王"};

}  // namespace

TEST_CASE("A flag goes from suspected to closed, each step with who, when and why", "[workflow]") {
  Case one;
  one.take(kAssign, kAny, "2024-07-01T08:00:00Z");
  CHECK(one.text("status") == "assigned");
  CHECK(one.text("assignee") == "王");
  CHECK(one.text("status_by") == "li");
  CHECK(one.text("status_at") == "2024-07-01T08:00:00Z");
  CHECK(one.text("reason").empty());
  one.take({.status = "confirmed", .reason = "现场测量 30 m²", .assignee = ""}, kAny, "2024-07-03T08:00:00Z");
  CHECK(one.text("reason") == "现场测量 30 m²");
  CHECK(one.text("assignee") == "王");
  CHECK(one.text("status_at") == "2024-07-03T08:00:00Z");
  one.take({.status = "rectified", .reason = "", .assignee = ""});
  CHECK(one.text("reason").empty());
  CHECK(one.take({.status = "closed", .reason = "", .assignee = ""}).version == 5);
  CHECK(one.text("status") == "closed");
  const auto audit = one.land.audit();
  REQUIRE(audit.size() == 5);
  CHECK(audit[1].who == "li");
  CHECK(audit[1].before["properties"]["status"] == "suspected");
  CHECK(audit[1].after["properties"]["status"] == "assigned");
  CHECK(audit[2].after["properties"]["reason"] == "现场测量 30 m²");
}

TEST_CASE("Nothing but the workflow changes by a step", "[workflow]") {
  Case one;
  base::Json before = one.land.flag("a");
  one.take(kAssign);
  base::Json after = one.land.flag("a");
  for (base::Json* flag : {&before, &after}) {
    for (const char* field : {"status", "assignee", "reason", "status_by", "status_at"}) flag->erase(field);
  }
  CHECK(before == after);
}

TEST_CASE("A step that there is not is a conflict that names the status and what is possible", "[workflow]") {
  Case one;
  const base::Error error = one.refused({.status = "closed", .reason = "", .assignee = ""});
  CHECK(error.code() == Code::conflict);
  CHECK_THAT(std::string(error.what()), Contains("suspected") && Contains("closed"));
  CHECK_THAT(error.hint(), Contains("assigned") && Contains("dismissed"));
  CHECK(one.text("status") == "suspected");
  CHECK(one.land.audit().size() == 1);
  one.land.edit("a", {{"status", "closed"}});
  for (const char* status : {"suspected", "assigned", "confirmed", "dismissed", "rectified", "closed"})
    CHECK(one.refused({.status = status, .reason = "r", .assignee = ""}).code() == Code::conflict);
  one.land.edit("a", {{"status", "made up"}});
  CHECK(one.refused(kAssign).code() == Code::conflict);
}

TEST_CASE("A status that there is not is told with the nearest, and missing words are asked for",
          "[workflow]") {
  Case one;
  const base::Error unknown = one.refused({.status = "asigned", .reason = "", .assignee = "王"});
  CHECK(unknown.code() == Code::invalid);
  CHECK_THAT(unknown.hint(), Contains("assigned"));
  CHECK(one.refused({.status = "", .reason = "", .assignee = ""}).where().field == "status");
  const auto missing = [&](const Step& step) {
    const base::Error error = one.refused(step);
    CHECK(error.code() == Code::invalid);
    return error.where().field;
  };
  CHECK(missing({.status = "assigned", .reason = "", .assignee = ""}) == "assignee");
  CHECK(missing({.status = "dismissed", .reason = "", .assignee = ""}) == "reason");
  CHECK(missing({.status = "dismissed", .reason = "r", .assignee = "王"}) == "assignee");
  one.take(kAssign);
  CHECK(missing(kAssign) == "assignee");
  CHECK(missing({.status = "dismissed", .reason = "", .assignee = ""}) == "reason");
  CHECK(missing({.status = "suspected", .reason = "", .assignee = ""}) == "reason");
  one.take({.status = "assigned", .reason = "", .assignee = "赵"});
  CHECK(one.text("assignee") == "赵");
}

TEST_CASE("The ways back need a reason, and giving back a flag takes its assignee away", "[workflow]") {
  Case one;
  one.take(kAssign);
  one.take({.status = "suspected", .reason = "不在本片区", .assignee = ""});
  CHECK_FALSE(one.land.flag("a").contains("assignee"));
  one.take(kAssign);
  one.take({.status = "dismissed", .reason = "有批准文件", .assignee = ""});
  one.take({.status = "suspected", .reason = "文件已失效", .assignee = ""});
  one.take(kAssign);
  one.take({.status = "confirmed", .reason = "", .assignee = ""});
  one.take({.status = "rectified", .reason = "", .assignee = ""});
  CHECK(one.refused({.status = "confirmed", .reason = "", .assignee = ""}).where().field == "reason");
  one.take({.status = "confirmed", .reason = "仍未拆除", .assignee = ""});
  one.take({.status = "dismissed", .reason = "复议撤销", .assignee = ""});
  CHECK(one.text("reason") == "复议撤销");
}

TEST_CASE("A step from another state than was seen is refused, though it would be possible", "[workflow]") {
  Case one;
  const catalog::Edited assigned = one.take(kAssign);
  CHECK_THROWS_AS(one.take({.status = "confirmed", .reason = "", .assignee = ""},
                           {.any = false, .tags = {"what it was"}}),
                  catalog::ChangedMeanwhile);
  // Told before what is possible: the editor has not seen what it is.
  CHECK_THROWS_AS(
      one.take({.status = "closed", .reason = "", .assignee = ""}, {.any = false, .tags = {"what it was"}}),
      catalog::ChangedMeanwhile);
  one.take({.status = "confirmed", .reason = "", .assignee = ""}, {.any = false, .tags = {assigned.tag}});
  CHECK(error_of([&] {
          take_step(one.land.living(), one.land.catalog(), 12345, kAssign, kAny,
                    {.who = "li", .districts = {}}, kNoon);
        }).code() == Code::not_found);
}

TEST_CASE("Possible steps lead to statuses that there are, and closed has none", "[workflow]") {
  std::set<std::string> reached;
  for (const char* status : {"suspected", "assigned", "confirmed", "dismissed", "rectified"}) {
    const auto steps = possible_steps(status);
    INFO(status);
    REQUIRE_FALSE(steps.empty());
    for (const PossibleStep& step : steps) {
      CHECK(step.from == status);
      CHECK_FALSE(status_zh(step.to).empty());
      CHECK_FALSE(step.means_zh.empty());
      CHECK((step.to != "dismissed" || step.needs_reason));
      CHECK((step.to == "assigned") == step.needs_assignee);
      reached.emplace(step.to);
    }
  }
  CHECK(reached ==
        std::set<std::string>{"suspected", "assigned", "confirmed", "dismissed", "rectified", "closed"});
  CHECK(possible_steps("closed").empty());
  CHECK(possible_steps("made up").empty());
  CHECK(possible_steps("").front().to == possible_steps("suspected").front().to);
  CHECK(status_zh("confirmed") == "已认定");
}
