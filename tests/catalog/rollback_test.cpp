#include "catalog/rollback.hpp"

#include "catalog/fixture.hpp"
#include "store/audit_log.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using catalog::Catalog;
using catalog::roll_back;
using Catch::Matchers::Contains;

namespace {

void import_years(const Land& land, std::initializer_list<int> years) {
  for (const int year : years)
    land.import({land.folder.write("a.geojson", collection(squares(year - 2019)))},
                {.as_of = std::to_string(year) + "-01-01"});
}

std::vector<store::AuditRow> audit_of(const Land& land) {
  store::Work work = store::Work::open(land.workspace.work(), true);
  std::vector<store::AuditRow> rows;
  store::AuditLog(work).read(1, [&rows](const store::AuditRow& row) { rows.push_back(row); });
  return rows;
}

}  // namespace

TEST_CASE("a rolled back edition is passed by when a date is asked, and still pinned by its number") {
  const Land land;
  import_years(land, {2020, 2021, 2022, 2023});
  Catalog catalog(land.workspace, {});
  const auto held = catalog.edition("fields");
  const auto done = roll_back(land.workspace, "fields", 2, "shell:anna");
  CHECK(done.before.edition == 4);
  CHECK(done.now.edition == 2);
  CHECK(catalog.edition("fields") == held);
  REQUIRE(catalog.refresh());
  CHECK(held->snapshot->size() == 4);
  CHECK(catalog.edition("fields")->record.edition == 2);
  CHECK(catalog.edition("fields", {}, "2024-01-01")->record.edition == 2);
  CHECK(catalog.edition("fields", {}, "2020-06-01")->record.edition == 1);
  CHECK(catalog.edition("fields", 4)->snapshot->size() == 4);
  CHECK(catalog.edition("fields", 4)->record.withdrawn);
}

TEST_CASE("the import after a rollback takes the next number and is told against the current edition") {
  const Land land;
  import_years(land, {2020, 2021, 2022});
  roll_back(land.workspace, "fields", 1, "shell:anna");
  const auto report =
      land.import({land.folder.write("b.geojson", collection(squares(2)))}, {.as_of = "2023-01-01"});
  CHECK(report.edition == 4);
  CHECK(report.follows == 1);
  CHECK(report.unchanged == 1);
  CHECK(report.added == 1);
  CHECK(report.removed == 0);
  CHECK(land.features(3).size() == 3);
  CHECK(land.features(4).size() == 2);
  const Catalog catalog(land.workspace, {});
  CHECK(catalog.edition("fields", {}, "2022-06-01")->record.edition == 1);
  roll_back(land.workspace, "fields", 3, "shell:anna");
  const Catalog again(land.workspace, {});
  CHECK(again.edition("fields", {}, "2022-06-01")->record.edition == 3);
  CHECK(again.edition("fields", {}, "2023-06-01")->record.edition == 3);
}

TEST_CASE("every edition and every rollback has its row in the audit trail") {
  const Land land;
  land.import({land.folder.write("a.geojson", collection(squares(2)))}, {.who = "shell:anna"});
  land.import({land.folder.write("a.geojson", collection(squares(3)))}, {.dry_run = true});
  land.import({land.folder.write("a.geojson", collection(squares(3)))}, {.who = "li"});
  roll_back(land.workspace, "fields", 1, "shell:wang");
  roll_back(land.workspace, "fields", 1, "shell:wang");
  const auto rows = audit_of(land);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].entry.action == "edition.publish");
  CHECK(rows[0].entry.subject == "fields/1");
  CHECK(rows[0].entry.who == "shell:anna");
  CHECK(rows[1].entry.who == "li");
  CHECK(rows[1].entry.after.at("digest") == land.record().edition("fields", 2)->digest);
  CHECK(rows[1].entry.after.at("rows") == 3);
  CHECK(rows[2].entry.action == "edition.rollback");
  CHECK(rows[2].entry.before.at("edition") == 2);
  CHECK(rows[2].entry.after.at("edition") == 1);
}

TEST_CASE("what cannot be rolled back says what there is") {
  const Land land;
  import_years(land, {2020, 2021});
  CHECK_THAT(error_of([&] { roll_back(land.workspace, "fields", 7, "x"); }).hint(), Contains("1, 2"));
  CHECK_THAT(error_of([&] { roll_back(land.workspace, "field", 1, "x"); }).hint(), Contains("\"fields\""));
  CHECK(audit_of(land).size() == 2);
}

TEST_CASE("an old edition rebuilt from the record has its digest after the layer's fields grew") {
  const Land land;
  import_years(land, {2020, 2021});
  std::string grown = kFields;
  grown.insert(grown.rfind(']'), R"(  { name = "owner", title = "权属", type = "text" },)"
                                 "\n");
  std::ofstream(land.workspace.own_layers() / "fields.toml") << grown;
  import_years(land, {2022});
  const auto old = land.record().edition("fields", 2);
  REQUIRE(old);
  const auto file = land.workspace.snapshots() / old->snapshot;
  const std::string bytes = read_file(file);
  fs::remove(file);
  Catalog catalog(land.workspace, {});
  CHECK(catalog.edition("fields", 2)->snapshot->digest() == old->digest);
  CHECK(read_file(file) == bytes);
  CHECK_FALSE(catalog.edition("fields", 2)->snapshot->schema().index_of("owner"));
  CHECK(catalog.edition("fields")->snapshot->schema().index_of("owner"));
  roll_back(land.workspace, "fields", 2, "x");
  REQUIRE(catalog.refresh());
  CHECK(catalog.edition("fields")->snapshot->digest() == old->digest);
}
