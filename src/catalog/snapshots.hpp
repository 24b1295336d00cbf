#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "catalog/catalog.hpp"

namespace caitu::catalog {

/// "parcels-3.snapshot", in the workspace's snapshots/.
std::string snapshot_name(const std::string& layer, std::uint32_t edition);

/// Builds an edition's snapshot from the record, and puts it at `file`, on the disk, when it holds what was
/// published: its digest is that of the edition. Else Error(corrupt), and `file` is as it was: a damaged
/// record is never served. Who reads an older file of that name keeps it.
void rebuild_snapshot(const store::Store& store, const store::EditionRecord& record,
                      const std::filesystem::path& file);

/// Maps an edition's snapshot; one that is missing, damaged or of another edition is built again first, and
/// the log says so.
std::shared_ptr<const geodata::Snapshot> open_snapshot(const Workspace& workspace, const store::Store& store,
                                                       const store::EditionRecord& record);

}  // namespace caitu::catalog
