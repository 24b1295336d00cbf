#include "store/detail/sqlite.hpp"

#include <spatialite.h>

#include <optional>
#include <thread>

#include "base/error.hpp"
#include "store/detail/seals.hpp"

namespace caitu::store::detail {
namespace {

struct Meaning {
  base::Code code;
  std::string_view sentence;
  std::string_view hint;
};

Meaning meaning_of(int primary, int extended) {
  using base::Code;
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::busy, "the record is being written by another program",
              "try again when that one is done"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {Code::io,
              "the record or its folder may not be written here, and SQLite needs that even to read",
              "SQLite keeps the files -wal and -shm beside it: copy the workspace to a writable disk, or ask "
              "its owner for the right to write"};
    case SQLITE_FULL:
      return {Code::io, "the disk is full", "free some space; what was published is whole"};
    case SQLITE_IOERR:
      return {Code::io, "the disk failed", {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::corrupt, "the record is damaged or no SQLite file", "restore it from a backup"};
    case SQLITE_INTERRUPT:
      return {Code::cancelled, "the work was interrupted", {}};
    case SQLITE_TOOBIG:
      return {Code::too_large, "a value is larger than SQLite can hold", {}};
    default:
      return {Code::internal,
              extended == SQLITE_CONSTRAINT_PRIMARYKEY ? "a row is there already" : "SQLite refused",
              {}};
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Statement::Statement(const Connection& connection, std::string_view sql) : connection_(&connection) {
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v3(connection.get(), sql.data(), static_cast<int>(sql.size()), 0, &made, nullptr);
  handle_.reset(made);
  check(code);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) connection_->fail();
}

Statement& Statement::bind_integer(int place, std::int64_t value) {
  check(sqlite3_bind_int64(get(), place, value));
  return *this;
}

Statement& Statement::bind(int place, double value) {
  check(sqlite3_bind_double(get(), place, value));
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  // A null pointer would bind NULL; an empty text is a text.
  check(sqlite3_bind_text64(get(), place, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(int place, std::string_view bytes) {
  check(sqlite3_bind_blob64(get(), place, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null(int place) {
  check(sqlite3_bind_null(get(), place));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    try {
      if (connection_->seals_) connection_->seals_->doubt();
      connection_->fail();
    } catch (...) {
      sqlite3_reset(get());
      throw;
    }
  }
  sqlite3_reset(get());
  return false;
}

void Statement::run() {
  const bool alone =
      connection_->seals_ && !connection_->in_transaction() && sqlite3_stmt_readonly(get()) == 0;
  std::optional<Transaction> transaction;
  if (alone) transaction.emplace(const_cast<Connection&>(*connection_));
  while (step()) {
  }
  if (connection_->seals_) connection_->seals_->changed_alone.reset();
  if (!transaction) return;
  const std::int64_t changed = connection_->changes();
  transaction->commit();
  connection_->seals_->changed_alone = changed;
}

void Statement::reset() { sqlite3_reset(get()); }

bool Statement::null(int column) const { return sqlite3_column_type(get(), column) == SQLITE_NULL; }
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(get(), column); }

std::string_view Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(get(), column);
  if (!text) return {};
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(get(), column))};
}

std::string_view Statement::blob(int column) const {
  const void* bytes = sqlite3_column_blob(get(), column);
  if (!bytes) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(get(), column))};
}

void Connection::Close::operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
void Connection::CleanSpatialite::operator()(void* cache) const noexcept { spatialite_cleanup_ex(cache); }

Connection::Connection(const std::filesystem::path& file, Access access) : file_(file) {
  int flags = SQLITE_OPEN_NOMUTEX;
  flags |= access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (access == Access::create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail();
  sqlite3_extended_result_codes(get(), 1);
  sqlite3_busy_handler(get(), &Connection::wait, this);
}

Connection::~Connection() = default;

/// SQLite's own handler sleeps up to 100 ms at a time. Beside an import that commits and begins again at
/// once, such a sleeper would hardly ever find the lock free; one that looks every half millisecond gets its
/// turn.
int Connection::wait(void* self, int attempt) {
  auto& connection = *static_cast<Connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (attempt == 0) connection.waiting_since_ = now;
  if (now - connection.waiting_since_ >= connection.patience_) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(500));
  return 1;
}

void Connection::execute(const std::string& sql) {
  if (sqlite3_exec(get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Connection::changes() const {
  const bool alone = seals_ && seals_->changed_alone;
  return alone ? *seals_->changed_alone : sqlite3_changes64(get());
}
bool Connection::in_transaction() const { return sqlite3_get_autocommit(get()) == 0; }

void Connection::keep_seals(std::string_view prefix) { seals_ = std::make_unique<SealKeeper>(*this, prefix); }

void Connection::commit() {
  if (seals_) seals_->write();
  execute("COMMIT");
}

void Connection::load_spatialite() {
  spatialite_initialize();
  spatialite_.reset(spatialite_alloc_connection());
  spatialite_init_ex(get(), spatialite_.get(), 0);
}

void Connection::fail() const {
  const int extended = get() ? sqlite3_extended_errcode(get()) : SQLITE_NOMEM;
  const std::string said = get() ? sqlite3_errmsg(get()) : "out of memory";
  const Meaning meaning = meaning_of(extended & 0xff, extended);
  throw base::Error(meaning.code, std::string(meaning.sentence) + " (" + said + ")",
                    base::Where{.file = file_.string()}, std::string(meaning.hint));
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // SQLite may have rolled back by itself after an error of the disk.
  if (open_ && connection_.in_transaction())
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.commit();
  open_ = false;
}

std::string sql_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
  return text;
}

}  // namespace caitu::store::detail
