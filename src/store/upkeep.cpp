#include "store/upkeep.hpp"

#include <memory>

#include "base/error.hpp"
#include "store/detail/database_file.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store {
namespace {

using detail::Access;
using detail::Connection;

/// Pages that are copied between two looks at whether to stop.
constexpr int kPagesAtOnce = 4096;

/// A moment of a database, held by a read transaction.
struct Moment {
  explicit Moment(const std::filesystem::path& file) : connection(file, Access::read) {
    connection.execute("BEGIN");
    connection.integer("SELECT count(*) FROM sqlite_master");
  }
  Connection connection;
};

void copy(const Moment& from, const std::filesystem::path& to, const base::Progress& progress) {
  Connection target(to, Access::create);
  sqlite3_backup* const backup = sqlite3_backup_init(target.get(), "main", from.connection.get(), "main");
  if (backup == nullptr) target.fail();
  int code = SQLITE_OK;
  try {
    while ((code = sqlite3_backup_step(backup, kPagesAtOnce)) == SQLITE_OK) {
      const auto whole = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
      progress.at("copying " + from.connection.file().filename().string(),
                  whole - static_cast<std::uint64_t>(sqlite3_backup_remaining(backup)), whole);
      progress.check();
    }
  } catch (...) {
    sqlite3_backup_finish(backup);
    throw;
  }
  if (sqlite3_backup_finish(backup) != SQLITE_OK || code != SQLITE_DONE) target.fail();
}

}  // namespace

int version_of(const std::filesystem::path& file, const Form& form) {
  detail::require_database(file, form);
  return check_form(Connection(file, Access::read), form);
}

void migrate_file(const std::filesystem::path& file, const Form& form) {
  Connection connection(file, Access::write);
  if (check_form(connection, form) == form.version()) return;
  const std::string said = connection.text("PRAGMA integrity_check");
  if (said != "ok") {
    throw base::Error(base::Code::corrupt, "the " + std::string(form.name) + " is damaged: " + said,
                      base::Where{.file = file.string()}, "restore a backup");
  }
  connection.execute("PRAGMA synchronous = FULL");
  migrate(connection, form);
}

std::map<std::string, std::uint64_t> table_rows(const std::filesystem::path& file) {
  const Connection connection(file, Access::read);
  std::map<std::string, std::uint64_t> rows;
  detail::Statement tables(
      connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'");
  while (tables.step()) {
    const std::string name(tables.text(0));
    rows[name] =
        static_cast<std::uint64_t>(connection.integer("SELECT count(*) FROM " + detail::sql_name(name)));
  }
  return rows;
}

std::vector<PublishedEdition> published_editions(const std::filesystem::path& record) {
  const Connection connection(record, Access::read);
  std::vector<PublishedEdition> editions;
  detail::Statement rows(connection,
                         "SELECT layer, snapshot, edition FROM caitu_editions WHERE published = 1");
  while (rows.step()) {
    editions.push_back(
        {std::string(rows.text(0)), std::string(rows.text(1)), static_cast<std::uint32_t>(rows.integer(2))});
  }
  return editions;
}

void copy_databases(const std::filesystem::path& record, const std::filesystem::path& work,
                    const std::filesystem::path& record_copy, const std::filesystem::path& work_copy,
                    const base::Progress& progress) {
  const bool with_work = std::filesystem::exists(work);
  std::unique_ptr<const Moment> of_record, of_work;
  {
    // Whoever writes both writes the work database before the record's commit, so the record is held while
    // the moments are taken, and alone: it may be long in coming beside an import, and edits of the work
    // database are not to wait for it.
    Connection record_writer(record, Access::write);
    const detail::Transaction record_lock(record_writer);
    of_record = std::make_unique<const Moment>(record);
    if (with_work) of_work = std::make_unique<const Moment>(work);
  }
  copy(*of_record, record_copy, progress);
  if (with_work) copy(*of_work, work_copy, progress);
}

}  // namespace caitu::store
