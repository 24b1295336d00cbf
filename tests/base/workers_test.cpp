#include "base/workers.hpp"

#include <rapidcheck.h>
#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>

using namespace caitu::base;

namespace {

/// Runs 0 … count−1 through the pipeline, squaring; `fail_at` of a stage throws there.
struct Squares {
  std::size_t count = 0, threads = 1, depth = 1;
  std::size_t fail_produce = SIZE_MAX, fail_work = SIZE_MAX, fail_consume = SIZE_MAX;

  std::vector<std::size_t> run() const {
    std::size_t next = 0;
    std::vector<std::size_t> seen;
    ordered_pipeline<std::size_t, std::size_t>(
        [&]() -> std::optional<std::size_t> {
          if (next == fail_produce) throw std::runtime_error("produce");
          if (next == count) return std::nullopt;
          return next++;
        },
        [&](std::size_t i) {
          if (i == fail_work) throw std::runtime_error("work");
          return i * i;
        },
        [&](std::size_t square) {
          if (seen.size() == fail_consume) throw std::runtime_error("consume");
          seen.push_back(square);
        },
        threads, depth);
    return seen;
  }
};

}  // namespace

TEST_CASE("workers finish what is queued before they go") {
  std::atomic<int> done{0};
  {
    Workers workers(3, 1000);
    for (int i = 0; i < 500; ++i) workers.submit([&done] { ++done; });
  }
  CHECK(done == 500);
}

TEST_CASE("a full queue says so instead of growing") {
  std::mutex gate;
  std::atomic<bool> started{false};
  std::unique_lock hold(gate);
  Workers workers(1, 2);
  workers.submit([&] {
    started = true;
    std::lock_guard wait(gate);
  });
  while (!started) std::this_thread::yield();
  CHECK(workers.try_submit([] {}));
  CHECK(workers.try_submit([] {}));
  CHECK_FALSE(workers.try_submit([] {}));
  CHECK(workers.queued() == 2);
  hold.unlock();
}

TEST_CASE("submit waits for room and loses nothing") {
  std::atomic<int> done{0};
  {
    Workers workers(2, 1);
    for (int i = 0; i < 200; ++i) workers.submit([&done] { ++done; });
  }
  CHECK(done == 200);
}

TEST_CASE("a parallel loop meets every index once") {
  for (const std::size_t threads : {0, 1, 2, 7}) {
    std::vector<std::atomic<int>> met(1000);
    parallel_for(met.size(), threads, [&met](std::size_t i) { ++met[i]; });
    CHECK(std::all_of(met.begin(), met.end(), [](const auto& times) { return times == 1; }));
  }
  parallel_for(0, 4, [](std::size_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("an exception in a parallel loop stops it and comes out") {
  std::atomic<std::size_t> met{0};
  CHECK_THROWS_WITH(parallel_for(1'000'000, 3,
                                 [&met](std::size_t i) {
                                   ++met;
                                   if (i == 10) throw std::runtime_error("ten");
                                 }),
                    "ten");
  CHECK(met < 1'000'000);
}

TEST_CASE("a pipeline keeps the order of its input for any threads and depth") {
  const auto holds = rc::check([] {
    const Squares squares{.count = *rc::gen::inRange<std::size_t>(0, 60),
                          .threads = *rc::gen::inRange<std::size_t>(0, 4),
                          .depth = *rc::gen::inRange<std::size_t>(0, 6)};
    const auto seen = squares.run();
    RC_ASSERT(seen.size() == squares.count);
    for (std::size_t i = 0; i < seen.size(); ++i) RC_ASSERT(seen[i] == i * i);
  });
  CHECK(holds);
}

TEST_CASE("no more than depth items are under way in a pipeline") {
  std::atomic<int> under_way{0};
  int most = 0, made = 0;
  ordered_pipeline<int, int>(
      [&]() -> std::optional<int> {
        if (made == 100) return std::nullopt;
        ++under_way;
        return made++;
      },
      [](int i) { return i; },
      [&](int) {
        most = std::max(most, under_way.load());
        --under_way;
      },
      3, 4);
  CHECK(most <= 5);  // the one that is being consumed has left the count of four
}

TEST_CASE("an exception of any stage ends the pipeline and comes out") {
  CHECK_THROWS_WITH((Squares{.count = 1000, .threads = 2, .depth = 4, .fail_produce = 20}.run()), "produce");
  CHECK_THROWS_WITH((Squares{.count = 1000, .threads = 2, .depth = 4, .fail_work = 20}.run()), "work");
  CHECK_THROWS_WITH((Squares{.count = 1000, .threads = 2, .depth = 4, .fail_consume = 20}.run()), "consume");
}
