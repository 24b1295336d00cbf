#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "store/work.hpp"

namespace caitu::store {

/// What somebody did, with what was before and after.
struct AuditEntry {
  std::string who;      ///< account, or "shell:<user>" of a command
  std::string action;   ///< "edition.publish", "feature.update", "account.add" …
  std::string subject;  ///< what it was done to: "parcels/3", "points/123", an account's name
  base::Json before = nullptr, after = nullptr;
};

struct AuditRow {
  std::uint64_t number = 0;  ///< from 1, without holes
  std::string at;            ///< UTC, ISO
  AuditEntry entry;
  base::Digest256 digest{};  ///< SHA-256 over the digest of the row before and all of this row
};

/// The audit trail. Rows are only ever added, each chained to the one before, so that a change of a row, or a row taken out
/// of the middle, shows (`first_broken`). Cutting off its end shows only against a digest noted elsewhere: `head`.
/// Errors: those of work.db. Threads: as its Work, which outlives it.
class AuditLog {
 public:
  explicit AuditLog(Work& work) : work_(work) {}

  /// Inside the caller's WorkChange, so that a write and its row stand or fall together.
  AuditRow append(const AuditEntry& entry);
  /// In number order, from `first` on.
  void read(std::uint64_t first, const std::function<void(const AuditRow&)>& visit) const;
  std::optional<AuditRow> head() const;
  /// The first row that does not follow from the one before it; nullopt when the whole chain holds.
  std::optional<std::uint64_t> first_broken() const;

 private:
  Work& work_;
};

}  // namespace caitu::store
