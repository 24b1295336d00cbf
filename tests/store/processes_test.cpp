// Several processes on one record: killed, waiting for each other, reading while one writes.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

constexpr std::size_t kRows = 12000;

Schema rounds_schema(const std::string& layer = "rounds") {
  Schema schema;
  schema.layer = layer;
  schema.kinds = {geometry::Kind::polygon};
  schema.fields = {{.name = "round", .type = geodata::FieldType::integer}, {.name = "extra"}};
  return schema;
}

Feature square(std::uint64_t id, std::int64_t round) {
  const double lon = 115.5 + static_cast<double>(id % 200) * 0.01,
               lat = 39.5 + static_cast<double>(id / 200) * 0.01;
  return {id, geometry::make_box({lon, lat, lon + 0.005, lat + 0.005}), {round, geodata::Value{}}, 1.0};
}

/// Edition n sets every second feature's round to n, the others keep theirs.
void import_round(Store& store, const std::string& layer = "rounds") {
  StagedEdition staged = store.stage(rounds_schema(layer), "2024-01-01");
  const auto newest = store.newest_rows(layer);
  for (const RowState& row : newest) {
    if (row.id % 2 == 0) staged.end_row(row.row_id);
  }
  for (std::uint64_t id = 1; id <= kRows; ++id) {
    if (newest.empty() || id % 2 == 0) staged.add(square(id, staged.edition()), {id, staged.edition()});
  }
  staged.publish(record_of(kRows));
}

/// Runs `work` in a process of its own, which ends with 0 when it comes to its end and with 1 when it throws.
template <typename Work>
pid_t in_a_process(const Work& work) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    work();
    ::_exit(0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
    ::_exit(1);
  }
}

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

/// The view shows one edition, whole: every second row of the current round, the others of the first.
void check_whole(const Record& record, std::uint32_t at_least) {
  const auto layer = record.open(true).layer("rounds");
  const std::uint32_t current = layer ? layer->current : 0;
  CHECK(current >= at_least);
  CHECK(current <= at_least + 1);
  if (current == 0) return;
  const std::string round = std::to_string(current);
  CHECK(record.integer("SELECT count(*) FROM rounds") == std::int64_t{kRows});
  CHECK(record.integer("SELECT count(DISTINCT id) FROM rounds") == std::int64_t{kRows});
  CHECK(record.integer("SELECT count(*) FROM rounds WHERE round = " + round + " AND id % 2 = 0") ==
        kRows / 2);
  CHECK(record.integer("SELECT count(*) FROM rounds WHERE round = 1 AND id % 2 = 1") == kRows / 2);
  CHECK(record.text("PRAGMA quick_check") == "ok");
}

}  // namespace

TEST_CASE("an import killed at any moment leaves the old edition current and the next import clean") {
  const auto seed = std::random_device{}();
  std::printf("kill -9 test: seed %u\n", seed);
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Record record;
  for (int round = 0; round < 12; ++round) {
    const auto published_before =
        record.open(true).layer("rounds") ? record.open(true).layer("rounds")->current : 0;
    int acknowledged[2];
    REQUIRE(::pipe(acknowledged) == 0);
    const pid_t child = in_a_process([&] {
      Store store = record.open();
      for (;;) {
        import_round(store);
        if (::write(acknowledged[1], "p", 1) != 1) ::_exit(2);
      }
    });
    ::close(acknowledged[1]);
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::uniform_int_distribution<>(1000, 250000)(random)));
    ::kill(child, SIGKILL);
    REQUIRE(WIFSIGNALED(status_of(child)));
    std::uint32_t published = 0;
    for (char c; ::read(acknowledged[0], &c, 1) == 1;) ++published;
    ::close(acknowledged[0]);
    check_whole(record, published_before + published);

    Store store = record.open();
    StagedEdition staged = store.stage(rounds_schema(), "2024-01-01");
    const std::string current = std::to_string(staged.edition() - 1);
    CHECK(record.integer("SELECT count(*) FROM rounds_rows WHERE from_edition > " + current) == 0);
    CHECK(record.integer("SELECT count(*) FROM rounds_rows WHERE to_edition > " + current) == 0);
    CHECK(record.integer("SELECT count(*) FROM idx_rounds_rows_geometry") ==
          record.integer("SELECT count(*) FROM rounds_rows"));
    CHECK(record.text("SELECT rtreecheck('idx_rounds_rows_geometry')") == "ok");
  }
  Store store = record.open();
  import_round(store);
  check_whole(record, store.layer("rounds")->current);
}

