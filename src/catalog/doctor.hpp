#pragma once

#include <filesystem>
#include <vector>

#include "base/progress.hpp"
#include "catalog/catalog.hpp"
#include "store/check.hpp"

namespace caitu::catalog {

/// Looks at everything that a workspace holds: both databases (store/examine.hpp); every published edition,
/// built anew from its rows and held against its digest, count and area; its snapshot, block by block; the
/// rasters that editions name; what was left over by processes that were killed; the layers' declarations;
/// room on the disk. May run beside a server and imports; what they are writing just now is not counted as
/// left over. With `repair` what can be rebuilt is: snapshots, indexes, R*Trees, registrations; what is left
/// over goes. Never throws for damage; Error(not_found) when there is no workspace, Error(cancelled) as
/// `progress` says.
store::Checks examine_workspace(const Workspace& workspace,
                                const std::vector<std::filesystem::path>& declared, bool repair,
                                const base::Progress& progress = {});

}  // namespace caitu::catalog
