// Before sqlite3.h, which else keeps its pre-update hook to itself.
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "store/detail/seals.hpp"

#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "store/detail/row_values.hpp"

namespace caitu::store::detail {
namespace {

using Change = SealKeeper::Change;

constexpr std::string_view kSealTable = "caitu_seals";
/// Constant after SpatiaLite has made them. Others may add coordinate systems, so of those only ours count.
constexpr std::pair<std::string_view, std::string_view> kConstant[] = {
    {"spatial_ref_sys", " WHERE srid IN (-1, 0, 4326, 4490)"},
    {"spatial_ref_sys_aux", " WHERE srid IN (-1, 0, 4326, 4490)"},
    {"data_licenses", ""},
};

void add(base::Digest128& sum, const base::Digest128& more) {
  sum.low += more.low;
  sum.high += more.high + (sum.low < more.low ? 1 : 0);
}
void take(base::Digest128& sum, const base::Digest128& less) {
  const bool borrow = sum.low < less.low;
  sum.low -= less.low;
  sum.high -= less.high + (borrow ? 1 : 0);
}

void append_counted(std::string& row, char type, const void* bytes, int count) {
  row += type;
  base::append_value(row, static_cast<std::uint64_t>(count));
  if (count > 0) row.append(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

/// SQLite keeps whole reals as integers and shows them now as one, now as the other.
void append_value(std::string& row, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      row += 'i';
      return base::append_value(row, std::int64_t{sqlite3_value_int64(value)});
    case SQLITE_FLOAT: {
      const double real = sqlite3_value_double(value);
      const bool whole = std::abs(real) < 9e15 && real == std::trunc(real);
      row += whole ? 'i' : 'r';
      return whole ? base::append_value(row, static_cast<std::int64_t>(real)) : base::append_value(row, real);
    }
    case SQLITE_TEXT: {
      const unsigned char* text = sqlite3_value_text(value);
      return append_counted(row, 't', text, sqlite3_value_bytes(value));
    }
    case SQLITE_BLOB:
      return append_counted(row, 'b', sqlite3_value_blob(value), sqlite3_value_bytes(value));
    default:
      row += '0';
  }
}

Change content_of(const Connection& connection, const std::string& select) {
  Change all;
  Statement rows(connection, select);
  std::string bytes;
  while (rows.step()) {
    bytes.clear();
    for (int column = 0; column < sqlite3_column_count(rows.get()); ++column)
      append_value(bytes, sqlite3_column_value(rows.get(), column));
    add(all.sum, base::digest128(bytes));
    ++all.rows;
  }
  return all;
}
Change content_of_table(const Connection& connection, std::string_view table, std::string_view where = {}) {
  return content_of(connection, "SELECT * FROM " + sql_name(table) + std::string(where));
}

bool sealed(std::string_view table, std::string_view prefix) {
  return table.starts_with(prefix) && table != kSealTable && !table.starts_with("sqlite_");
}

bool is_there(const Connection& connection, std::string_view table) {
  return connection.integer("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", table) >
         0;
}

std::vector<std::string> sealed_tables(const Connection& connection, std::string_view prefix) {
  std::vector<std::string> tables;
  Statement names(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  while (names.step())
    if (sealed(names.text(0), prefix)) tables.emplace_back(names.text(0));
  return tables;
}

void write_seal(Connection& connection, const std::string& name, const Change& content) {
  Statement insert(connection, "INSERT OR REPLACE INTO caitu_seals VALUES (?, ?, ?)");
  const std::string digest = digest_blob(content.sum);
  insert.bind(1, name).bind(2, content.rows).bind_blob(3, digest).run();
}

/// Definitions of ours: of the form's own tables and of layers, which are those that SpatiaLite's registers
/// name.
constexpr std::string_view kOurs =
    " (tbl_name LIKE 'caitu\\_%' ESCAPE '\\' OR tbl_name LIKE '%\\_rows' ESCAPE '\\'"
    " OR tbl_name LIKE 'idx\\_%\\_rows\\_geometry%' ESCAPE '\\'"
    " OR (type = 'view' AND sql LIKE '%(SELECT current_edition FROM caitu_layers%'))";

void write_definitions(Connection& connection, const std::string& which) {
  std::vector<std::pair<std::string, Change>> seals;
  {
    Statement all(connection, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND" + which);
    while (all.step()) {
      Change content{.rows = 1, .sum = base::digest128(all.text(2))};
      seals.emplace_back("definition of " + std::string(all.text(0)) + " " + std::string(all.text(1)),
                         content);
    }
  }
  for (const auto& [name, content] : seals) write_seal(connection, name, content);
}

std::int64_t schema_version(const Connection& connection) {
  return connection.integer("PRAGMA schema_version");
}

}  // namespace

void make_seals(Connection& connection, std::string_view prefix) {
  connection.execute(
      "CREATE TABLE IF NOT EXISTS caitu_seals (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, digest BLOB NOT "
      "NULL)"
      " WITHOUT ROWID; DELETE FROM caitu_seals");
  for (const std::string& table : sealed_tables(connection, prefix))
    write_seal(connection, "table " + table, content_of_table(connection, table));
  for (const auto& [table, where] : kConstant)
    if (is_there(connection, table))
      write_seal(connection, "constant " + std::string(table), content_of_table(connection, table, where));
  if (is_there(connection, "sqlite_sequence"))
    write_seal(connection, "numbers", content_of_table(connection, "sqlite_sequence"));
  write_definitions(connection, " name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
}

std::vector<std::string> broken_seals(const Connection& connection, std::string_view prefix) {
  std::vector<std::string> broken;
  if (!is_there(connection, kSealTable)) return {"its table of seals is missing"};
  std::map<std::string, Change> now;
  for (const std::string& table : sealed_tables(connection, prefix))
    now["table " + table] = content_of_table(connection, table);
  for (const auto& [table, where] : kConstant)
    if (is_there(connection, table))
      now["constant " + std::string(table)] = content_of_table(connection, table, where);
  if (is_there(connection, "sqlite_sequence"))
    now["numbers"] = content_of_table(connection, "sqlite_sequence");
  Statement definitions(connection, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL");
  while (definitions.step()) {
    now["definition of " + std::string(definitions.text(0)) + " " + std::string(definitions.text(1))] = {
        .rows = 1, .sum = base::digest128(definitions.text(2))};
  }
  Statement seals(connection, "SELECT name, rows, digest FROM caitu_seals");
  while (seals.step()) {
    const std::string name(seals.text(0));
    const auto held = now.find(name);
    if (held == now.end()) {
      broken.push_back(name + " is gone");
      continue;
    }
    if (held->second.rows != seals.integer(1) || digest_blob(held->second.sum) != seals.blob(2)) {
      broken.push_back(name + " does not hold what caitu wrote (" + std::to_string(held->second.rows) +
                       " rows of " + std::to_string(seals.integer(1)) + ")");
    }
    now.erase(held);
  }
  for (const auto& [name, content] : now)
    if (name.starts_with("table ") || name == "numbers") broken.push_back(name + " has no seal");
  return broken;
}

struct SealKeeper::Hooks {
  static base::Digest128 digest(sqlite3* handle, int (*get)(sqlite3*, int, sqlite3_value**)) {
    std::string row;
    for (int column = 0; column < sqlite3_preupdate_count(handle); ++column) {
      sqlite3_value* value = nullptr;
      if (get(handle, column, &value) == SQLITE_OK && value) append_value(row, value);
    }
    return base::digest128(row);
  }

  static void before_change(void* self, sqlite3* handle, int operation, const char*, const char* table,
                            sqlite3_int64, sqlite3_int64) {
    auto& keeper = *static_cast<SealKeeper*>(self);
    if (!sealed(table, keeper.prefix_)) return;
    auto at = keeper.changes_.find(std::string_view(table));
    if (at == keeper.changes_.end()) at = keeper.changes_.emplace(table, Change{}).first;
    if (operation != SQLITE_INSERT) {
      take(at->second.sum, digest(handle, sqlite3_preupdate_old));
      --at->second.rows;
    }
    if (operation != SQLITE_DELETE) {
      add(at->second.sum, digest(handle, sqlite3_preupdate_new));
      ++at->second.rows;
    }
  }

  static int before_commit(void* self) { return static_cast<SealKeeper*>(self)->changes_.empty() ? 0 : 1; }
  static void after_rollback(void* self) {
    static_cast<SealKeeper*>(self)->changes_.clear();
    static_cast<SealKeeper*>(self)->doubtful_ = false;
  }
};

SealKeeper::SealKeeper(Connection& connection, std::string_view prefix)
    : connection_(connection), prefix_(prefix), schema_version_(schema_version(connection)) {
  sqlite3_preupdate_hook(connection_.get(), &Hooks::before_change, this);
  sqlite3_commit_hook(connection_.get(), &Hooks::before_commit, this);
  sqlite3_rollback_hook(connection_.get(), &Hooks::after_rollback, this);
}

SealKeeper::~SealKeeper() {
  sqlite3_preupdate_hook(connection_.get(), nullptr, nullptr);
  sqlite3_commit_hook(connection_.get(), nullptr, nullptr);
  sqlite3_rollback_hook(connection_.get(), nullptr, nullptr);
}

void SealKeeper::write() {
  const auto changes = std::exchange(changes_, {});
  for (const auto& [table, change] : changes) write_table(table, change);
  doubtful_ = false;
  if (!changes.empty() && is_there(connection_, "sqlite_sequence"))
    write_seal(connection_, "numbers", content_of_table(connection_, "sqlite_sequence"));
  const std::int64_t version = schema_version(connection_);
  if (version == schema_version_) return;
  std::string ours = "SELECT 'definition of ' || type || ' ' || name FROM sqlite_master";
  connection_.execute("DELETE FROM caitu_seals WHERE name LIKE 'definition of %' AND name NOT IN (" + ours +
                      ")");
  write_definitions(connection_, std::string(kOurs));
  schema_version_ = version;
}

void SealKeeper::write_table(const std::string& table, const Change& change) {
  const std::string name = "table " + table;
  if (doubtful_) return write_seal(connection_, name, content_of_table(connection_, table));
  Change sum;
  {
    Statement seal(connection_, "SELECT rows, digest FROM caitu_seals WHERE name = ?");
    seal.bind(1, name);
    if (!seal.step() || seal.blob(1).size() != sizeof(base::Digest128)) {
      throw base::Error(base::Code::corrupt, "the table " + table + " has no seal",
                        base::Where{.file = connection_.file().string()},
                        "`caitu doctor` says what else is damaged");
    }
    sum = {.rows = seal.integer(0), .sum = digest_of(seal.blob(1))};
  }
  sum.rows += change.rows;
  add(sum.sum, change.sum);
  write_seal(connection_, name, sum);
}

}  // namespace caitu::store::detail