TEST_CASE("a second import of a layer is told that one runs, until that one ends or dies") {
  const Record record;
  Store one = record.open();
  Store two = record.open();
  {
    StagedEdition staged = one.stage(rounds_schema(), "2024-01-01");
    CHECK(code_of([&] { two.stage(rounds_schema(), "2024-01-01"); }) == base::Code::busy);
    CHECK(two.stage(rounds_schema("others"), "2024-01-01").edition() == 1);
  }
  import_round(two);

  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = in_a_process([&] {
    Store store = record.open();
    StagedEdition staged = store.stage(rounds_schema(), "2024-01-01");
    if (::write(ready[1], "r", 1) != 1) ::_exit(2);
    ::pause();
  });
  char c = 0;
  REQUIRE(::read(ready[0], &c, 1) == 1);
  CHECK(code_of([&] { one.stage(rounds_schema(), "2024-01-01"); }) == base::Code::busy);
  ::kill(child, SIGKILL);
  status_of(child);
  CHECK(one.stage(rounds_schema(), "2024-01-01").edition() == 2);
}

TEST_CASE("imports of several layers run at once in several processes, with readers beside them") {
  const Record record;
  std::vector<pid_t> children;
  for (const std::string layer : {"rounds", "others", "thirds"}) {
    children.push_back(in_a_process([&] {
      Store store = record.open();
      for (int i = 0; i < 3; ++i) import_round(store, layer);
    }));
  }
  const pid_t reader = in_a_process([&] {
    const Store store = record.open(true);
    for (int i = 0; i < 20; ++i) {
      for (const LayerRecord& layer : store.layers()) {
        if (read_all(store, layer.schema.layer, layer.current).size() != kRows) ::_exit(2);
      }
    }
  });
  for (const pid_t child : children) CHECK(status_of(child) == 0);
  CHECK(status_of(reader) == 0);
  check_whole(record, 3);
  const Store store = record.open(true);
  for (const char* layer : {"others", "thirds"}) CHECK(store.layer(layer)->current == 3);
}

TEST_CASE("two layers may be staged through one store") {
  const Record record;
  Store store = record.open();
  StagedEdition one = store.stage(rounds_schema(), "2024-01-01");
  one.add(square(1, 1), {});
  StagedEdition two = store.stage(rounds_schema("others"), "2024-01-01");
  two.add(square(1, 1), {});
  one.add(square(2, 1), {});
  one.publish(record_of(2));
  two.add(square(2, 1), {});
  two.publish(record_of(2));
  CHECK(record.integer("SELECT count(*) FROM rounds") == 2);
  CHECK(record.integer("SELECT count(*) FROM others") == 2);
}

TEST_CASE("an import for which the disk had no room is not published, and the next one is clean") {
  const Record record;
  Store store = record.open();
  import_round(store);
  const pid_t child = in_a_process([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit small{300'000, limit.rlim_max};
    Store own = record.open();
    StagedEdition staged = own.stage(rounds_schema(), "2024-01-01");
    ::setrlimit(RLIMIT_FSIZE, &small);
    bool refused = false;
    try {
      for (std::uint64_t id = kRows + 1; id <= 10 * kRows; ++id) staged.add(square(id, 2), {});
    } catch (const base::Error& error) {
      refused = error.code() == base::Code::io;
    }
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (!refused) ::_exit(2);
    // Whoever goes on all the same does not get a part published.
    try {
      staged.publish(record_of(10 * kRows));
    } catch (const base::Error&) {
      ::_exit(10);
    }
  });
  CHECK(WEXITSTATUS(status_of(child)) == 10);
  check_whole(record, 1);
  import_round(store);
  check_whole(record, 2);
}

TEST_CASE("a record where nothing may be written says so, and what to do") {
  if (::geteuid() != 0) {
    WARN("only root can act as somebody who may not write: not tried");
    return;
  }
  const Record record;
  std::filesystem::permissions(record.folder / "", std::filesystem::perms(0555));
  const pid_t child = in_a_process([&] {
    if (::setuid(65534) != 0) ::_exit(3);
    try {
      record.open(true).layers();
    } catch (const base::Error& error) {
      ::_exit(error.code() == base::Code::io && error.hint().find("writable") != std::string::npos ? 10 : 11);
    }
  });
  CHECK(WEXITSTATUS(status_of(child)) == 10);
}
