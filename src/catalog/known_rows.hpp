#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "catalog/catalog.hpp"
#include "catalog/delivery.hpp"
#include "catalog/identity.hpp"
#include "catalog/quality_audit.hpp"
#include "geodata/block_file.hpp"
#include "geodata/snapshot.hpp"
#include "store/store.hpp"

namespace caitu::catalog {

/// Rows that an earlier import took, known again by what was delivered. A resubmission mostly holds rows that
/// have come before; what became of them stands in the snapshot of that import and need not be worked out
/// again.
///
/// A row is known only when everything is the same on which the work depends (`manner_of`), and when there
/// was nothing to say about it but notes: a row that was refused, mended or found at fault is taken anew each
/// time.

/// Of everything that decides what becomes of a file's rows, but the rows: this program, the declaration, the
/// code tables, the districts, the file's CRS, datum, fields and encoding.
base::Digest128 manner_of(const AuditContext& context, const DeliveredFile& file);

/// Of a row as it was delivered, in a file of such a manner: of its bytes where it has them, else of what was
/// read.
base::Digest128 delivered_digest(const base::Digest128& manner, const geodata::SourceRow& row);
base::Digest128 delivered_digest(const base::Digest128& manner, const base::Digest128& bytes);

struct KnownRow {
  Claim claim;
  std::uint32_t item = 0;   ///< in KnownRows::snapshot
  std::uint32_t notes = 0;  ///< number of its notes in KnownRows::notes
};

/// Const-shared.
class KnownRows {
 public:
  /// Those that the newest import of the layer left, of any that still has them. None, with a line in the log
  /// where that is a fault, when there are none, they are damaged or their snapshot is: that costs time, and
  /// nothing else.
  static KnownRows open(const Workspace& workspace, const store::Store& store, const geodata::Schema& schema);
  KnownRows() = default;

  bool empty() const { return digests_.empty(); }
  /// By `delivered_digest`; of several equal rows any.
  std::optional<KnownRow> find(const base::Digest128& delivered) const;
  const std::vector<std::string>& notes(std::uint32_t number) const { return notes_[number]; }
  /// What became of the rows. Only when there are any.
  const geodata::Snapshot& snapshot() const { return *snapshot_; }

 private:
  KnownRows(const std::filesystem::path& file, std::shared_ptr<const geodata::Snapshot> snapshot);

  std::shared_ptr<const geodata::BlockFile> file_;
  std::shared_ptr<const geodata::Snapshot> snapshot_;
  std::span<const base::Digest128> digests_, contents_;
  std::span<const std::uint64_t> claims_;
  std::span<const std::uint32_t> items_, said_;
  std::vector<std::vector<std::string>> notes_;
  std::vector<std::uint32_t> slots_;  ///< of a hash table by digest: a row's number and one, or 0
};

/// Gathers the rows of one import for the next. Memory: 20 bytes a row. One thread.
class RowsToKnow {
 public:
  /// Of the next claim.
  void add(const base::Digest128& delivered, const std::vector<std::string>& notes);
  /// The next claim is one that will be taken anew.
  void add_unknown();
  /// When the edition is published: leaves them beside its snapshot and takes away those of the layer's
  /// earlier editions. `arrivals` are the snapshot writer's. A disk that fails is a line in the log: the next
  /// import reads every row.
  void leave(const Workspace& workspace, const geodata::Snapshot& snapshot, const std::vector<Claim>& claims,
             const std::vector<std::uint32_t>& arrivals) const;

 private:
  void write(const std::filesystem::path& file, const geodata::Snapshot& snapshot,
             const std::vector<Claim>& claims, const std::vector<std::uint32_t>& arrivals) const;

  std::vector<base::Digest128> digests_;
  std::vector<std::uint32_t> said_;  ///< of each claim, or kUnknown
  std::vector<std::vector<std::string>> notes_;
};

/// Beside the snapshot of an edition.
std::string known_rows_name(const std::string& layer, std::uint32_t edition);
/// What is wrong with such a file, every block of it read; empty when nothing is.
std::string known_rows_fault(const std::filesystem::path& file);

}  // namespace caitu::catalog
