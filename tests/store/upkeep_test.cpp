// Records of earlier forms, and copies of databases that are being written.
#include "store/upkeep.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "store/audit_log.hpp"
#include "store/examine.hpp"
#include "store/fixture.hpp"
#include "store/work.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

/// What caitu of form 1 wrote: layer `fields`, edition 1 of twelve features with a refused row, edition 2 of
/// a delivery with one feature more, one less, one moved, and a field that the layer had gained.
std::filesystem::path record_of_form_1(const TempFolder& folder) {
  const std::filesystem::path kept =
      std::filesystem::path(CAITU_SOURCE_DIR) / "tests" / "data" / "record_form_1.db.gz";
  geodata::test::write_file(folder / "caitu.db", base::gunzip(geodata::test::read_file(kept), 16 << 20));
  return folder / "caitu.db";
}

bool sound(const Checks& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const Check& c) {
    if (c.verdict != Verdict::good) UNSCOPED_INFO(c.what << ": " << c.found);
    return c.verdict == Verdict::good;
  });
}

std::string text_of(const Feature& feature, std::size_t field) {
  const auto* text = std::get_if<std::string>(&feature.values[field]);
  return text == nullptr ? "" : *text;
}

void check_migrated(const std::filesystem::path& file) {
  const Store store = Store::open(file, true);
  const auto editions = store.editions("fields");
  REQUIRE(editions.size() == 2);
  CHECK(editions[0].as_of == "2023-10-31");
  CHECK_FALSE(editions[0].schema.index_of("variety"));
  CHECK(editions[1].schema.index_of("variety"));
  CHECK(store.layer("fields")->current == 2);
  const auto first = read_all(store, "fields", 1), second = read_all(store, "fields", 2);
  REQUIRE(first.size() == 12);
  REQUIRE(second.size() == 12);
  CHECK(std::count_if(first.begin(), first.end(), [](const Feature& f) { return text_of(f, 1) == "菜"; }) ==
        6);
  CHECK(std::count_if(second.begin(), second.end(), [&](const Feature& f) {
          return text_of(f, *editions[1].schema.index_of("variety")) == "早熟";
        }) == 1);
  const auto rejects = store.rejects("fields", 1);
  REQUIRE(rejects.size() == 1);
  CHECK(rejects[0].row == 13);
  CHECK(sound(examine_record(file)));
}

}  // namespace

TEST_CASE("a record of form 1 is left alone until it is migrated, and says how") {
  const TempFolder folder;
  const auto file = record_of_form_1(folder);
  const std::string before = geodata::test::read_file(file);
  for (const bool read_only : {true, false}) {
    CHECK(code_of([&] { Store::open(file, read_only); }) == base::Code::unsupported);
    CHECK(geodata::test::read_file(file) == before);
  }
  CHECK(version_of(file, record_form()) == 1);
  const Checks checks = examine_record(file);
  CHECK(std::any_of(checks.begin(), checks.end(),
                    [](const Check& c) { return c.way_out == "caitu migrate WS"; }));
}

TEST_CASE(
    "a record of form 1 that is migrated holds what it held, each edition with the fields that it had") {
  const TempFolder folder;
  const auto file = record_of_form_1(folder);
  migrate_file(file, record_form());
  CHECK(version_of(file, record_form()) == record_form().version());
  check_migrated(file);
  migrate_file(file, record_form());
  check_migrated(file);
}

TEST_CASE("a migration that is killed leaves the old form or the new one") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  int killed = 0;
  for (int round = 0; round < 20; ++round) {
    const TempFolder folder;
    const auto file = record_of_form_1(folder);
    const pid_t child = ::fork();
    if (child == 0) {
      migrate_file(file, record_form());
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(0, 30000)(random)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) ++killed;
    const int version = version_of(file, record_form());
    CHECK((version == 1 || version == record_form().version()));
    migrate_file(file, record_form());
    check_migrated(file);
  }
  CHECK(killed > 0);
}

TEST_CASE("what is damaged, newer or not ours is not migrated") {
  const TempFolder folder;
  const auto file = record_of_form_1(folder);
  detail::Connection(file, detail::Access::write)
      .execute("PRAGMA user_version = " + std::to_string(record_form().version() + 1));
  CHECK(code_of([&] { migrate_file(file, record_form()); }) == base::Code::unsupported);
  CHECK(code_of([&] { migrate_file(file, work_form()); }) == base::Code::corrupt);
}

TEST_CASE("copies of both databases are of one moment, whatever is written meanwhile") {
  const Record record;
  const auto work_file = record.folder / "work.db";
  Work::create(work_file);
  std::atomic<bool> stop = false;
  // Each edition's audit row is written first, as imports do; the edition may be one behind, never ahead.
  std::thread writer([&] {
    Store store = record.open();
    Work work = Work::open(work_file, false);
    for (int number = 1; !stop; ++number) {
      WorkChange change(work);
      AuditLog(work).append(
          {.who = "shell:x", .action = "edition.publish", .subject = "parcels/" + std::to_string(number)});
      change.commit();
      import_all(store, every_type(), Land(static_cast<std::uint64_t>(number)).features(30));
    }
  });
  for (int round = 0; round < 12; ++round) {
    const auto copy = record.folder / ("copy" + std::to_string(round)),
               work_copy = record.folder / ("work" + std::to_string(round));
    copy_databases(record.file, work_file, copy, work_copy, {});
    // An import on its way has left rows in it, which are no damage.
    const Checks checks = examine_record(copy);
    CHECK(std::none_of(checks.begin(), checks.end(),
                       [](const Check& c) { return c.verdict == Verdict::damaged; }));
    CHECK(sound(examine_work(work_copy)));
    const auto editions = static_cast<std::int64_t>(published_editions(copy).size());
    const auto announced =
        detail::Connection(work_copy, detail::Access::read).integer("SELECT count(*) FROM audit");
    CHECK(announced >= editions);
    CHECK(announced <= editions + 1);
  }
  stop = true;
  writer.join();
}

TEST_CASE("a copy that waits for an import's batch lets the work database be written meanwhile") {
  const Record record;
  const auto work_file = record.folder / "work.db";
  Work::create(work_file);
  Work work = Work::open(work_file, false);
  std::thread copying;
  {
    detail::Connection importing(record.file, detail::Access::write);
    const detail::Transaction batch(importing);
    copying = std::thread([&] {
      copy_databases(record.file, work_file, record.folder / "copy", record.folder / "work-copy", {});
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const auto begun = std::chrono::steady_clock::now();
    WorkChange change(work);
    AuditLog(work).append({.who = "zhang", .action = "feature.insert", .subject = "points/1"});
    change.commit();
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  }
  copying.join();
  CHECK(sound(examine_work(record.folder / "work-copy")));
}
