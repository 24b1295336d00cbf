#include "jobs/queue.hpp"

#include <algorithm>
#include <set>

#include "store/audit_log.hpp"

namespace caitu::jobs {
namespace {

using base::Code;
using base::Error;
using base::Json;
using store::AuditLog;
using store::JobStates;
using store::WorkChange;

std::string subject(const JobRecord& job) { return "jobs/" + job.id; }

std::string lane_of(const Process& process, const Json& inputs) {
  return process.lane ? process.lane(inputs) : std::string();
}

JobRecord found(store::Work& work, const std::string& id) {
  if (auto job = JobStates(work).find(id)) return std::move(*job);
  throw Error(Code::not_found, "there is no job \"" + id + "\"");
}

std::string times(int attempts) { return std::to_string(attempts) + (attempts == 1 ? " time" : " times"); }

}  // namespace

Queue::Queue(const std::filesystem::path& work) : file_(work), work_(store::Work::open(work, false)) {}

JobRecord Queue::add(const Process& process, const Json& inputs, const std::string& who, bool document) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  JobRecord job = JobStates(work_).create({.process = process.id,
                                           .inputs = inputs,
                                           .who = who,
                                           .lane = lane_of(process, inputs),
                                           .document = document});
  AuditLog(work_).append({.who = who,
                          .action = "job.create",
                          .subject = subject(job),
                          .after = {{"process", process.id}, {"inputs", inputs}}});
  change.commit();
  return job;
}

Taken Queue::begin(const Process& process, const Json& inputs, const std::string& who) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  JobStates states(work_);
  for (const JobRecord& other : states.unfinished()) end_lost(other);
  const JobRecord job = states.create({.process = process.id,
                                       .inputs = inputs,
                                       .who = who,
                                       .lane = lane_of(process, inputs),
                                       .document = false,
                                       .queued = false});
  auto ownership = JobOwnership::take(file_, job.number);
  if (!ownership) throw Error(Code::internal, "a new job is somebody's already");
  states.start(job.number);
  AuditLog(work_).append({.who = who,
                          .action = "job.create",
                          .subject = subject(job),
                          .after = {{"process", process.id}, {"inputs", inputs}}});
  change.commit();
  return {found(work_, job.id), std::move(*ownership)};
}

Taken Queue::resume(const std::string& id, const std::string& who) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  JobStates states(work_);
  const JobRecord job = found(work_, id);
  if (job.status == JobStatus::successful) throw Error(Code::conflict, "the job " + id + " has succeeded");
  auto ownership = JobOwnership::take(file_, job.number);
  if (!ownership) throw Error(Code::conflict, "the job " + id + " is running");
  states.renew(job.number);
  states.start(job.number);
  AuditLog(work_).append({.who = who,
                          .action = "job.resume",
                          .subject = subject(job),
                          .before = {{"status", name(job.status)}}});
  change.commit();
  return {found(work_, id), std::move(*ownership)};
}

std::vector<JobRecord> Queue::list(const std::string& who) const {
  const std::lock_guard lock(mutex_);
  return JobStates(work_).list(who);
}

std::vector<JobRecord> Queue::unfinished() const {
  const std::lock_guard lock(mutex_);
  return JobStates(work_).unfinished();
}

JobRecord Queue::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return found(work_, id);
}

bool Queue::cancel_asked(const JobRecord& job) const {
  const std::lock_guard lock(mutex_);
  return JobStates(work_).cancel_asked(job.number);
}

JobRecord Queue::cancel(const std::string& id, const std::string& who) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  const JobRecord job = found(work_, id);
  if (job.finished()) return job;
  JobStates(work_).ask_cancel(job.number);
  AuditLog(work_).append({.who = who,
                          .action = "job.cancel",
                          .subject = subject(job),
                          .before = {{"status", name(job.status)}}});
  if (!alive(job)) finish_now(job, JobStatus::dismissed, "called off before it ran", nullptr);
  change.commit();
  return found(work_, id);
}

