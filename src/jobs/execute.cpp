#include "jobs/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"

namespace caitu::jobs {
namespace {

using base::Code;
using base::Error;
using base::Json;

constexpr std::chrono::milliseconds kBeat{250};

/// Between the work, which tells where it is, and work.db, where others see it.
class Reporter {
 public:
  Reporter(Queue& queue, const JobRecord& job, const Process& process, const base::Progress& outside)
      : queue_(queue), job_(job), process_(process), outside_(outside), thread_([this] { loop(); }) {}
  ~Reporter() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  base::Progress progress() {
    return {.report = [this](std::string_view stage, std::uint64_t done,
                             std::uint64_t total) { at(stage, done, total); },
            .cancelled = &cancelled_};
  }

 private:
  void at(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    outside_.at(stage, done, total);
    const std::lock_guard lock(mutex_);
    stage_ = stage;
    done_ = done;
    total_ = total;
    percent_ = std::max(percent_, percent());
    changed_ = true;
  }

  /// Of the whole: the stages before, and the part of this one. It never goes back.
  int percent() const {
    int before = 0;
    for (const Stage& stage : process_.stages) {
      if (stage.name == stage_) {
        const double share =
            total_ == 0 ? 0.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
        return std::min(99, before + static_cast<int>(share * stage.percent));
      }
      before += stage.percent;
    }
    return percent_;
  }

  std::string message() const {
    if (total_ > 0) return fmt::format("{}: {} of {}", stage_, done_, total_);
    return done_ > 0 ? fmt::format("{}: {}", stage_, done_) : stage_;
  }

  void loop() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kBeat, [this] { return ended_; })) {
      const bool changed = std::exchange(changed_, false);
      const std::string stage = stage_, said = message();
      const int percent = percent_;
      lock.unlock();
      try {
        if (changed) queue_.progress(job_, stage, percent, said);
        const bool stop = outside_.cancelled != nullptr && outside_.cancelled->load();
        if (stop || queue_.cancel_asked(job_)) cancelled_ = true;
      } catch (const Error& error) {
        // The work itself does not need work.db; its end does, and will say so.
        spdlog::warn("the progress of job {} cannot be written: {}", job_.id, error.full());
      }
      lock.lock();
    }
  }

  Queue& queue_;
  const JobRecord& job_;
  const Process& process_;
  const base::Progress& outside_;
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string stage_;
  std::uint64_t done_ = 0, total_ = 0;
  int percent_ = 0;
  bool changed_ = false, ended_ = false;
  std::thread thread_;  // begins when all else is there
};

Json work_of(Queue& queue, const JobRecord& job, const Process& process, const base::Progress& outside) {
  Reporter reporter(queue, job, process, outside);
  const base::Progress progress = reporter.progress();
  return process.run({.inputs = job.job.inputs, .job = job.id, .progress = progress});
}

void note_failure(Queue& queue, const JobRecord& job, const Error& error) {
  if (error.code() == Code::cancelled) {
    if (job.job.queued && !queue.cancel_asked(job))
      return queue.put_back(job, "interrupted: its server stopped");
    return queue.finish(job, JobStatus::dismissed, "called off; nothing was changed");
  }
  if (error.code() == Code::busy && job.job.queued)
    return queue.put_back(job, std::string("waits: ") + error.what());
  queue.finish(job, JobStatus::failed, error.what(), to_json(error));
}

}  // namespace

Json execute(Queue& queue, const Taken& taken, const Process& process, const base::Progress& outside) {
  const JobRecord& job = taken.job;
  Json result;
  try {
    result = work_of(queue, job, process, outside);
  } catch (const Error& error) {
    note_failure(queue, job, error);
    throw;
  } catch (const std::exception& error) {
    note_failure(queue, job, Error(Code::internal, error.what()));
    throw;
  }
  queue.finish(job, JobStatus::successful, "done", result);
  if (process.after) process.after(job.job.inputs);
  return result;
}

}  // namespace caitu::jobs
