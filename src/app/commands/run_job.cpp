#include <fcntl.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/processes.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "jobs/execute.hpp"
#include "jobs/runner.hpp"

namespace caitu::app {
namespace {

void run(const std::string& folder, const std::string& id, int parent) {
  const catalog::Workspace workspace{folder};
  jobs::Queue queue(workspace.work());
  const jobs::JobRecord job = queue.find(id);
  if (::fcntl(jobs::kOwnershipDescriptor, F_GETFD) < 0 || !queue.alive(job)) {
    throw base::Error(base::Code::usage, "run-job is what a server starts", "caitu jobs WS --resume " + id);
  }
  const jobs::Taken taken{job, jobs::JobOwnership(jobs::kOwnershipDescriptor)};
  if (!jobs::become_child(parent)) return;
  const jobs::Processes processes = make_processes(workspace, {find_installation().layers()});
  std::string stage;
  const base::Progress outside{.report =
                                   [&stage](std::string_view now, std::uint64_t, std::uint64_t) {
                                     if (now == stage) return;
                                     stage = now;
                                     spdlog::info("{}", stage);
                                   },
                               .cancelled = &jobs::stop_asked()};
  jobs::execute(queue, taken, find_process(processes, job.job.process), outside);
}

}  // namespace

void add_run_job(CLI::App& program) {
  auto* command = program.add_subcommand("run-job", "Run one job of a server")->group("");
  const auto folder = std::make_shared<std::string>(), id = std::make_shared<std::string>();
  const auto parent = std::make_shared<int>(0);
  command->add_option("WS", *folder, "folder of the workspace")->required();
  command->add_option("ID", *id, "the job")->required();
  command->add_option("PARENT", *parent, "process of the server")->required();
  command->callback([=] { run(*folder, *id, *parent); });
}

}  // namespace caitu::app
