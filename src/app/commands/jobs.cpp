#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/processes.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "jobs/execute.hpp"
#include "jobs/runner.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, cancel, resume, log;
  bool json = false;
};

/// Whether it says to run though its process is gone; the next server takes it up.
bool lost(const jobs::Queue& queue, const jobs::JobRecord& job) {
  return job.status == jobs::JobStatus::running && !queue.alive(job);
}

base::Json job_json(const jobs::Queue& queue, const jobs::JobRecord& job) {
  base::Json json{{"id", job.id},
                  {"process", job.job.process},
                  {"status", name(job.status)},
                  {"progress", job.percent},
                  {"stage", job.stage},
                  {"message", job.message},
                  {"who", job.job.who},
                  {"attempt", job.attempt},
                  {"lost", lost(queue, job)},
                  {"created", job.created_at},
                  {"inputs", job.job.inputs}};
  if (!job.started_at.empty()) json["started"] = job.started_at;
  if (!job.finished_at.empty()) json["finished"] = job.finished_at;
  if (!job.result.is_null()) json[job.status == jobs::JobStatus::failed ? "problem" : "result"] = job.result;
  return json;
}

void print_list(const jobs::Queue& queue, bool json) {
  base::Json list = base::Json::array();
  if (!json)
    fmt::print("{:<32}  {:<8}  {:<10}  {:>4}  {:<20}  {:<14}  {}\n", "job", "process", "status", "%",
               "created", "who", "message");
  for (const jobs::JobRecord& job : queue.list()) {
    if (json) {
      list.push_back(job_json(queue, job));
      continue;
    }
    const std::string said =
        lost(queue, job) ? "its program is gone; --resume takes it up again" : job.message;
    fmt::print("{:<32}  {:<8}  {:<10}  {:>4}  {:<20}  {:<14}  {}\n", job.id, job.job.process,
               name(job.status), job.percent, job.created_at, job.job.who, said);
  }
  if (json) fmt::print("{}\n", list.dump(2));
}

void print_job(const jobs::Queue& queue, const std::string& id, bool json) {
  const jobs::JobRecord job = queue.find(id);
  if (json) {
    fmt::print("{}\n", job_json(queue, job).dump(2));
  } else {
    const bool stopping = !job.finished() && job.cancel;
    fmt::print("{}: {}\n", id, stopping ? "asked to stop" : std::string(name(job.status)));
  }
}

void resume(jobs::Queue& queue, const catalog::Workspace& workspace, const Arguments& arguments) {
  const jobs::Processes processes = make_processes(workspace, {find_installation().layers()});
  const jobs::Taken taken = queue.resume(arguments.resume, shell_user());
  ProgressBar bar(taken.job.job.process);
  jobs::execute(queue, taken, find_process(processes, taken.job.job.process), bar.progress());
}

void print_log(const catalog::Workspace& workspace, const jobs::JobRecord& job) {
  std::ifstream in(jobs::log_of(job_logs_of(workspace), job.id), std::ios::binary);
  if (!in) {
    throw base::Error(base::Code::not_found, "the job " + job.id + " has no log",
                      "a job of a shell prints where it runs; one of a server has a log once it has begun");
  }
  if (in.peek() != std::ifstream::traits_type::eof()) std::cout << in.rdbuf();
  std::cout.flush();
}

void run(const Arguments& arguments) {
  const catalog::Workspace workspace{arguments.workspace};
  if (!std::filesystem::exists(workspace.database())) {
    throw base::Error(base::Code::not_found, "there is no workspace",
                      base::Where{.file = arguments.workspace}, "make a workspace with `caitu init`");
  }
  jobs::Queue queue(workspace.work());
  if (!arguments.log.empty()) return print_log(workspace, queue.find(arguments.log));
  if (!arguments.resume.empty()) {
    resume(queue, workspace, arguments);
    return print_job(queue, arguments.resume, arguments.json);
  }
  if (arguments.cancel.empty()) return print_list(queue, arguments.json);
  const jobs::JobRecord before = queue.find(arguments.cancel);
  if (before.finished()) {
    throw base::Error(base::Code::conflict,
                      "the job " + before.id + " has ended already: " + std::string(name(before.status)));
  }
  queue.cancel(arguments.cancel, shell_user());
  print_job(queue, arguments.cancel, arguments.json);
}

}  // namespace

void add_jobs(CLI::App& program) {
  auto* command = program.add_subcommand(
      "jobs", "Long work and where it stands: imports of shells and of the server, newest first");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace")->required();
  command->add_flag("--json", a->json, "as JSON, with inputs and results");
  auto* cancel = command->add_option(
      "--cancel", a->cancel,
      "call a job off: one that waits ends at once, one that runs stops and changes nothing");
  auto* resume = command->add_option("--resume", a->resume,
                                     "run a job here that was interrupted, failed or called off; what it has "
                                     "published is not published twice");
  auto* log = command->add_option("--log", a->log, "what a job of the server printed");
  cancel->excludes(resume)->excludes(log);
  resume->excludes(log);
  for (auto* option : {cancel, resume, log}) option->type_name("ID");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
