// Files that lose their pages after they were mapped.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <csignal>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "geodata/map_watch.hpp"
#include "geodata/snapshot_fixture.hpp"

using namespace caitu;
using namespace caitu::geodata;
using namespace caitu::geodata::test;

namespace {

/// Everything that a snapshot answers, as a digest; what it throws.
base::Digest128 read_all(const Snapshot& snapshot) {
  std::string all;
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    const Feature feature = snapshot.feature(item);
    base::append_value(all, feature.id);
    base::append_value(all, content_digest(feature.geometry, feature.values));
    base::append_value(all, snapshot.find(feature.id).value_or(snapshot.size()));
  }
  base::append_value(all, snapshot.tree().extent());
  return base::digest128(all);
}

/// Reads under guard, as whoever answers does. True: an answer went out, and it was right.
bool answered(const Snapshot& snapshot, const base::Digest128& right) {
  try {
    const MapWatch watch;
    const base::Digest128 answer = read_all(snapshot);
    watch.check();
    CHECK(answer == right);
    return true;
  } catch (const base::Error& error) {
    CHECK(error.code() == base::Code::corrupt);
    return false;
  }
}

int ended_by(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE(
    "a snapshot that is truncated after it was opened is an error, however short and however much was read") {
  const TempFolder folder;
  write_snapshot(folder / "whole", Land(3).features(2000));
  const auto size = std::filesystem::file_size(folder / "whole");
  const auto page = static_cast<std::uintmax_t>(::sysconf(_SC_PAGESIZE));
  for (const std::uintmax_t length :
       {std::uintmax_t{0}, std::uintmax_t{1}, page, page + 100, size / 2, size / 2 / page * page}) {
    for (const bool read_before : {false, true}) {
      INFO("to " << length << " bytes, " << (read_before ? "read before" : "untouched"));
      const auto file = folder / ("cut-" + std::to_string(length) + (read_before ? "r" : ""));
      std::filesystem::copy_file(folder / "whole", file);
      const auto right = read_all(*Snapshot::open(folder / "whole"));
      const auto snapshot = Snapshot::open(file);
      if (read_before) CHECK(answered(*snapshot, right));
      std::filesystem::resize_file(file, length);
      CHECK_FALSE(answered(*snapshot, right));
      CHECK_FALSE(answered(*snapshot, right));
      CHECK_THROWS_AS(snapshot->verify(), base::Error);
      CHECK_THROWS_AS(snapshot->tree(), base::Error);
    }
  }
}

TEST_CASE("a snapshot that is lost takes no other with it") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(3).features(500));
  write_snapshot(folder / "b", Land(4).features(500));
  const auto a = Snapshot::open(folder / "a"), b = Snapshot::open(folder / "b");
  const auto of_a = read_all(*a), of_b = read_all(*b);
  std::filesystem::resize_file(folder / "a", 0);
  CHECK_FALSE(answered(*a, of_a));
  CHECK(answered(*b, of_b));
}

TEST_CASE("a file that grew again over the hole is not trusted again") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(3).features(500));
  const auto snapshot = Snapshot::open(folder / "a");
  const auto right = read_all(*snapshot);
  const std::string bytes = read_file(folder / "a");
  std::filesystem::resize_file(folder / "a", 0);
  CHECK_FALSE(answered(*snapshot, right));
  write_file(folder / "a", bytes);
  CHECK_FALSE(answered(*snapshot, right));
  CHECK(answered(*Snapshot::open(folder / "a"), right));
}

TEST_CASE("many threads read a snapshot while it is truncated, and none gives a wrong answer") {
  const TempFolder folder;
  write_snapshot(folder / "whole", Land(5).features(1500));
  const auto right = read_all(*Snapshot::open(folder / "whole"));
  for (int round = 0; round < 8; ++round) {
    const auto file = folder / ("round-" + std::to_string(round));
    std::filesystem::copy_file(folder / "whole", file);
    const auto snapshot = Snapshot::open(file);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        for (;;) {
          try {
            const MapWatch watch;
            const base::Digest128 answer = read_all(*snapshot);
            watch.check();
            if (answer != right) ++wrong;
          } catch (const base::Error&) {
            return;
          }
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::filesystem::resize_file(file, static_cast<std::uintmax_t>(round) * 10000);
    for (auto& reader : readers) reader.join();
    CHECK(wrong == 0);
  }
}

TEST_CASE("a bus error that is none of ours ends the program, or goes to whom it went before") {
  const TempFolder folder;
  write_snapshot(folder / "a", Land(3).features(10));
  CHECK(ended_by([&] {
          const auto snapshot = Snapshot::open(folder / "a");
          std::raise(SIGBUS);
        }) == SIGBUS);
  write_file(folder / "foreign", std::string(10000, 'x'));
  CHECK(ended_by([&] {
          const auto snapshot = Snapshot::open(folder / "a");
          std::FILE* file = std::fopen((folder / "foreign").c_str(), "rb");
          const auto* mapped = static_cast<const volatile char*>(
              ::mmap(nullptr, 10000, PROT_READ, MAP_SHARED, ::fileno(file), 0));
          std::filesystem::resize_file(folder / "foreign", 0);
          static_cast<void>(mapped[5000]);
        }) == SIGBUS);
}
