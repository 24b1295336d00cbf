#include "store/work.hpp"

#include "store/detail/database_file.hpp"
#include "store/detail/work_impl.hpp"

namespace caitu::store {

void Work::create(const std::filesystem::path& file) {
  detail::create_database(file, work_form(), /*owner_only=*/true);
}

Work Work::open(const std::filesystem::path& file, bool read_only) {
  if (!read_only && !std::filesystem::exists(file)) create(file);
  detail::require_database(file, work_form());
  auto impl = std::make_unique<Impl>(file, read_only ? detail::Access::read : detail::Access::write);
  detail::require_form(impl->connection, work_form());
  if (!read_only) {
    impl->connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    impl->connection.keep_seals(work_form().sealed);
  }
  impl->data_version = detail::Statement(impl->connection, "PRAGMA data_version");
  return Work(std::move(impl));
}

Work::Work(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Work::~Work() = default;
Work::Work(Work&&) noexcept = default;
Work& Work::operator=(Work&&) noexcept = default;

std::int64_t Work::change_counter() const {
  detail::Statement& statement = impl_->data_version;
  statement.step();
  const std::int64_t version = statement.integer(0);
  statement.reset();
  return version;
}

void Work::leave_log() {
  const auto count = [](void* pages, sqlite3*, const char*, int in_log) {
    *static_cast<int*>(pages) = in_log;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(impl_->connection.get(), count, &impl_->log_pages);
}

int Work::log_pages() const { return impl_->log_pages; }

void Work::move_log(int longest) {
  detail::Connection& connection = impl_->connection;
  // What was in the log when the round began; SQLite tells nothing of what came during it.
  const auto move = [&connection] {
    int in_log = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(connection.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, nullptr);
    if (code != SQLITE_OK && code != SQLITE_BUSY) connection.fail();
    return code == SQLITE_BUSY ? 0 : in_log;
  };
  // What came while the first round was at the disk, the second one moves in a moment. The log begins anew
  // when nothing came during it.
  move();
  if (move() < longest) return;
  // SQLITE_CHECKPOINT_FULL holds writers too, but for as long as a reader stands in the way.
  detail::Connection holder(connection.file(), detail::Access::write);
  const detail::Transaction hold(holder);
  move();
}

struct WorkChange::Impl {
  Impl(Work& work, OnDisk when) : sync(work.impl().connection, when), transaction(work.impl().connection) {}

  /// SQLite takes this between transactions only.
  struct Sync {
    Sync(detail::Connection& of, OnDisk when) : connection(of), later(when == OnDisk::later) {
      if (later) connection.execute("PRAGMA synchronous = NORMAL");
    }
    ~Sync() {
      if (later) sqlite3_exec(connection.get(), "PRAGMA synchronous = FULL", nullptr, nullptr, nullptr);
    }
    detail::Connection& connection;
    const bool later;
  };

  Sync sync;  // its end comes after the transaction's
  detail::Transaction transaction;
};

WorkChange::WorkChange(Work& work, OnDisk when) : impl_(std::make_unique<Impl>(work, when)) {}
WorkChange::~WorkChange() = default;
void WorkChange::commit() { impl_->transaction.commit(); }

}  // namespace caitu::store
