#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "jobs/process.hpp"
#include "store/job_state.hpp"

namespace caitu::jobs {

using store::JobOwnership;
using store::JobRecord;
using store::JobStatus;

/// A job that is started more often than this has brought down its program each time.
inline constexpr int kMaxAttempts = 3;

/// A job that this process is to run, and the lock that says that it lives.
struct Taken {
  JobRecord job;
  JobOwnership ownership;
};

/// The jobs of a workspace: asked for, looked at, called off, taken up. Every change leaves its audit row
/// (job.create, job.cancel, job.finish, job.resume, job.remove) in the same transaction. Thread-safe; several
/// processes may hold one.
class Queue {
 public:
  /// `work` is the workspace's work.db; errors as Work::open for writing.
  explicit Queue(const std::filesystem::path& work);

  const std::filesystem::path& work() const { return file_; }

  /// A job for a runner. The caller has checked the inputs.
  JobRecord add(const Process& process, const base::Json& inputs, const std::string& who,
                bool document = false);
  /// A job that this process runs itself, already started.
  Taken begin(const Process& process, const base::Json& inputs, const std::string& who);
  /// Takes up a job that was interrupted, failed or dismissed. Error(conflict) for one that runs or has
  /// succeeded.
  Taken resume(const std::string& id, const std::string& who);

  /// Newest first; of one account when `who` is not empty.
  std::vector<JobRecord> list(const std::string& who = {}) const;
  std::vector<JobRecord> unfinished() const;
  JobRecord find(const std::string& id) const;  ///< Error(not_found)
  /// Whether a process works on it now.
  bool alive(const JobRecord& job) const { return JobOwnership::held(file_, job.number); }
  bool cancel_asked(const JobRecord& job) const;

  /// A job that nobody runs is dismissed; one that runs is asked to stop. A finished one stays as it is.
  JobRecord cancel(const std::string& id, const std::string& who);
  /// Takes a finished job off the list; Error(conflict) for another.
  void remove(const std::string& id, const std::string& who);

  void progress(const JobRecord& job, const std::string& stage, int percent, const std::string& message);
  void finish(const JobRecord& job, JobStatus status, const std::string& message,
              const base::Json& result = nullptr);
  /// For later: it was interrupted through no fault of its own.
  void put_back(const JobRecord& job, const std::string& message);

  /// The oldest queued job that may run now, started: none while `limit` queued ones run, none whose lane is
  /// in use, none of `except`. On the way it ends what cannot go on: jobs whose own process died, jobs called
  /// off, jobs that have been tried kMaxAttempts times.
  std::optional<Taken> take_next(std::size_t limit, const std::vector<std::string>& except = {});

 private:
  bool finish_now(const JobRecord& job, JobStatus status, const std::string& message,
                  const base::Json& result);
  bool end_lost(const JobRecord& job);

  std::filesystem::path file_;
  mutable std::mutex mutex_;
  mutable store::Work work_;
};

}  // namespace caitu::jobs
