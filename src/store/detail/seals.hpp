#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store::detail {

/// Seals show that what a small table holds is what caitu wrote into it: SQLite itself has no checksums, so
/// that a flipped bit in a value is read as another value. `caitu_seals` holds for each sealed table the
/// number of its rows and the sum, modulo 2^128, of their digests (XXH3 of all values), kept in the
/// transaction that changes a row; for each table, view, index and trigger of ours the digest of its
/// definition; and the digests of SpatiaLite's constant tables. Rows of layers have digests of their own, and
/// are not under seals. Nothing here proves anything against somebody who forges both.

/// Takes all seals anew, from what the file holds; inside the caller's transaction. For a form's steps alone:
/// whatever the tables hold is taken as right. A step that adds a column must write it in every row: what
/// SQLite shows of shorter rows while they change is not what it reads later.
void make_seals(Connection& connection, std::string_view prefix);

/// What does not match its seal, as sentences; empty when all do.
std::vector<std::string> broken_seals(const Connection& connection, std::string_view prefix);

/// Follows every change that a connection makes. One thread.
class SealKeeper {
 public:
  SealKeeper(Connection& connection, std::string_view prefix);
  ~SealKeeper();
  SealKeeper(const SealKeeper&) = delete;
  SealKeeper& operator=(const SealKeeper&) = delete;

  /// Brings the seals up to what was written; before the commit, which fails without it.
  void write();
  /// A statement failed, and SQLite may have taken rows back that were counted: these tables are read anew.
  void doubt() { doubtful_ = true; }

  /// Rows changed by a write that was a transaction of its own: its seals were written after it.
  std::optional<std::int64_t> changed_alone;

  struct Change {
    std::int64_t rows = 0;
    base::Digest128 sum;
  };

 private:
  struct Hooks;
  void write_table(const std::string& table, const Change& change);

  Connection& connection_;
  std::string prefix_;
  std::map<std::string, Change, std::less<>> changes_;
  bool doubtful_ = false;
  std::int64_t schema_version_ = 0;
};

}  // namespace caitu::store::detail
