// The life of an edition: staged, published, listed; and the rows that it refused.
#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "store/detail/store_impl.hpp"

namespace caitu::store {
namespace {

using detail::Connection;
using detail::Statement;

constexpr std::string_view kRecordColumns =
    "layer, edition, as_of, imported_at, published, source, report, rows, area_m2, digest, snapshot, "
    "schema, withdrawn, follows";

EditionRecord record_of(const Statement& row) {
  EditionRecord record;
  record.layer = row.text(0);
  record.edition = static_cast<std::uint32_t>(row.integer(1));
  record.as_of = row.text(2);
  record.imported_at = row.text(3);
  record.published = row.integer(4) != 0;
  record.source = base::parse_json(row.text(5));
  record.report = base::parse_json(row.text(6));
  record.rows = static_cast<std::uint64_t>(row.integer(7));
  record.area_m2 = row.real(8);
  record.digest = row.text(9);
  record.snapshot = row.text(10);
  if (!row.text(11).empty()) record.schema = geodata::schema_from_json(base::parse_json(row.text(11)));
  record.withdrawn = row.integer(12) != 0;
  record.follows = static_cast<std::uint32_t>(row.integer(13));
  return record;
}

/// What nobody has said anything of is an empty object.
std::string object_text(const base::Json& json) { return json.is_null() ? "{}" : base::json_text(json); }

void write_record(Connection& connection, const EditionRecord& record, const std::string& schema) {
  const std::string source = object_text(record.source);
  const std::string report = object_text(record.report);
  connection.run(
      "UPDATE caitu_editions SET published = 1, source = ?, report = ?, rows = ?, area_m2 = ?, digest = ?,"
      " snapshot = ?, schema = ? WHERE layer = ? AND edition = ?",
      source, report, record.rows, record.area_m2, record.digest, record.snapshot, schema, record.layer,
      record.edition);
}

/// Moves the log into the file and empties it, if no reader stands in the way; the next checkpoint will do it
/// else.
void empty_log(Connection& connection) {
  connection.set_patience(std::chrono::milliseconds(0));
  sqlite3_wal_checkpoint_v2(connection.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  connection.set_patience(detail::kPatience);
}

}  // namespace

void clear_staged(Connection& connection, const std::string& layer, std::uint32_t newest) {
  Statement left(connection, "SELECT min(first_row) FROM caitu_editions WHERE layer = ? AND edition > ?");
  left.bind_all(layer, newest);
  if (!left.step() || left.null(0)) return;
  const std::int64_t first_row = left.integer(0);
  left.reset();
  if (newest == 0) {
    detail::drop_layer_tables(connection, layer);
  } else {
    detail::clear_staged_rows(connection, layer, newest, first_row);
  }
  connection.run("DELETE FROM caitu_editions WHERE layer = ? AND edition > ?", layer, newest);
  connection.run("DELETE FROM caitu_rejects WHERE layer = ? AND edition > ?", layer, newest);
  connection.run("DELETE FROM caitu_findings WHERE layer = ? AND edition > ?", layer, newest);
}

std::vector<EditionRecord> Store::editions(const std::string& layer) const {
  std::vector<EditionRecord> records;
  Statement rows(impl_->connection, "SELECT " + std::string(kRecordColumns) +
                                        " FROM caitu_editions WHERE layer = ? ORDER BY edition");
  rows.bind(1, layer);
  while (rows.step()) records.push_back(record_of(rows));
  return records;
}

std::optional<EditionRecord> Store::edition(const std::string& layer, std::uint32_t edition) const {
  Statement row(impl_->connection, "SELECT " + std::string(kRecordColumns) +
                                       " FROM caitu_editions WHERE layer = ? AND edition = ?");
  row.bind_all(layer, edition);
  if (!row.step()) return std::nullopt;
  return record_of(row);
}

std::vector<Reject> Store::rejects(const std::string& layer, std::uint32_t edition) const {
  std::vector<Reject> rejects;
  Statement rows(impl_->connection,
                 "SELECT row, file, reason, geometry, attributes FROM caitu_rejects"
                 " WHERE layer = ? AND edition = ? ORDER BY number");
  rows.bind_all(layer, edition);
  while (rows.step()) {
    Reject reject;
    reject.row = rows.integer(0);
    reject.file = rows.text(1);
    reject.reason = rows.text(2);
    if (!rows.null(3)) reject.geometry = geometry::read_wkb(rows.blob(3));
    reject.attributes = rows.text(4);
    rejects.push_back(std::move(reject));
  }
  return rejects;
}

StagedEdition Store::stage(const geodata::Schema& schema, const std::string& as_of) {
  detail::check_names(schema);
  Connection& connection = impl_->connection;
  auto lock = std::make_unique<detail::ImportLock>(connection.file(), schema.layer);
  impl_->end_batch();

  detail::Transaction transaction(connection);
  const std::uint32_t newest = newest_edition(connection, schema.layer);
  clear_staged(connection, schema.layer, newest);
  if (newest == 0) {
    detail::create_layer_tables(connection, schema);
  } else {
    detail::grow_layer_tables(connection, layer(schema.layer)->schema, schema);
  }
  const std::int64_t first_row =
      1 + connection.integer("SELECT max(row_id) FROM " +
                             detail::sql_name(detail::LayerTables(schema.layer).rows));
  connection.run(
      "INSERT INTO caitu_editions (layer, edition, as_of, imported_at, first_row, follows)"
      " VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?)",
      schema.layer, newest + 1, as_of, first_row, newest == 0 ? 0 : layer(schema.layer)->current);
  transaction.commit();
  return StagedEdition(
      std::make_unique<StagedEdition::Impl>(impl_, std::move(lock), schema, newest + 1, first_row));
}

StagedEdition::StagedEdition(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StagedEdition::~StagedEdition() = default;
StagedEdition::StagedEdition(StagedEdition&&) noexcept = default;
StagedEdition& StagedEdition::operator=(StagedEdition&&) noexcept = default;

std::uint32_t StagedEdition::edition() const { return impl_->edition; }

void StagedEdition::reject(const Reject& reject) {
  Impl& my = *impl_;
  my.store->in_batch();
  my.reject.bind_all(my.schema.layer, my.edition, ++my.rejects, reject.row, reject.file, reject.reason);
  if (reject.geometry.empty()) {
    my.reject.bind_null(7);
  } else {
    my.blob.clear();
    geometry::append_wkb(my.blob, reject.geometry);
    my.reject.bind_blob(7, my.blob);
  }
  my.reject.bind(8, reject.attributes).run();
}

void StagedEdition::publish(const EditionRecord& record) {
  Impl& my = *impl_;
  Connection& connection = my.store->connection;
  const std::string& layer = my.schema.layer;
  index();
  my.store->end_batch();

  // The commit that makes the edition true, and with it every staged row before it, is on the disk when it
  // returns.
  connection.execute("PRAGMA synchronous = FULL");
  detail::Transaction transaction(connection);
  const auto before = static_cast<std::uint64_t>(connection.integer(
      "SELECT rows FROM caitu_editions WHERE layer = ? AND edition = ?", layer, my.edition - 1));
  if (before + my.added - my.ended != record.rows) {
    throw base::Error(base::Code::internal,
                      "the edition says " + std::to_string(record.rows) + " rows and holds " +
                          std::to_string(before + my.added - my.ended),
                      base::Where{.layer = layer});
  }
  EditionRecord written = record;
  written.layer = layer;
  written.edition = my.edition;
  const std::string schema = base::json_text(geodata::to_json(my.schema));
  write_record(connection, written, schema);
  connection.run("INSERT OR REPLACE INTO caitu_layers VALUES (?, ?, ?)", layer, schema, my.edition);
  detail::show_layer(connection, my.schema);
  detail::write_statistics(connection, layer, record.rows, *my.extent);
  transaction.commit();
  connection.execute("PRAGMA synchronous = NORMAL");
  empty_log(connection);
  my.lock.reset();
}

}  // namespace caitu::store
