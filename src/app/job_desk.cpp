#include "app/job_desk.hpp"

#include <unistd.h>

#include "app/processes.hpp"

namespace caitu::app {
namespace {

/// Uploads that jobs still need.
std::set<std::string> needed(const jobs::Uploads& uploads, const std::vector<jobs::JobRecord>& unfinished) {
  std::set<std::string> ids;
  for (const jobs::JobRecord& job : unfinished) {
    for (const base::Json& file : job.job.inputs.value("files", base::Json::array())) {
      const std::string id = file.get<std::string>().substr(0, file.get<std::string>().find(':'));
      if (uploads.find(id)) ids.insert(id);
    }
  }
  return ids;
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
  };
  runner_.emplace(queue_, job_logs_of(workspace_), options, [this](const jobs::JobRecord& job) {
    return std::vector<std::string>{"/proc/self/exe", "run-job", workspace_.folder.string(), job.id,
                                    std::to_string(::getpid())};
  });
}

}  // namespace caitu::app
