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

/// Ids of uploads that stand anywhere in inputs, alone or as ID:LAYER.
std::vector<std::string> uploads_named(const base::Json& inputs);

}  // namespace caitu::app
