#include "app/job_desk.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/process_inputs.hpp"
#include "app/processes.hpp"

namespace caitu::app {
namespace {

/// Uploads that jobs still need.
std::set<std::string> needed(const jobs::Uploads& uploads, const std::vector<jobs::JobRecord>& unfinished) {
  std::set<std::string> ids;
  for (const jobs::JobRecord& job : unfinished) {
    for (const std::string& id : uploads_named(job.job.inputs)) {
      if (uploads.find(id)) ids.insert(id);
    }
  }
  return ids;
}

/// Files that ended jobs have made, after a while.
void expire_results(const std::filesystem::path& results, std::chrono::hours age,
                    const std::vector<jobs::JobRecord>& unfinished) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(results, ignored)) {
    const bool in_use = std::any_of(unfinished.begin(), unfinished.end(),
                                    [&entry](const auto& job) { return job.id == entry.path().filename(); });
    const auto made = std::filesystem::last_write_time(entry.path(), ignored);
    if (!in_use && !ignored && std::filesystem::file_time_type::clock::now() - made > age)
      std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

JobDesk::JobDesk(const catalog::Workspace& workspace, const Config& config)
    : workspace_{std::filesystem::absolute(workspace.folder)},
      config_(config.jobs),
      queue_(workspace_.work()),
      processes_(make_processes(workspace_, {find_installation().layers()})),
      uploads_(uploads_of(workspace_)),
      service_{.queue = queue_,
               .processes = processes_,
               .uploads = uploads_,
               .results = results_of(workspace_),
               .wake =
                   [this] {
                     if (runner_) runner_->wake();
                   },
               .upload_bytes = config_.upload_mib << 20U} {}

void JobDesk::start() {
  jobs::RunnerOptions options;
  options.concurrent = config_.concurrent;
  options.grace = std::chrono::seconds(config_.grace_seconds);
  options.tidy = [this](const std::vector<jobs::JobRecord>& unfinished) {
    uploads_.expire(std::chrono::hours(config_.upload_keep_hours), needed(uploads_, unfinished));
    expire_results(results_of(workspace_), std::chrono::hours(config_.result_keep_hours), unfinished);
  };
  runner_.emplace(queue_, job_logs_of(workspace_), options, [this](const jobs::JobRecord& job) {
    return std::vector<std::string>{"/proc/self/exe", "run-job", workspace_.folder.string(), job.id,
                                    std::to_string(::getpid())};
  });
}

}  // namespace caitu::app
