// What an examination of the databases finds; nothing that is ever read may be wrong in silence.
#include "store/examine.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "store/audit_log.hpp"
#include "store/fixture.hpp"
#include "store/migrate.hpp"
#include "store/work.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

bool sound(const Checks& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const Check& c) {
    if (c.verdict != Verdict::good) UNSCOPED_INFO(c.what << ": " << c.found);
    return c.verdict == Verdict::good;
  });
}

/// A record of two layers, two editions of one, refused rows; and a work database with an audit trail.
struct Kept {
  Kept() : record(folder / "caitu.db"), work(folder / "work.db") {
    Store::create(record);
    Store store = Store::open(record, false);
    import_all(store, every_type(), Land(1).features(60));
    {
      StagedEdition staged = store.stage(every_type(), "2024-10-31");
      const auto newest = store.newest_rows("parcels");
      for (std::size_t i = 0; i < 20; ++i) staged.end_row(newest[i].row_id);
      staged.reject({.row = 3,
                     .file = "DLTB.shp",
                     .reason = "no outline",
                     .geometry = Land(2).point(1),
                     .attributes = "{}"});
      staged.publish(record_of(40));
    }
    Schema other = every_type();
    other.layer = "points";
    import_all(store, other, Land(3).features(30));
    Work::create(work);
    Work opened = Work::open(work, false);
    for (int i = 0; i < 40; ++i) {
      WorkChange change(opened);
      AuditLog(opened).append(
          {.who = "shell:zhang", .action = "edition.publish", .subject = "parcels/" + std::to_string(i)});
      change.commit();
    }
  }
  /// Both files as they are at rest: no log beside them.
  static void settle(const std::filesystem::path& file) {
    detail::Connection connection(file, detail::Access::write);
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
  }

  TempFolder folder;
  std::filesystem::path record, work;
};

/// All that anybody reads of a database: every value of every table, but for SpatiaLite's logs, R*Trees'
/// inner pages and SQLite's word for its own tables; and but for the ids of features, which no row's digest
/// covers: they are in that of the edition, and the doctor, who works it out, is tested with them.
std::map<std::string, std::string> dump(const std::filesystem::path& file) {
  std::map<std::string, std::string> tables;
  detail::Connection connection(file, detail::Access::read);
  connection.load_spatialite();
  std::vector<std::string> names;
  detail::Statement all(
      connection,
      "SELECT name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name");
  while (all.step()) {
    const std::string name(all.text(0));
    if (!name.starts_with("sqlite_")) tables["definition of " + name] = all.text(1);
    const auto ends = [&name](std::string_view ending) { return name.ends_with(ending); };
    if (name == "spatialite_history" || name == "sql_statements_log" || ends("_node") || ends("_rowid") ||
        ends("_parent") || name == "SpatialIndex" || name == "ElementaryGeometries" || name == "KNN2" ||
        name == "KNN" || name == "geometry_columns" || name == "views_geometry_columns_statistics" ||
        name == "vector_layers_statistics")
      continue;
    names.push_back(name);
  }
  for (const std::string& name : names) {
    detail::Statement rows(connection, "SELECT * FROM " + detail::sql_name(name));
    const int columns = sqlite3_column_count(rows.get());
    const bool of_features =
        columns > 0 && sqlite3_column_name(rows.get(), columns - 1) == std::string_view("geometry");
    std::vector<std::string> texts;
    while (rows.step()) {
      std::string row;
      for (int i = 0; i < columns; ++i)
        if (!of_features || sqlite3_column_name(rows.get(), i) != std::string_view("id"))
          row += std::string(rows.blob(i)) + "|";
      texts.push_back(row);
    }
    std::sort(texts.begin(), texts.end());
    std::string& table = tables[name];
    for (const std::string& text : texts) table += text + "\n";
  }
  return tables;
}

std::map<std::string, std::string> dump_or_nothing(const std::filesystem::path& file) {
  try {
    return dump(file);
  } catch (const base::Error&) {
    return {};
  }
}

void flip(const std::filesystem::path& file, std::uintmax_t at, char mask) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(stream.get() ^ mask);
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(byte);
}

void flip_everywhere(const std::filesystem::path& file, const std::function<Checks()>& examine, int rounds) {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const auto before = dump(file);
  const std::string bytes = geodata::test::read_file(file);
  int told = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::uintmax_t at = random() % bytes.size();
    const char mask = static_cast<char>(1 << (random() % 8));
    flip(file, at, mask);
    INFO("byte " << at << ", mask " << static_cast<int>(mask));
    const Checks checks = examine();
    const bool good =
        std::all_of(checks.begin(), checks.end(), [](const Check& c) { return c.verdict == Verdict::good; });
    if (good) {
      const auto after = dump_or_nothing(file);
      for (const auto& [name, rows] : before) {
        INFO(name);
        CHECK((after.contains(name) && after.at(name) == rows));
      }
    } else {
      ++told;
    }
    geodata::test::write_file(file, bytes);
  }
  CHECK(told > 0);
  CHECK(told < rounds);
}

void execute(const std::filesystem::path& file, const std::string& sql) {
  detail::Connection(file, detail::Access::write).execute(sql);
}

}  // namespace

