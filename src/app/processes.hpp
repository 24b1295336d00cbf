#pragma once

#include <filesystem>
#include <vector>

#include "catalog/import.hpp"
#include "jobs/process.hpp"
#include "jobs/queue.hpp"

namespace caitu::app {

/// Where a workspace keeps what came by POST /uploads, and what jobs of its servers printed.
inline std::filesystem::path uploads_of(const catalog::Workspace& workspace) {
  return workspace.folder / "uploads";
}
inline std::filesystem::path job_logs_of(const catalog::Workspace& workspace) {
  return workspace.folder / "jobs";
}

/// What jobs of its servers have made: <id>/<name>.
inline std::filesystem::path results_of(const catalog::Workspace& workspace) {
  return workspace.folder / "results";
}

/// All that a server runs as jobs on a workspace, under /ogc/processes.
jobs::Processes make_processes(const catalog::Workspace& workspace,
                               const std::vector<std::filesystem::path>& declared);

/// A delivery as a process. From outside its `files` are uploads; a command names `paths` instead, which no
/// schema lets through from outside.
jobs::Process import_process(const catalog::Workspace& workspace,
                             const std::vector<std::filesystem::path>& declared);
/// A command's request as inputs from which the job can be taken up again anywhere.
base::Json import_inputs(const catalog::ImportRequest& request);

}  // namespace caitu::app
