#include "jobs/runner.hpp"

#include <fstream>

#include "jobs/fixture.hpp"

using namespace caitu;
using namespace caitu::jobs;
using namespace caitu::jobs::test;

namespace {

const base::Json kInputs{{"layer", "parcels"}};
const Process kIdle = process_of([](const Call&) { return base::Json(); });

Runner::Command shell(const std::string& script) {
  return [script](const JobRecord&) { return std::vector<std::string>{"/bin/sh", "-c", script}; };
}

RunnerOptions quick(std::size_t concurrent = 1) {
  RunnerOptions options;
  options.concurrent = concurrent;
  options.beat = std::chrono::milliseconds(20);
  options.grace = std::chrono::milliseconds(200);
  return options;
}

JobRecord ended(const Queue& queue, const std::string& id) {
  wait_until([&] { return queue.find(id).finished(); });
  return queue.find(id);
}

bool has_line(const std::filesystem::path& file, const std::string& wanted) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line == wanted) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a child that is killed fails its job with the signal, one that ends early with its code") {
  Place place;
  const JobRecord first = place.queue.add(kIdle, kInputs, "zhang");
  {
    const Runner runner(place.queue, place.folder / "jobs", quick(), shell("echo before; kill -SEGV $$"));
    const JobRecord job = ended(place.queue, first.id);
    CHECK(job.status == JobStatus::failed);
    CHECK(job.message.find("killed by signal 11") != std::string::npos);
    CHECK(job.attempt == 1);
    CHECK(has_line(log_of(place.folder / "jobs", first.id), "before"));
  }
  const JobRecord second = place.queue.add(kIdle, kInputs, "zhang");
  const Runner runner(place.queue, place.folder / "jobs", quick(), shell("exit 3"));
  CHECK(ended(place.queue, second.id).message.find("ended with 3") != std::string::npos);
}

TEST_CASE("a child that does not hear \"stop\" is killed after the grace, with all that it started") {
  Place place;
  const JobRecord job = place.queue.add(kIdle, kInputs, "zhang");
  const auto log = log_of(place.folder / "jobs", job.id);
  Runner runner(
      place.queue, place.folder / "jobs", quick(),
      shell("trap 'echo heard' TERM; (trap '' TERM; sleep 300) & echo ready; while :; do sleep 300; done"));
  wait_until([&] { return has_line(log, "ready"); });
  place.queue.cancel(job.id, "li");
  runner.wake();
  CHECK(ended(place.queue, job.id).status == JobStatus::dismissed);
  wait_until([&] { return !place.queue.alive(job); });
}

TEST_CASE("the job that a stopping server leaves is taken up by the next one, without a lost attempt") {
  Place place;
  const JobRecord job = place.queue.add(kIdle, kInputs, "zhang");
  {
    const Runner runner(place.queue, place.folder / "jobs", quick(), shell("sleep 300"));
    wait_until([&] { return place.queue.find(job.id).status == JobStatus::running; });
  }
  CHECK(place.queue.find(job.id).status == JobStatus::accepted);
  CHECK(place.queue.find(job.id).attempt == 0);
  const Runner runner(place.queue, place.folder / "jobs", quick(), shell("exit 0"));
  CHECK(ended(place.queue, job.id).attempt == 1);
}

TEST_CASE("two runners on one workspace run each job once") {
  Place place;
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(place.queue.add(kIdle, kInputs, "zhang").id);
  const std::filesystem::path file = place.folder / "runs";
  const Runner::Command command = [file](const JobRecord& job) {
    return std::vector<std::string>{"/bin/sh", "-c", "echo " + job.id + " >> " + file.string()};
  };
  {
    Queue other(place.file);
    const Runner one(place.queue, place.folder / "jobs", quick(3), command);
    const Runner two(other, place.folder / "jobs", quick(3), command);
    for (const std::string& id : ids) ended(place.queue, id);
  }
  std::vector<std::string> runs;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) runs.push_back(line);
  std::sort(runs.begin(), runs.end());
  std::sort(ids.begin(), ids.end());
  CHECK(runs == ids);
}

TEST_CASE("the child holds its job's lock, and nothing else of the server's files") {
  Place place;
  const JobRecord job = place.queue.add(kIdle, kInputs, "zhang");
  const Runner runner(
      place.queue, place.folder / "jobs", quick(),
      shell("ls -l /proc/$$/fd | grep -c work.db-jobs; ls -l /proc/$$/fd | grep -c -- '-> .*work.db$'"));
  ended(place.queue, job.id);
  CHECK(has_line(log_of(place.folder / "jobs", job.id), "1"));
  CHECK(has_line(log_of(place.folder / "jobs", job.id), "0"));
}

TEST_CASE("a program that cannot be started fails its job and leaves the runner alive") {
  Place place;
  const JobRecord job = place.queue.add(kIdle, kInputs, "zhang");
  const Runner runner(place.queue, place.folder / "jobs", quick(),
                      [](const JobRecord&) { return std::vector<std::string>{"/nowhere/caitu"}; });
  CHECK(ended(place.queue, job.id).message.find("cannot be started") != std::string::npos);
}
