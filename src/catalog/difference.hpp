#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/progress.hpp"
#include "catalog/identity.hpp"
#include "geodata/snapshot.hpp"
#include "store/store.hpp"

namespace caitu::catalog {

/// What an import changes in the record: rows of the newest edition that end with it, and features that have
/// to be written because they are new or hold something else.
struct Difference {
  std::vector<std::int64_t> ended_rows;
  std::vector<std::pair<std::uint64_t, base::Digest128>> written;  ///< by id
  std::uint64_t changed = 0;                                       ///< features that are among both
  std::uint64_t unchanged = 0;                                     ///< features that stay as they are

  std::uint64_t added() const { return written.size() - changed; }
  std::uint64_t removed() const { return ended_rows.size() - changed; }
};

/// `newest` in id order; `ids[i]` is who claim i is.
Difference compare(const std::vector<store::RowState>& newest, const std::vector<std::uint64_t>& ids,
                   const std::vector<Claim>& claims);

/// Writes a difference into a staged edition and indexes it, in the snapshot's own order, so that neighbours
/// on the land are neighbours in the record. Features are taken from the snapshot on `threads`; the calling
/// thread alone writes.
void write_difference(const Difference& difference, const geodata::Snapshot& snapshot, std::size_t threads,
                      store::StagedEdition& staged, const base::Progress& progress);

}  // namespace caitu::catalog
