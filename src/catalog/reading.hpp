#pragma once

#include <cstdint>
#include <vector>

#include "catalog/delivery.hpp"
#include "catalog/identity.hpp"
#include "catalog/import.hpp"
#include "catalog/known_rows.hpp"
#include "catalog/quality_audit.hpp"
#include "catalog/rejects.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::catalog {

/// What is known when all rows of a delivery have been seen.
struct ReadRows {
  std::vector<Claim> claims;         ///< of the rows taken, in order
  RowsToKnow to_know;                ///< of each claim, for the next import
  std::uint64_t outside_region = 0;  ///< rows taken that lie outside the layer's region
};

/// Where rows go, each in the order of delivery.
struct RowsTo {
  geodata::SnapshotWriter& snapshot;
  RejectsFile& rejects;
  QualityAudit& audit;
  ImportReport& report;  ///< counts, notes, refusals, repairs
};

/// Reads, transforms and repairs a whole delivery: one thread reads, `threads` take rows, the caller's keeps
/// them. Features go to the snapshot writer as they come, because memory must not grow with the delivery; who
/// they are is known only when all have been seen. Rows that are `known` are copied from the snapshot that
/// they are in, and everything comes out as if they had been taken. Throws what `geodata::check_placement` and the
/// files throw.
ReadRows read_rows(const geodata::Declaration& declaration, std::vector<DeliveredFile>& files,
                   const KnownRows& known, const RowsTo& to, std::size_t threads,
                   const base::Progress& progress);

}  // namespace caitu::catalog
