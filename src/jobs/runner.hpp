#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jobs/queue.hpp"

namespace caitu::jobs {

/// The child finds its job's ownership here, already locked: JobOwnership(kOwnershipDescriptor).
inline constexpr int kOwnershipDescriptor = 3;

struct RunnerOptions {
  std::size_t concurrent = 1;             ///< queued jobs of the workspace that run at once
  std::chrono::milliseconds grace{5000};  ///< from "please stop" (SIGTERM) to SIGKILL
  std::chrono::milliseconds beat{250};    ///< how often it looks
  std::chrono::seconds tidy_every{60};
  /// Called by the runner's thread now and then with the jobs that have not ended: old files may go.
  std::function<void(const std::vector<JobRecord>& unfinished)> tidy;
};

/// Runs the queue of a workspace, each job in a child process of its own group: a delivery that kills its
/// reader kills no server, memory comes back, and a job that does not hear "stop" is stopped all the same.
///
/// A child notes the end of its job itself (`execute`). One that dies without is `failed`, with the signal
/// that killed it; it is not tried again, for what killed it would again. When this server dies or stops
/// instead, its jobs are taken up by the next runner, kMaxAttempts times at most (a stop does not count).
/// What a child prints goes to `logs`/<id>.log. Threads: thread-safe; the work is done by a thread of its
/// own.
class Runner {
 public:
  /// The program and its arguments for a job.
  using Command = std::function<std::vector<std::string>(const JobRecord&)>;

  Runner(Queue& queue, std::filesystem::path logs, RunnerOptions options, Command command);
  /// Stops the children; what they did goes back into the queue.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// There is something to do: do not wait for the next beat.
  void wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// For a child, at its start: dies with the server that started it, yields to others, hears SIGTERM as
/// "stop". False when the server is gone already.
bool become_child(int parent);
const std::atomic<bool>& stop_asked();  ///< set by SIGTERM

std::filesystem::path log_of(const std::filesystem::path& logs, const std::string& job);

}  // namespace caitu::jobs