TEST_CASE("databases that are as caitu wrote them are sound") {
  const Kept kept;
  CHECK(sound(examine_record(kept.record)));
  CHECK(sound(examine_work(kept.work)));
}

TEST_CASE("a flipped bit anywhere in the record is told, or nothing that is read differs") {
  const Kept kept;
  Kept::settle(kept.record);
  flip_everywhere(
      kept.record, [&] { return examine_record(kept.record); }, 300);
}

TEST_CASE("a flipped bit anywhere in the work database is told, or nothing that is read differs") {
  const Kept kept;
  Kept::settle(kept.work);
  flip_everywhere(
      kept.work, [&] { return examine_work(kept.work); }, 300);
}

TEST_CASE("what somebody else writes into caitu's tables is told") {
  const auto told_of = [](const std::string& sql) {
    const Kept kept;
    execute(kept.record, sql);
    return !sound(examine_record(kept.record));
  };
  CHECK(told_of("UPDATE caitu_editions SET as_of = '2020-01-01' WHERE layer = 'points'"));
  CHECK(told_of("UPDATE caitu_editions SET rows = rows + 1 WHERE layer = 'points'"));
  CHECK(told_of("UPDATE caitu_layers SET current_edition = 1 WHERE layer = 'parcels'"));
  CHECK(told_of("DELETE FROM caitu_rejects"));
  CHECK(told_of("UPDATE parcels_rows SET area_m2 = area_m2 + 1 WHERE row_id = 5"));
  CHECK(told_of("UPDATE parcels_rows SET DLBM = '0102x' WHERE row_id = 5"));
  CHECK(told_of("UPDATE parcels_rows SET content_digest = x'00' WHERE row_id = 5"));
  CHECK(
      told_of("DELETE FROM idx_parcels_rows_geometry WHERE pkid = (SELECT min(pkid) FROM "
              "idx_parcels_rows_geometry)"));
  CHECK(told_of("UPDATE geometry_columns SET srid = 4326 WHERE f_table_name = 'parcels_rows'"));
  CHECK(told_of("UPDATE views_geometry_columns_statistics SET row_count = 7 WHERE view_name = 'parcels'"));
  CHECK(told_of("DROP VIEW parcels"));
  CHECK(told_of("UPDATE spatial_ref_sys SET srtext = 'x' WHERE srid = 4490"));
}

TEST_CASE("rows cut off the end of the audit trail are told, as are rows changed in it") {
  for (const std::string sql :
       {"DELETE FROM audit WHERE number > 38", "UPDATE audit SET who = 'li' WHERE number = 7",
        "INSERT INTO accounts (name, role, created_at) VALUES ('x', 'admin', '')"}) {
    const Kept kept;
    execute(kept.work, sql);
    CHECK_FALSE(sound(examine_work(kept.work)));
  }
}

TEST_CASE("tables of others in the record are no matter of caitu") {
  const Kept kept;
  execute(kept.record,
          "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleqml TEXT); INSERT INTO layer_styles "
          "VALUES (1, 'x')");
  CHECK(sound(examine_record(kept.record)));
}

TEST_CASE("seals hold through rows that are replaced, refused statements and what was rolled back") {
  const Kept kept;
  Work work = Work::open(kept.work, false);
  {
    WorkChange change(work);
    AuditLog(work).append({.who = "zhang", .action = "account.add", .subject = "li"});
  }
  {
    WorkChange change(work);
    AuditLog(work).append({.who = "zhang", .action = "account.add", .subject = "wang"});
    change.commit();
  }
  Store store = Store::open(kept.record, false);
  import_all(store, every_type(), Land(9).features(10));
  CHECK(sound(examine_work(kept.work)));
  CHECK(sound(examine_record(kept.record)));
}

TEST_CASE("what follows from the rows is rebuilt, what does not is left and told") {
  const Kept kept;
  execute(kept.record,
          "DELETE FROM idx_parcels_rows_geometry WHERE pkid < 9;"
          "UPDATE geometry_columns SET srid = 4326 WHERE f_table_name = 'parcels_rows';"
          "UPDATE views_geometry_columns_statistics SET row_count = 7 WHERE view_name = 'parcels'");
  repair_record(kept.record);
  CHECK(sound(examine_record(kept.record)));
  execute(kept.record, "UPDATE parcels_rows SET area_m2 = 1 WHERE row_id = 5");
  repair_record(kept.record);
  CHECK_FALSE(sound(examine_record(kept.record)));
}

TEST_CASE("rows that a killed import left are a note, and go when repaired") {
  const Kept kept;
  {
    Store store = Store::open(kept.record, false);
    StagedEdition staged = store.stage(every_type(), "2025-01-01");
    for (const Feature& feature : Land(4).features(25)) staged.add(feature, content_of(feature));
    staged.index();
    const Checks checks = examine_record(kept.record);
    CHECK(std::none_of(checks.begin(), checks.end(),
                       [](const Check& c) { return c.verdict == Verdict::damaged; }));
    repair_record(kept.record);  // the import holds its layer: nothing is taken away under it
  }
  const Checks left = examine_record(kept.record);
  CHECK(std::none_of(left.begin(), left.end(), [](const Check& c) { return c.verdict == Verdict::damaged; }));
  CHECK_FALSE(sound(left));
  repair_record(kept.record);
  CHECK(sound(examine_record(kept.record)));
}
