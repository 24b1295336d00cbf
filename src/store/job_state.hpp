#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "store/work.hpp"

namespace caitu::store {

/// OGC API Processes Part 1 (18-062r2), statusCode.
enum class JobStatus : std::uint8_t { accepted, running, successful, failed, dismissed };
std::string_view name(JobStatus status);

struct NewJob {
  std::string process;  ///< "import"
  base::Json inputs;
  std::string who;        ///< account, or "shell:<user>" of a command
  std::string lane;       ///< jobs of one lane never run at once: "import/parcels"; empty: beside all others
  bool document = false;  ///< its results are wanted as one document (OGC "response"), not raw
  bool queued = true;     ///< a runner takes it up; else the process that made it runs it
};

struct JobRecord {
  std::int64_t number = 0;  ///< from 1, in the order of creation
  std::string id;
  NewJob job;
  JobStatus status = JobStatus::accepted;
  std::string stage;
  int percent = 0;  ///< of the whole, 0 to 100
  std::string message;
  int attempt = 0;                                              ///< how often it has been started
  bool cancel = false;                                          ///< somebody has asked it to stop
  std::string created_at, started_at, updated_at, finished_at;  ///< UTC, ISO; empty: not yet
  base::Json result;  ///< of a successful job its answer, of a failed one its problem; else null

  bool finished() const { return status > JobStatus::running; }
};

/// A job's claim to be alive: one byte of `<work.db>-jobs`, locked. The kernel gives it back when the last
/// process that holds it has died, however it died, so that a crash is told from a slow job without a clock.
/// It can be handed to a child: a lock of an open file goes with its descriptor. One thread.
class JobOwnership {
 public:
  /// Nothing when somebody holds it, this process included.
  static std::optional<JobOwnership> take(const std::filesystem::path& work, std::int64_t job);
  static bool held(const std::filesystem::path& work, std::int64_t job);
  /// A descriptor that a parent has handed over.
  explicit JobOwnership(int descriptor) : descriptor_(descriptor) {}
  ~JobOwnership();
  JobOwnership(JobOwnership&& other) noexcept;
  JobOwnership& operator=(JobOwnership&& other) noexcept;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// Long work and where it stands. Changes are made inside the caller's WorkChange, but for `progress`.
/// Errors: those of work.db. Threads: as its Work, which outlives it.
class JobStates {
 public:
  explicit JobStates(Work& work) : work_(work) {}

  JobRecord create(const NewJob& job);
  std::optional<JobRecord> find(std::string_view id) const;
  /// Newest first; of one account when `who` is not empty.
  std::vector<JobRecord> list(std::string_view who = {}) const;
  /// Accepted or running, oldest first.
  std::vector<JobRecord> unfinished() const;

  /// accepted or running → running, one attempt more. For who holds the ownership.
  void start(std::int64_t job);
  /// running → accepted: it was interrupted through no fault of its own, and the attempt does not count.
  void put_back(std::int64_t job, std::string_view message);
  /// A transaction of its own; passes by a job that does not run.
  void progress(std::int64_t job, std::string_view stage, int percent, std::string_view message);
  /// The end, whichever it is. A job that has ended stays as it is: false.
  bool finish(std::int64_t job, JobStatus status, std::string_view message,
              const base::Json& result = nullptr);
  /// Of a job that has not ended; false when it has.
  bool ask_cancel(std::int64_t job);
  bool cancel_asked(std::int64_t job) const;
  /// A failed or dismissed job as if it were new, under its old id: false for any other.
  bool renew(std::int64_t job);
  void remove(std::int64_t job);

 private:
  Work& work_;
};

}  // namespace caitu::store
