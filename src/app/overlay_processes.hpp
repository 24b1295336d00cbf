#pragma once

#include "catalog/catalog.hpp"
#include "jobs/process.hpp"

namespace caitu::app {

/// Overlay, dissolve and tabulate as processes. Inputs are stored layers ("parcels", "parcels@3") or uploads;
/// the result is the account, and a file in results_of(workspace). The same job goes on after a crash where
/// it was.
jobs::Process overlay_process(const catalog::Workspace& workspace);
jobs::Process dissolve_process(const catalog::Workspace& workspace);
jobs::Process tabulate_process(const catalog::Workspace& workspace);

}  // namespace caitu::app
