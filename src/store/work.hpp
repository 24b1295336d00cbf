#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace caitu::store {

/// A log of work.db of so many pages is to be moved into the file, and one of so many even while writers
/// wait.
inline constexpr int kLogPages = 1000, kLongestLogPages = 16000;

/// work.db: what changes one row at a time and must never wait for an import of caitu.db: the change logs of
/// living layers, accounts, the audit trail, jobs. Its families (LivingChanges, Accounts, AuditLog,
/// JobStates) are handles on one Work.
///
/// Guarantees: what is committed is on the disk (synchronous = FULL), unless the change says `OnDisk::later`.
/// A transaction waits at most `kPatience` for another. Threads: one Work belongs to one thread; several (of
/// several processes) may be open on one file.
class Work {
 public:
  /// Error(conflict) when it is there. For its owner alone (mode 0600; SQLite gives its -wal and -shm the
  /// same): it holds hashes of passwords, and nobody but caitu has to open it.
  static void create(const std::filesystem::path& file);
  /// Errors as Store::open. A workspace that an earlier caitu made has none yet: opened for writing, it is
  /// made.
  static Work open(const std::filesystem::path& file, bool read_only);
  ~Work();
  Work(Work&&) noexcept;
  Work& operator=(Work&&) noexcept;

  /// Changes whenever another connection has committed.
  std::int64_t change_counter() const;

  /// What is committed waits in the log beside the file (-wal). Every so often a commit moves all of it into
  /// the file, which takes many times as long as the commit itself; after this call no commit of this Work
  /// does, and somebody must call `move_log`.
  void leave_log();
  /// Pages in the log after this Work's last commit, counted once `leave_log` was called.
  int log_pages() const;
  /// Moves what is in the log into the file, beside readers and writers: neither waits for it, unless the log
  /// has grown to `longest` pages because writers gave it no pause; then they wait while its last bit is
  /// moved.
  void move_log(int longest = kLongestLogPages);

  struct Impl;
  Impl& impl() const { return *impl_; }  ///< for the families: detail/work_impl.hpp

 private:
  explicit Work(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// When a change is on the disk: when `commit()` returns, or with the next change that is. A loss of power
/// may take back the latter, never what follows it alone; nobody waits for the disk behind it.
enum class OnDisk : std::uint8_t { at_once, later };

/// One transaction over any families: all of it after `commit()`, else nothing. Not nested. One thread.
class WorkChange {
 public:
  explicit WorkChange(Work& work, OnDisk when = OnDisk::at_once);
  ~WorkChange();
  WorkChange(const WorkChange&) = delete;
  WorkChange& operator=(const WorkChange&) = delete;
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::store
