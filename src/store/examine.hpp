#pragma once

#include <filesystem>
#include <string>

#include "base/progress.hpp"
#include "store/check.hpp"

namespace caitu::store {

/// Whether the two databases hold what caitu wrote into them. A flipped bit anywhere is told, unless nothing
/// that is ever read depends on it (free pages, gaps in pages, logs of SpatiaLite's own). Opened for reading;
/// may run beside a server and imports, of which only what was committed when each check began is seen. What
/// cannot be opened is a damaged check, never an exception; Error(cancelled) when `progress` says so. One
/// thread.

/// caitu.db: form, pages and indexes, seals, every row of every layer against its digest and its area,
/// R*Trees against rows, and where QGIS looks: registrations and statistics. Editions as a whole are the
/// catalog's, which knows snapshots.
Checks examine_record(const std::filesystem::path& file, const base::Progress& progress = {});
/// work.db: form, pages and indexes, seals, the audit chain.
Checks examine_work(const std::filesystem::path& file, const base::Progress& progress = {});

/// Rebuilds what follows from the rows: indexes, R*Trees, registrations, statistics, and takes away what
/// killed imports have left. Layers that an import holds are left alone. Errors as Store.
void repair_record(const std::filesystem::path& file);
/// Whether an import of the layer runs now, in whatever process.
bool import_runs(const std::filesystem::path& record, const std::string& layer);
/// Rebuilds indexes.
void repair_work(const std::filesystem::path& file);

}  // namespace caitu::store
