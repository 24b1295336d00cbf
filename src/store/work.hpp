#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace caitu::store {

/// work.db: what changes one row at a time and must never wait for an import of caitu.db: the change logs of living layers,
/// accounts, the audit trail, jobs. Its families (LivingChanges, Accounts, AuditLog, JobStates) are handles on one Work.
///
/// Guarantees: what is committed is on the disk (synchronous = FULL). A transaction waits at most `kPatience` for another.
/// Threads: one Work belongs to one thread; several (of several processes) may be open on one file.
class Work {
 public:
  /// Error(conflict) when it is there. For its owner alone (mode 0600; SQLite gives its -wal and -shm the same): it holds
  /// hashes of passwords, and nobody but caitu has to open it.
  static void create(const std::filesystem::path& file);
  /// Errors as Store::open. A workspace that an earlier caitu made has none yet: opened for writing, it is made.
  static Work open(const std::filesystem::path& file, bool read_only);
  ~Work();
  Work(Work&&) noexcept;
  Work& operator=(Work&&) noexcept;

  /// Changes whenever another connection has committed.
  std::int64_t change_counter() const;

  struct Impl;
  Impl& impl() const { return *impl_; }  ///< for the families: detail/work_impl.hpp

 private:
  explicit Work(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// One transaction over any families: all of it on the disk after `commit()`, else nothing. Not nested. One thread.
class WorkChange {
 public:
  explicit WorkChange(Work& work);
  ~WorkChange();
  WorkChange(const WorkChange&) = delete;
  WorkChange& operator=(const WorkChange&) = delete;
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::store
