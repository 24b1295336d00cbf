#include "jobs/queue.hpp"

#include "jobs/fixture.hpp"

using namespace caitu;
using namespace caitu::jobs;
using namespace caitu::jobs::test;

namespace {

const base::Json kInputs{{"layer", "parcels"}};

Process idle(const std::string& lane = "") {
  return process_of([](const Call&) { return base::Json(); }, lane);
}

}  // namespace

TEST_CASE("jobs are taken up oldest first, no more at once than the limit, each by one runner") {
  Place place;
  Queue other(place.file);
  const JobRecord one = place.queue.add(idle(), kInputs, "zhang"),
                  two = place.queue.add(idle(), kInputs, "li");
  auto first = place.queue.take_next(2);
  REQUIRE(first);
  CHECK(first->job.id == one.id);
  CHECK(first->job.status == JobStatus::running);
  CHECK_FALSE(other.take_next(1));
  auto second = other.take_next(2);
  REQUIRE(second);
  CHECK(second->job.id == two.id);
  CHECK_FALSE(place.queue.take_next(2));
  CHECK_FALSE(other.take_next(9));
}

TEST_CASE("two jobs of one lane wait for each other, and those behind them do not overtake") {
  Place place;
  const JobRecord a1 = place.queue.add(idle("import/a"), kInputs, "z"),
                  a2 = place.queue.add(idle("import/a"), kInputs, "z"),
                  b = place.queue.add(idle("import/b"), kInputs, "z");
  auto first = place.queue.take_next(9);
  auto second = place.queue.take_next(9);
  REQUIRE((first && second));
  CHECK(first->job.id == a1.id);
  CHECK(second->job.id == b.id);
  CHECK_FALSE(place.queue.take_next(9));
  place.queue.put_back(first->job, "waits");
  first.reset();
  CHECK_FALSE(place.queue.take_next(9, {a1.id}));
  CHECK(place.queue.take_next(9)->job.id == a1.id);
  CHECK(place.queue.find(a2.id).status == JobStatus::accepted);
}

TEST_CASE("a job whose server died is taken up again, three times at most, then failed with the reason") {
  Place place;
  const JobRecord job = place.queue.add(idle(), kInputs, "zhang");
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    const auto taken = place.queue.take_next(1);  // dropped without an end, as by a crash
    REQUIRE(taken);
    CHECK(taken->job.attempt == attempt);
  }
  CHECK_FALSE(place.queue.take_next(1));
  const JobRecord ended = place.queue.find(job.id);
  CHECK(ended.status == JobStatus::failed);
  CHECK(ended.message.find("3 times") != std::string::npos);
  CHECK(ended.result["code"] == "internal");
}

TEST_CASE("a job of a shell whose program died is never run by a server, but told to have failed") {
  Place place;
  const std::string id = place.queue.begin(idle(), kInputs, "shell:wang").job.id;
  CHECK_FALSE(place.queue.take_next(1));
  CHECK(place.queue.find(id).status == JobStatus::failed);
  const auto again = place.queue.resume(id, "shell:wang");
  CHECK(again.job.status == JobStatus::running);
  CHECK(again.job.attempt == 1);
  CHECK(code_of([&] { place.queue.resume(id, "shell:li"); }) == base::Code::conflict);
}

TEST_CASE("a job that waits is dismissed at once when it is called off, one that runs is asked to stop") {
  Place place;
  const JobRecord waits = place.queue.add(idle(), kInputs, "zhang");
  CHECK(place.queue.cancel(waits.id, "li").status == JobStatus::dismissed);
  const JobRecord runs = place.queue.add(idle(), kInputs, "zhang");
  auto taken = place.queue.take_next(1);
  const JobRecord asked = place.queue.cancel(runs.id, "li");
  CHECK(asked.status == JobStatus::running);
  CHECK(asked.cancel);
  CHECK(code_of([&] { place.queue.remove(runs.id, "li"); }) == base::Code::conflict);
  taken.reset();  // it died instead of stopping
  CHECK_FALSE(place.queue.take_next(1));
  CHECK(place.queue.find(runs.id).status == JobStatus::dismissed);
  place.queue.remove(runs.id, "li");
  CHECK(code_of([&] { place.queue.find(runs.id); }) == base::Code::not_found);
  CHECK(place.audited() == std::vector<std::string>{"zhang job.create", "li job.cancel", "zhang job.finish",
                                                    "zhang job.create", "li job.cancel", "zhang job.finish",
                                                    "li job.remove"});
}
