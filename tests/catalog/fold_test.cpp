#include "catalog/fold.hpp"

#include <atomic>
#include <thread>

#include "catalog/living_fixture.hpp"
#include "catalog/rollback.hpp"
#include "store/audit_log.hpp"
#include "store/living.hpp"

using namespace caitu;
using namespace caitu::catalog;
using namespace caitu::catalog::test;
using base::Code;

TEST_CASE("a fold makes an edition of what readers saw, once") {
  const LivingLand land;
  land.deliver(squares(3), "2024-01-01");
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  CHECK_FALSE(land.fold());
  living.insert("plots", draft(square("9", 116.5, 40.5, R"(,"crop":"葱")")), kZhang);
  const Edited last = living.remove("plots", id_of(*shown(catalog), "1"), kAny, kZhang);
  const auto before = shown(catalog);
  CHECK(land.fold() == 2u);
  CHECK_FALSE(land.fold());
  const auto after = shown(catalog);
  CHECK(after->record.edition == 2);
  CHECK(after->changes == 0);
  CHECK(crops(*after) == crops(*before));
  CHECK(after->record.digest == before->record.digest);
  const auto record = land.editions().back();
  CHECK(record.source["changes"]["through"] == last.sequence);
  CHECK(record.as_of > "2024-01-01");
  CHECK(record.report["added"] == 1);
  CHECK(record.report["removed"] == 1);
  CHECK(record.report["unchanged"] == 2);
  CHECK(catalog.edition("plots", {}, "2024-06-30")->record.edition == 1);
  CHECK(catalog.edition("plots", {}, record.as_of)->record.edition == 2);
  // Rebuilt from the record it is the same land.
  fs::remove(land.workspace.snapshots() / record.snapshot);
  CHECK(Catalog(land.workspace, {}).edition("plots")->record.digest == record.digest);
  CHECK(living.insert("plots", draft(square("1", 116, 40)), kZhang).sequence == last.sequence + 1);
  CHECK(crops(*shown(catalog)).size() == 4);
}

TEST_CASE("an edition that a fold has published stands in the audit trail like any other") {
  const LivingLand land;
  land.deliver(squares(3), "2024-01-01");
  Catalog catalog(land.workspace, {});
  Living(catalog).insert("plots", draft(square("9", 116.5, 40.5)), kZhang);
  REQUIRE(land.fold() == 2u);
  store::Work work = store::Work::open(land.workspace.work(), true);
  std::vector<std::string> told;
  store::AuditLog(work).read(1, [&told](const store::AuditRow& row) {
    if (row.entry.action == "edition.publish")
      told.push_back(row.entry.who + " " + row.entry.subject + " " +
                     row.entry.after["digest"].get<std::string>());
  });
  const auto editions = land.editions();
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "shell plots/1 " + editions[0].digest);
  CHECK(told[1] == "caitu plots/2 " + editions[1].digest);
}

TEST_CASE("a fold that dies before it publishes changes nothing, and the next one does all of it") {
  const LivingLand land;
  land.deliver(squares(2));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  living.insert("plots", draft(square("9", 116.5, 40.5)), kZhang);
  const auto before = shown(catalog);
  {
    // As far as a killed fold comes: staged, rows written, the snapshot under its name.
    auto record = store::Store::open(land.workspace.database(), false);
    auto staged = record.stage(land.declaration().schema, "2030-01-01");
    staged.add(before->snapshot->feature(0), {1, 2});
    std::ofstream(land.workspace.snapshots() / "plots-2.snapshot") << "half";
  }
  CHECK(shown(catalog)->record.digest == before->record.digest);
  CHECK(Catalog(land.workspace, {}).edition("plots")->record.digest == before->record.digest);
  CHECK(land.fold() == 2u);
  CHECK(crops(*shown(catalog)) == crops(*before));
  CHECK(shown(catalog)->snapshot->size() == 3);
}

TEST_CASE("a delivery over edits is told against them, and edits made while it runs stay on top") {
  const LivingLand land;
  land.deliver(squares(2), "2024-01-01");
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const std::uint64_t two = id_of(*shown(catalog), "2");
  living.insert("plots", draft(square("9", 116.5, 40.5)), kZhang);
  const ImportReport report = land.deliver(squares(3), "2024-06-30");
  CHECK(report.edition == 3);
  CHECK(report.added == 1);
  CHECK(report.removed == 1);
  CHECK(report.unchanged == 2);
  CHECK(crops(*shown(catalog)) == std::map<std::string, std::string>{{"1", ""}, {"2", ""}, {"3", ""}});
  CHECK(crops(*catalog.edition("plots", 2)).contains("9"));

  // An import is between its fold and its end; somebody edits.
  auto record = store::Store::open(land.workspace.database(), false);
  {
    auto staged = record.stage(land.declaration().schema, "2024-07-01");
    living.merge("plots", two, merge(R"({"crop":"葱"})"), kAny, kZhang);
    CHECK(error_of([&] { land.fold(); }).code() == Code::busy);
    CHECK_FALSE(
        fold_due(land.workspace, *catalog.state(), {.changes = 0, .after = std::chrono::seconds(3600)}));
  }
  CHECK(crops(*shown(catalog))["2"] == "葱");
  CHECK(fold_due(land.workspace, *catalog.state(), {.changes = 0, .after = std::chrono::seconds(3600)}));
  CHECK(crops(*shown(catalog))["2"] == "葱");
  CHECK(shown(catalog)->record.edition == 4);
}

TEST_CASE("what is due to be folded is told by number and by age") {
  const LivingLand land;
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  const auto due = [&](std::uint64_t changes, int seconds) {
    catalog.refresh();
    return fold_due(land.workspace, *catalog.state(),
                    {.changes = changes, .after = std::chrono::seconds(seconds)});
  };
  CHECK_FALSE(due(0, 0));
  living.insert("plots", draft(square("1", 116, 40)), kZhang);
  living.insert("plots", draft(square("2", 116, 40)), kZhang);
  CHECK_FALSE(due(2, 3600));
  CHECK(due(1, 3600));
  CHECK_FALSE(due(0, 0));
  living.insert("plots", draft(square("3", 116, 40)), kZhang);
  CHECK(due(100, 0));
}

TEST_CASE("a rollback sets aside what was edited since, as an edition that can be read") {
  const LivingLand land;
  land.deliver(squares(2));
  Catalog catalog(land.workspace, {});
  Living living(catalog);
  living.insert("plots", draft(square("9", 116.5, 40.5)), kZhang);
  roll_back(land.workspace, "plots", 1, "shell:test");
  CHECK(shown(catalog)->record.edition == 1);
  CHECK(shown(catalog)->changes == 0);
  CHECK_FALSE(crops(*shown(catalog)).contains("9"));
  CHECK(crops(*catalog.edition("plots", 2)).contains("9"));
  living.insert("plots", draft(square("8", 116.5, 40.5)), kZhang);
  CHECK(crops(*shown(catalog)).size() == 3);
  CHECK(land.fold() == 3u);
  CHECK(crops(*shown(catalog)).size() == 3);
}
