#include "catalog/import.hpp"

#include <algorithm>
#include <atomic>

#include "catalog/fixture.hpp"

using namespace caitu;
using namespace caitu::catalog::test;
using Catch::Matchers::Contains;

namespace {

/// Name and bytes of every file of the workspace, but for what SQLite keeps beside a database that is read.
std::map<std::string, std::string> files_of(const catalog::Workspace& workspace) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(workspace.folder)) {
    const std::string name = entry.path().string();
    const bool beside = name.ends_with("-wal") || name.ends_with("-shm");
    if (entry.is_regular_file() && !beside) found[name] = read_file(entry.path());
  }
  return found;
}

/// plot → id of an edition.
std::map<std::string, std::uint64_t> ids_of(const Land& land, std::uint32_t edition) {
  std::map<std::string, std::uint64_t> ids;
  for (const auto& feature : land.features(edition))
    ids[std::get<std::string>(feature.values[0])] = feature.id;
  return ids;
}

std::int64_t newest_row_id(const Land& land) {
  std::int64_t newest = 0;
  for (const auto& row : land.record().newest_rows("fields")) newest = std::max(newest, row.row_id);
  return newest;
}

}  // namespace

TEST_CASE("a layer that the workspace declares itself is imported") {
  const Land land;
  const auto report = land.import({land.folder.write("a.geojson", collection(squares(5)))});
  CHECK(report.edition == 1);
  CHECK(report.added == 5);
  const auto record = land.record().edition("fields", 1);
  REQUIRE(record);
  CHECK(record->published);
  CHECK(record->as_of == "2024-01-01");
  CHECK(record->rows == 5);
  CHECK(record->area_m2 == report.area_m2);
  CHECK(record->report.at("rows_in") == 5);
  CHECK(record->source.at("files").at(0).at("crs_from") == "the file");
  CHECK(fs::exists(land.workspace.snapshots() / record->snapshot));
  CHECK(report.rejects_file.empty());
}

TEST_CASE("a layer that nobody declares is refused with the nearest name") {
  const Land land;
  const auto file = land.folder.write("a.geojson", collection(squares(1)));
  const auto error = error_of([&] { land.import({file}, {.layer = "field"}); });
  CHECK(error.code() == base::Code::usage);
  CHECK_THAT(error.hint(), Contains("\"fields\""));
}

TEST_CASE("the same delivery again writes no rows") {
  const Land land;
  const auto file = land.folder.write("a.geojson", collection(squares(50)));
  land.import({file});
  const auto before = newest_row_id(land);
  const auto digest = land.record().edition("fields", 1)->digest;
  const auto report = land.import({file}, {.as_of = "2025-01-01"});
  CHECK(report.edition == 2);
  CHECK(report.unchanged == 50);
  CHECK(report.added + report.changed + report.removed == 0);
  CHECK(newest_row_id(land) == before);
  CHECK(land.record().edition("fields", 2)->digest == digest);
  CHECK(land.features(1).size() == 50);
}

TEST_CASE("added, changed and removed rows are told apart, and the older edition keeps what it held") {
  const Land land;
  land.import({land.folder.write("a.geojson", collection(squares(10)))});
  const auto before = ids_of(land, 1);
  auto next = squares(11);
  next.erase(next.begin());                                         // 1 is removed, 11 is new
  next[0] = square("2", 116.5, 40);                                 // 2 has moved
  next[1] = square("3", 116 + 0.002 * 3, 40, R"(,"crop":"白菜")");  // 3 has a crop now
  const auto report = land.import({land.folder.write("b.geojson", collection(next))});
  CHECK(report.added == 1);
  CHECK(report.changed == 2);
  CHECK(report.removed == 1);
  CHECK(report.unchanged == 7);
  auto after = ids_of(land, 2);
  CHECK(after.count("1") == 0);
  after.erase("11");
  for (const auto& [plot, id] : after) CHECK(before.at(plot) == id);
  CHECK(ids_of(land, 1) == before);
}

TEST_CASE("neither the order of rows nor the split into files changes an edition") {
  const Land land;
  auto rows = squares(20);
  rows.push_back(square("7", 116.8, 40));  // shares its key
  rows.push_back(square("7", 116.9, 40));
  const auto whole = land.import({land.folder.write("whole.geojson", collection(rows))});
  CHECK_THAT(whole.warnings.back(), Contains("2 rows share their key"));
  std::reverse(rows.begin(), rows.end());
  const std::vector<std::string> left(rows.begin(), rows.begin() + 9), right(rows.begin() + 9, rows.end());
  const auto split = land.import({land.folder.write("left.geojson", collection(left)),
                                  land.folder.write("right.geojson", collection(right))});
  CHECK(split.rows_published == 22);
  CHECK(split.unchanged == 22);
  CHECK(land.record().edition("fields", 1)->digest == land.record().edition("fields", 2)->digest);
}

