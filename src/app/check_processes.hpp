#pragma once

#include "catalog/catalog.hpp"
#include "jobs/process.hpp"

namespace caitu::app {

/// Every check as a process of its name, and all of them together as "checks". Inputs: the day (the latest
/// land date when absent, filled in as the job is accepted), whose residents, and whether to publish. The
/// result is what `caitu check --json` prints, as a list, with counts of findings; report.html,
/// findings.gpkg, findings.xlsx and manifest.json lie in results_of(workspace).
///
/// Publishing gives `flags` what was found, and of a run of belts, targets or all also the derived layers of
/// the plan. A job that is taken up again runs anew, and publishes what is not there yet.
jobs::Processes check_processes(const catalog::Workspace& workspace,
                                const std::vector<std::filesystem::path>& declared);

}  // namespace caitu::app