void Queue::remove(const std::string& id, const std::string& who) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  const JobRecord job = found(work_, id);
  if (!job.finished()) throw Error(Code::conflict, "the job " + id + " has not ended");
  JobStates(work_).remove(job.number);
  AuditLog(work_).append({.who = who,
                          .action = "job.remove",
                          .subject = subject(job),
                          .before = {{"process", job.job.process}, {"status", name(job.status)}}});
  change.commit();
}

void Queue::progress(const JobRecord& job, const std::string& stage, int percent,
                     const std::string& message) {
  const std::lock_guard lock(mutex_);
  // Several times a second beside edits, and worth nothing after a loss of power.
  WorkChange change(work_, store::OnDisk::later);
  JobStates(work_).progress(job.number, stage, percent, message);
  change.commit();
}

void Queue::finish(const JobRecord& job, JobStatus status, const std::string& message, const Json& result) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  finish_now(job, status, message, result);
  change.commit();
}

void Queue::put_back(const JobRecord& job, const std::string& message) {
  const std::lock_guard lock(mutex_);
  WorkChange change(work_);
  JobStates(work_).put_back(job.number, message);
  change.commit();
}

bool Queue::finish_now(const JobRecord& job, JobStatus status, const std::string& message,
                       const Json& result) {
  if (!JobStates(work_).finish(job.number, status, message, result)) return false;
  AuditLog(work_).append({.who = job.job.who,
                          .action = "job.finish",
                          .subject = subject(job),
                          .after = {{"status", name(status)}, {"message", message}}});
  return true;
}

/// Ends a job that nobody runs and that cannot go on; false when it can.
bool Queue::end_lost(const JobRecord& job) {
  if (alive(job)) return false;
  if (job.cancel) return finish_now(job, JobStatus::dismissed, "called off", nullptr);
  const std::string where = job.stage.empty() ? "" : " while " + job.stage;
  if (!job.job.queued) {
    const Error error(Code::internal, "the program that ran it ended before its work did" + where,
                      "nothing was changed; take it up again with `caitu jobs WS --resume " + job.id + "`");
    return finish_now(job, JobStatus::failed, error.what(), to_json(error));
  }
  if (job.attempt < kMaxAttempts) return false;
  const Error error(Code::internal,
                    "it was started " + times(job.attempt) + ", and the server died each time" + where);
  return finish_now(job, JobStatus::failed, error.what(), to_json(error));
}

std::optional<Taken> Queue::take_next(std::size_t limit, const std::vector<std::string>& except) {
  const std::lock_guard lock(mutex_);
  JobStates states(work_);
  // A look without the write lock: most of the time there is nothing to do.
  const auto waiting = states.unfinished();
  if (std::all_of(waiting.begin(), waiting.end(), [this](const JobRecord& job) { return alive(job); }))
    return {};

  WorkChange change(work_);
  std::vector<JobRecord> idle;
  std::set<std::string> lanes;
  std::size_t running = 0;
  for (JobRecord& job : states.unfinished()) {
    if (alive(job)) {
      if (job.job.queued) ++running;
      if (!job.job.lane.empty()) lanes.insert(job.job.lane);
    } else if (!end_lost(job)) {
      idle.push_back(std::move(job));
    }
  }
  std::optional<Taken> taken;
  for (const JobRecord& job : idle) {
    if (running >= limit) break;
    if (lanes.contains(job.job.lane)) continue;
    if (std::find(except.begin(), except.end(), job.id) != except.end()) {
      // Those behind it wait with it.
      if (!job.job.lane.empty()) lanes.insert(job.job.lane);
      continue;
    }
    auto ownership = JobOwnership::take(file_, job.number);
    if (!ownership) continue;
    states.start(job.number);
    taken.emplace(Taken{found(work_, job.id), std::move(*ownership)});
    break;
  }
  change.commit();
  return taken;
}

}  // namespace caitu::jobs