TEST_CASE("any number of threads gives the same snapshot") {
  const Land one, many;
  const std::string rows = collection(squares(3000));
  for (const auto& [land, threads] : {std::pair(&one, 1), std::pair(&many, 4)}) {
    catalog::ImportRequest request{
        .layer = "fields", .files = {land->folder.write("a.geojson", rows)}, .as_of = "2024-01-01"};
    request.threads = static_cast<std::size_t>(threads);
    catalog::import_delivery(land->workspace, {}, request);
  }
  CHECK(read_file(one.workspace.snapshots() / "fields-1.snapshot") ==
        read_file(many.workspace.snapshots() / "fields-1.snapshot"));
}

TEST_CASE("a dry run says what an import would, and writes nothing") {
  const Land land;
  land.import({land.folder.write("a.geojson", collection(squares(3)))});
  const auto before = files_of(land.workspace);
  auto rows = squares(4);
  rows.push_back(R"({"type":"Feature","properties":{"plot":"5"},"geometry":null})");
  const auto report = land.import({land.folder.write("b.geojson", collection(rows))}, {.dry_run = true});
  CHECK(report.edition == 0);
  CHECK(report.rows_in == 5);
  CHECK(report.rows_refused == 1);
  CHECK(report.added == 1);
  CHECK(report.unchanged == 3);
  CHECK(report.rejects_file.empty());
  CHECK(files_of(land.workspace) == before);
  CHECK(land.record().editions("fields").size() == 1);
}

TEST_CASE("a delivery of which every row is refused publishes nothing") {
  const Land land;
  const auto good = land.folder.write("good.geojson", collection(squares(2)));
  land.import({good});
  const auto bad = land.folder.write(
      "bad.geojson", collection({R"({"type":"Feature","properties":{"plot":"5"},"geometry":null})"}));
  const auto error = error_of([&] { land.import({bad}); });
  CHECK(error.code() == base::Code::refused);
  CHECK_THAT(error.what(), Contains("1 × no geometry"));
  CHECK(land.record().layer("fields")->current == 1);
  CHECK(land.features(1).size() == 2);

  SECTION("and the next import is clean") {
    const auto report = land.import({good});
    CHECK(report.unchanged == 2);
    CHECK(report.rejects_file.empty());
    for (const auto& entry : fs::directory_iterator(land.workspace.rejects()))
      CHECK(entry.path().filename() != "fields-" + std::to_string(report.edition) + ".csv");
  }
}

TEST_CASE("an import that is asked to stop leaves nothing") {
  const Land land;
  const auto file = land.folder.write("a.geojson", collection(squares(3000)));
  base::Progress progress;
  const std::atomic<bool> stop = true;
  progress.cancelled = &stop;
  const catalog::ImportRequest request{.layer = "fields", .files = {file}, .as_of = "2024-01-01"};
  const auto error = error_of([&] { catalog::import_delivery(land.workspace, {}, request, progress); });
  CHECK(error.code() == base::Code::cancelled);
  CHECK(fs::is_empty(land.workspace.snapshots()));
  CHECK(land.import({file}).rows_published == 3000);
}

TEST_CASE("a land date that never was is refused before anything is read") {
  const Land land;
  const auto file = land.folder.write("a.geojson", collection(squares(1)));
  for (const char* date : {"2024-02-31", "2024-1-1", "20240101", "today"})
    CHECK(error_of([&] { land.import({file}, {.as_of = date}); }).code() == base::Code::usage);
}

TEST_CASE("a notice is kept with its edition and with no other, and has its length") {
  const Land land;
  const auto file = land.folder.write("a.geojson", collection(squares(2)));
  land.import({file}, {.notice = "虚构数据"});
  land.import({file});
  CHECK(land.record().edition("fields", 1)->source.at("notice") == "虚构数据");
  CHECK_FALSE(land.record().edition("fields", 2)->source.contains("notice"));
  const auto error =
      error_of([&] { land.import({file}, {.notice = std::string(catalog::kMaxNoticeBytes + 1, 'x')}); });
  CHECK(error.code() == base::Code::usage);
  CHECK(error.where().field == "--notice");
  CHECK_FALSE(land.record().edition("fields", 3));
}
