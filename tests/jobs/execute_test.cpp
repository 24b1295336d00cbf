#include "jobs/execute.hpp"

#include "jobs/fixture.hpp"

using namespace caitu;
using namespace caitu::jobs;
using namespace caitu::jobs::test;
using base::Json;

namespace {

const Json kInputs{{"layer", "parcels"}};

/// Runs `process` as a queued job, as a runner's child does; what it threw is dropped.
JobRecord run_queued(Place& place, const Process& process, const base::Progress& outside = {}) {
  const JobRecord job = place.queue.add(process, kInputs, "zhang");
  const auto taken = place.queue.take_next(1);
  REQUIRE(taken);
  try {
    execute(place.queue, *taken, process, outside);
  } catch (const std::exception&) {
  }
  return place.queue.find(job.id);
}

}  // namespace

TEST_CASE("a job's progress is of the whole, never goes back, and its result is kept") {
  Place place;
  std::vector<int> seen;
  const Process process = process_of([&](const Call& call) {
    const auto look = [&] {
      const int before = place.queue.list().front().percent;
      wait_until([&] { return place.queue.list().front().percent != before || seen.size() == 2; });
      seen.push_back(place.queue.list().front().percent);
    };
    call.progress.at("reading", 50, 100);
    look();
    call.progress.at("writing", 50, 100);
    look();
    call.progress.at("reading", 0, 100);
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    look();
    return Json{{"job", call.job}};
  });
  const JobRecord job = run_queued(place, process);
  CHECK(seen == std::vector<int>{30, 80, 80});
  CHECK(job.status == JobStatus::successful);
  CHECK(job.percent == 100);
  CHECK(job.result["job"] == job.id);
}

TEST_CASE("what the work throws becomes the job's problem") {
  Place place;
  const JobRecord job = run_queued(place, process_of([](const Call&) -> Json {
                                     throw base::Error(base::Code::refused, "the file has no CRS",
                                                       base::Where{.file = "a.shp"}, "say crs");
                                   }));
  CHECK(job.status == JobStatus::failed);
  CHECK(job.message == "the file has no CRS");
  CHECK(job.result["code"] == "refused");
  CHECK(job.result["hint"] == "say crs");
  const JobRecord odd =
      run_queued(place, process_of([](const Call&) -> Json { throw std::runtime_error("odd"); }));
  CHECK(odd.status == JobStatus::failed);
}

TEST_CASE("a job that is called off stops at its next look and ends dismissed") {
  Place place;
  const JobRecord job = run_queued(place, process_of([&](const Call& call) -> Json {
                                     place.queue.cancel(call.job, "li");
                                     for (;;) call.progress.check();
                                   }));
  CHECK(job.status == JobStatus::dismissed);
}

TEST_CASE("a queued job whose server stops, or that finds its layer busy, goes back into the queue") {
  Place place;
  const std::atomic<bool> stop{true};
  const Process endless = process_of([](const Call& call) -> Json {
    for (;;) call.progress.check();
  });
  const JobRecord stopped = run_queued(place, endless, {.report = {}, .cancelled = &stop});
  CHECK(stopped.status == JobStatus::accepted);
  CHECK(stopped.attempt == 0);
  place.queue.cancel(stopped.id, "zhang");
  const JobRecord busy =
      run_queued(place, process_of([](const Call&) -> Json {
                   throw base::Error(base::Code::busy, "another import of the layer parcels is running");
                 }));
  CHECK(busy.status == JobStatus::accepted);
  CHECK(busy.message.find("another import") != std::string::npos);
}

TEST_CASE("a job of a shell that hears Ctrl-C ends dismissed, and one that is busy fails") {
  Place place;
  const std::atomic<bool> stop{true};
  const Process endless = process_of([](const Call& call) -> Json {
    for (;;) call.progress.check();
  });
  const Taken taken = place.queue.begin(endless, kInputs, "shell:wang");
  CHECK(code_of([&] { execute(place.queue, taken, endless, {.report = {}, .cancelled = &stop}); }) ==
        base::Code::cancelled);
  CHECK(place.queue.find(taken.job.id).status == JobStatus::dismissed);
  const Process busy =
      process_of([](const Call&) -> Json { throw base::Error(base::Code::busy, "another import runs"); });
  const Taken second = place.queue.begin(busy, kInputs, "shell:wang");
  CHECK(code_of([&] { execute(place.queue, second, busy); }) == base::Code::busy);
  CHECK(place.queue.find(second.job.id).status == JobStatus::failed);
}

TEST_CASE("what a job alone needed goes after its success only") {
  Place place;
  int gone = 0;
  Process good = process_of([](const Call&) { return Json(1); });
  good.after = [&gone](const Json&) { ++gone; };
  Process bad = process_of([](const Call&) -> Json { throw base::Error(base::Code::io, "no"); });
  bad.after = good.after;
  run_queued(place, bad);
  CHECK(gone == 0);
  run_queued(place, good);
  CHECK(gone == 1);
}
