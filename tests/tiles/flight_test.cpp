#include "tiles/flight.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

using caitu::tiles::SingleFlight;

namespace {

constexpr int kThreads = 8;

/// Runs `ask(i)` on kThreads threads at once.
template <typename Ask>
void together(const Ask& ask) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&ask, i] { ask(i); });
  for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("identical work in flight is done once and everybody gets its value") {
  SingleFlight<int> flights;
  std::atomic<int> runs = 0, joins = 0, right = 0;
  together([&](int) {
    bool joined = false;
    const int value = flights.run(
        "tile",
        [&] {
          ++runs;
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
          return 42;
        },
        joined);
    if (value == 42) ++right;
    if (joined) ++joins;
  });
  CHECK(right == kThreads);
  CHECK(runs + joins == kThreads);
  CHECK(runs < kThreads);
}

TEST_CASE("a failure reaches everybody who waited, and the next one may try again") {
  SingleFlight<int> flights;
  std::atomic<int> failures = 0, runs = 0;
  together([&](int) {
    bool joined = false;
    try {
      flights.run(
          "tile",
          [&]() -> int {
            ++runs;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            throw std::runtime_error("no");
          },
          joined);
    } catch (const std::runtime_error&) {
      ++failures;
    }
  });
  CHECK(failures == kThreads);
  CHECK(runs < kThreads);
  bool joined = true;
  CHECK(flights.run(
            "tile", [] { return 7; }, joined) == 7);
  CHECK_FALSE(joined);
}

TEST_CASE("different work does not wait for each other") {
  SingleFlight<int> flights;
  std::atomic<int> inside = 0, joins = 0;
  together([&](int i) {
    bool joined = false;
    flights.run(
        std::to_string(i),
        [&] {
          ++inside;
          for (int k = 0; k < 2000 && inside < kThreads; ++k)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          return inside.load();
        },
        joined);
    if (joined) ++joins;
  });
  CHECK(inside == kThreads);
  CHECK(joins == 0);
}
