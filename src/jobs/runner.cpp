#include "jobs/runner.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"

extern char** environ;

namespace caitu::jobs {
namespace {

using base::Code;
using base::Error;
using Clock = std::chrono::steady_clock;

/// Added to the priority of a job's process: whoever looks at the map comes first.
constexpr int kNice = 5;
/// A job whose work was busy is left alone for so long.
constexpr std::chrono::seconds kLeftAlone{1};

struct Child {
  Taken taken;
  pid_t process = 0;
  bool told = false, killed = false;
  Clock::time_point told_at;
};

/// What posix_spawn is told, and freed after.
struct Spawning {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  Spawning(const std::filesystem::path& log, int ownership) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0666);
    ::posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, ownership, kOwnershipDescriptor);
    // Connections of the server must not live on in its children.
    ::posix_spawn_file_actions_addclosefrom_np(&files, kOwnershipDescriptor + 1);
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) sigaddset(&usual, signal);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
};

pid_t spawn(std::vector<std::string> command, const std::filesystem::path& log, int ownership) {
  // dup2 of a descriptor onto itself would leave it closed on exec.
  const int lifted = ::fcntl(ownership, F_DUPFD_CLOEXEC, kOwnershipDescriptor + 1);
  const Spawning how(log, lifted);
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  const int error =
      ::posix_spawn(&process, arguments.front(), &how.files, &how.attributes, arguments.data(), environ);
  ::close(lifted);
  if (error != 0) {
    throw Error(Code::io, "the job's program cannot be started: " + std::generic_category().message(error),
                base::Where{.file = command.front()});
  }
  return process;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    return "was killed by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) +
           ")";
  }
  return "ended with " + std::to_string(WEXITSTATUS(status));
}

std::atomic<bool> child_stop{false};
extern "C" void ask_child_to_stop(int) { child_stop.store(true); }

}  // namespace

std::filesystem::path log_of(const std::filesystem::path& logs, const std::string& job) {
  return logs / (job + ".log");
}

bool become_child(int parent) {
  std::signal(SIGTERM, ask_child_to_stop);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  [[maybe_unused]] const int priority = ::nice(kNice);
  // It may have died before the kernel was told.
  return ::getppid() == parent;
}

const std::atomic<bool>& stop_asked() { return child_stop; }

struct Runner::Impl {
  Queue& queue;
  std::filesystem::path logs;
  RunnerOptions options;
  Command command;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false, woken = false;

  std::vector<Child> children;
  std::map<std::string, Clock::time_point> left_alone;
  Clock::time_point tidied{};
  std::thread thread;

  void loop() {
    for (;;) {
      {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, options.beat, [this] { return stopping || woken; });
        woken = false;
        if (stopping) break;
      }
      try {
        look();
      } catch (const std::exception& error) {
        spdlog::error("jobs cannot be looked after: {}", error.what());
      }
    }
    stop_all();
  }

  void look() {
    reap(false);
    for (Child& child : children) {
      if (child.told || queue.cancel_asked(child.taken.job)) press(child);
    }
    std::erase_if(left_alone, [](const auto& entry) { return Clock::now() > entry.second; });
    std::vector<std::string> except;
    for (const auto& [id, until] : left_alone) except.push_back(id);
    while (children.size() < options.concurrent) {
      auto taken = queue.take_next(options.concurrent, except);
      if (!taken) break;
      start(std::move(*taken));
    }
    if (options.tidy && Clock::now() - tidied > options.tidy_every) {
      tidied = Clock::now();
      options.tidy(queue.unfinished());
    }
  }

  void start(Taken taken) {
    try {
      std::filesystem::create_directories(logs);
      const pid_t process =
          spawn(command(taken.job), log_of(logs, taken.job.id), taken.ownership.descriptor());
      spdlog::info("job {} ({}) runs as process {}, attempt {}", taken.job.id, taken.job.job.process, process,
                   taken.job.attempt);
      children.push_back({.taken = std::move(taken), .process = process, .told_at = {}});
    } catch (const Error& error) {
      queue.finish(taken.job, JobStatus::failed, error.what(), to_json(error));
    } catch (const std::filesystem::filesystem_error& error) {
      queue.finish(taken.job, JobStatus::failed, error.what(), to_json(Error(Code::io, error.what())));
    }
  }

  /// SIGTERM first; SIGKILL when that has not helped in time. To the child and whatever it has started.
  void press(Child& child) {
    if (!child.told) {
      child.told = true;
      child.told_at = Clock::now();
      ::kill(-child.process, SIGTERM);
    } else if (!child.killed && Clock::now() - child.told_at > options.grace) {
      child.killed = true;
      ::kill(-child.process, SIGKILL);
    }
  }

  /// Notes how children ended that have not done so themselves. Their ownership goes only then.
  void reap(bool interrupted) {
    std::erase_if(children, [&](const Child& child) {
      int status = 0;
      if (::waitpid(child.process, &status, WNOHANG) != child.process) return false;
      const JobRecord job = queue.find(child.taken.job.id);
      if (job.status == JobStatus::accepted) left_alone[job.id] = Clock::now() + kLeftAlone;
      if (job.status == JobStatus::running) note_end(job, status, interrupted);
      return true;
    });
  }

  void note_end(const JobRecord& job, int status, bool interrupted) {
    if (job.cancel)
      return queue.finish(job, JobStatus::dismissed, "called off and stopped; nothing was changed");
    if (interrupted) return queue.put_back(job, "interrupted: its server stopped");
    const Error error(
        Code::internal,
        "the program " + how_it_ended(status) + (job.stage.empty() ? "" : " while " + job.stage),
        "nothing was changed; `caitu jobs WS --log " + job.id + "` shows what it printed");
    spdlog::error("job {}: {}", job.id, error.what());
    queue.finish(job, JobStatus::failed, error.what(), to_json(error));
  }

  void stop_all() {
    while (!children.empty()) {
      try {
        for (Child& child : children) press(child);
        reap(true);
      } catch (const std::exception& error) {
        // The kernel gives back what they own; the next server finds them so.
        spdlog::error("jobs cannot be put back: {}", error.what());
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
};

Runner::Runner(Queue& queue, std::filesystem::path logs, RunnerOptions options, Command command)
    : impl_(new Impl{.queue = queue,
                     .logs = std::move(logs),
                     .options = std::move(options),
                     .command = std::move(command),
                     .mutex = {},
                     .changed = {},
                     .children = {},
                     .left_alone = {},
                     .thread = {}}) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
}

Runner::~Runner() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

void Runner::wake() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->woken = true;
  }
  impl_->changed.notify_all();
}

}  // namespace caitu::jobs
