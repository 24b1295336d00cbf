#include "store/job_state.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/fixture.hpp"

using namespace caitu;
using namespace caitu::store;
using namespace caitu::store::test;

namespace {

struct OpenWork : WorkFile {
  JobRecord add(const std::string& who = "zhang") {
    WorkChange change(work);
    JobRecord job = JobStates(work).create(
        {.process = "import", .inputs = {{"layer", "parcels"}}, .who = who, .lane = "", .document = false});
    change.commit();
    return job;
  }

  Work work = open();
};

}  // namespace

TEST_CASE("a job goes from accepted over running to its end, which is never changed again") {
  OpenWork database;
  JobStates states(database.work);
  const JobRecord made = database.add();
  CHECK(made.status == JobStatus::accepted);
  CHECK(made.id.size() == 32);
  CHECK(made.job.inputs == base::Json{{"layer", "parcels"}});
  CHECK(made.started_at.empty());
  states.progress(made.number, "reading", 10, "");
  CHECK(states.find(made.id)->percent == 0);  // it does not run yet
  states.start(made.number);
  states.progress(made.number, "reading", 42, "reading: 42 of 100");
  CHECK(states.find(made.id)->percent == 42);
  CHECK(states.find(made.id)->attempt == 1);
  CHECK_FALSE(states.find(made.id)->started_at.empty());
  CHECK(states.finish(made.number, JobStatus::successful, "done", {{"rows_in", 3}}));
  const JobRecord done = *states.find(made.id);
  CHECK(done.status == JobStatus::successful);
  CHECK(done.percent == 100);
  CHECK(done.result == base::Json{{"rows_in", 3}});
  CHECK_FALSE(states.finish(made.number, JobStatus::failed, "late"));
  CHECK_FALSE(states.ask_cancel(made.number));
  CHECK_FALSE(states.renew(made.number));
  states.start(made.number);
  states.put_back(made.number, "");
  CHECK(states.find(made.id)->status == JobStatus::successful);
}

TEST_CASE("jobs are listed newest first, of one account or of all, and taken up oldest first") {
  OpenWork database;
  JobStates states(database.work);
  const JobRecord one = database.add("zhang"), two = database.add("li"), three = database.add("zhang");
  const auto ids = [](const std::vector<JobRecord>& records) {
    std::vector<std::string> all;
    for (const JobRecord& record : records) all.push_back(record.id);
    return all;
  };
  CHECK(ids(states.list()) == std::vector{three.id, two.id, one.id});
  CHECK(ids(states.list("zhang")) == std::vector{three.id, one.id});
  CHECK(states.list("' OR 1 = 1 --").empty());
  states.finish(two.number, JobStatus::dismissed, "");
  CHECK(ids(states.unfinished()) == std::vector{one.id, three.id});
  CHECK_FALSE(states.find("nothing"));
}

TEST_CASE("a job that was put back has not used up an attempt; one renewed begins anew") {
  OpenWork database;
  JobStates states(database.work);
  const JobRecord job = database.add();
  states.start(job.number);
  states.start(job.number);
  CHECK(states.find(job.id)->attempt == 2);
  states.put_back(job.number, "interrupted");
  CHECK(states.find(job.id)->attempt == 1);
  CHECK(states.find(job.id)->status == JobStatus::accepted);
  CHECK(states.ask_cancel(job.number));
  CHECK(states.cancel_asked(job.number));
  states.finish(job.number, JobStatus::failed, "no", {{"detail", "no"}});
  CHECK(states.renew(job.number));
  const JobRecord again = *states.find(job.id);
  CHECK(again.status == JobStatus::accepted);
  CHECK(again.attempt == 0);
  CHECK_FALSE(again.cancel);
  CHECK(again.result.is_null());
}

TEST_CASE("the ownership of a job ends with the last process that holds it, however it dies") {
  OpenWork database;
  const JobRecord job = database.add(), other = database.add();
  CHECK_FALSE(JobOwnership::held(database.file, job.number));
  auto mine = JobOwnership::take(database.file, job.number);
  REQUIRE(mine);
  CHECK(JobOwnership::held(database.file, job.number));
  CHECK_FALSE(JobOwnership::held(database.file, other.number));
  CHECK_FALSE(JobOwnership::take(database.file, job.number));
  CHECK(JobOwnership::take(database.file, other.number));

  // A child that was handed the descriptor owns the job on, after its parent has let go of it.
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  mine.reset();
  CHECK(JobOwnership::held(database.file, job.number));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(JobOwnership::held(database.file, job.number));
  CHECK(JobOwnership::take(database.file, job.number));
}
