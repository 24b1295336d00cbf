// Rows in and out of a layer's tables.
#include <algorithm>

#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "store/detail/row_values.hpp"
#include "store/detail/rtree_table.hpp"
#include "store/detail/store_impl.hpp"

namespace caitu::store {
namespace {

using detail::digest_blob;
using detail::digest_of;
using detail::sql_name;
using detail::Statement;
using detail::value_of;

/// Columns of the insert before the fields: row_id, id, from_edition, content_digest, area_m2.
constexpr int kFixedColumns = 5;

std::string insert_sql(const detail::LayerTables& tables, const geodata::Schema& schema) {
  std::string names = "row_id, id, from_edition, content_digest, area_m2";
  std::string places = "?, ?, ?, ?, ?";
  for (const geodata::Field& field : schema.fields) {
    names += ", " + sql_name(field.name);
    places += ", ?";
  }
  return "INSERT INTO " + sql_name(tables.rows) + " (" + names + ", geometry) VALUES (" + places + ", ?)";
}

void bind_value(Statement& statement, int place, const geodata::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    statement.bind(place, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    statement.bind(place, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    statement.bind(place, *real);
  } else {
    statement.bind_null(place);
  }
}

/// Of a statement that selects row_id, id and content_digest; in id order.
std::vector<RowState> states_of(Statement& rows) {
  std::vector<RowState> states;
  while (rows.step()) {
    states.push_back({rows.integer(0), static_cast<std::uint64_t>(rows.integer(1)), digest_of(rows.blob(2))});
  }
  std::sort(states.begin(), states.end(), [](const RowState& a, const RowState& b) { return a.id < b.id; });
  return states;
}

/// A hair larger, as the R*Tree holds it.
geometry::Box as_indexed(const geometry::Box& box) {
  if (box.empty()) return box;
  const detail::RtreeEntry entry = detail::rtree_entry(0, box);
  return {entry.min_x, entry.min_y, entry.max_x, entry.max_y};
}

/// Rows true in the edition of parameters ?1.
constexpr std::string_view kTrueIn = " WHERE from_edition <= ?1 AND (to_edition IS NULL OR to_edition > ?1)";

}  // namespace

std::uint32_t newest_edition(const detail::Connection& connection, const std::string& layer) {
  return static_cast<std::uint32_t>(connection.integer(
      "SELECT coalesce(max(edition), 0) FROM caitu_editions WHERE layer = ? AND published = 1", layer));
}

std::uint32_t Store::newest(const std::string& layer) const {
  return newest_edition(impl_->connection, layer);
}

std::vector<RowState> Store::newest_rows(const std::string& layer) const {
  const std::uint32_t newest = newest_edition(impl_->connection, layer);
  return newest == 0 ? std::vector<RowState>() : rows_of(layer, newest);
}

std::vector<RowState> Store::rows_of(const std::string& layer, std::uint32_t edition) const {
  Statement rows(impl_->connection, "SELECT row_id, id, content_digest FROM " +
                                        sql_name(detail::LayerTables(layer).rows) + std::string(kTrueIn));
  rows.bind(1, edition);
  return states_of(rows);
}

TouchedRows Store::touched_rows(const std::string& layer, std::uint32_t before, std::uint32_t after) const {
  const detail::Connection& connection = impl_->connection;
  const auto [older, newer] = std::minmax(before, after);
  const std::string select =
      "SELECT row_id, id, content_digest FROM " + sql_name(detail::LayerTables(layer).rows);
  // The index on ended rows finds those of the older edition, and those written since stand behind a row: row
  // ids grow.
  Statement ended(connection, select +
                                  " WHERE to_edition IS NOT NULL AND to_edition > ?1 AND to_edition <= ?2"
                                  " AND from_edition <= ?1");
  ended.bind_all(older, newer);
  Statement written(connection, select +
                                    " WHERE row_id >= (SELECT first_row FROM caitu_editions WHERE layer = ?3"
                                    " AND edition = ?1 + 1) AND from_edition > ?1 AND from_edition <= ?2"
                                    " AND (to_edition IS NULL OR to_edition > ?2)");
  written.bind_all(older, newer, layer);
  TouchedRows rows{states_of(ended), states_of(written)};
  if (before > after) std::swap(rows.before, rows.after);
  return rows;
}

void Store::read(const std::string& layer, std::uint32_t edition,
                 const std::function<void(const geodata::Feature&)>& visit) const {
  const auto asked = this->edition(layer, edition);
  if (!asked || !asked->published) {
    throw base::Error(base::Code::not_found, "there is no published edition " + std::to_string(edition),
                      base::Where{.layer = layer}, "`caitu editions` lists what there is");
  }
  std::string sql = "SELECT id, area_m2, geometry";
  for (const geodata::Field& field : asked->schema.fields) sql += ", " + sql_name(field.name);
  sql += " FROM " + sql_name(detail::LayerTables(layer).rows) + std::string(kTrueIn) + " ORDER BY row_id";
  Statement rows(impl_->connection, sql);
  rows.bind(1, edition);
  geodata::Feature feature;
  feature.values.resize(asked->schema.fields.size());
  while (rows.step()) {
    feature.id = static_cast<std::uint64_t>(rows.integer(0));
    feature.area_m2 = rows.real(1);
    feature.geometry = rows.null(2) ? geometry::Geometry{} : geometry::read_spatialite(rows.blob(2));
    for (std::size_t i = 0; i < feature.values.size(); ++i) {
      feature.values[i] = value_of(rows, static_cast<int>(i) + 3, asked->schema.fields[i].type);
    }
    visit(feature);
  }
}

StagedEdition::Impl::Impl(std::shared_ptr<Store::Impl> owner, std::unique_ptr<detail::ImportLock> its_lock,
                          geodata::Schema its_schema, std::uint32_t its_edition, std::int64_t first_row)
    : store(std::move(owner)),
      lock(std::move(its_lock)),
      schema(std::move(its_schema)),
      tables(schema.layer),
      edition(its_edition),
      next_row(first_row),
      batches_lost(store->batches_lost),
      insert(store->connection, insert_sql(tables, schema)),
      end(store->connection,
          "UPDATE " + sql_name(tables.rows) + " SET to_edition = ? WHERE row_id = ? AND to_edition IS NULL"),
      reject(store->connection, "INSERT INTO caitu_rejects VALUES (?, ?, ?, ?, ?, ?, ?, ?)") {
  insert.bind(3, edition);
}

/// What is staged may stay: nobody sees it, and the next import of the layer clears it. A rollback could take
/// rows of another layer along that is staged through the same store.
StagedEdition::Impl::~Impl() {
  try {
    store->end_batch();
  } catch (const base::Error&) {
    // Counted as a lost batch.
  }
}

void StagedEdition::add(const geodata::Feature& feature, const base::Digest128& content) {
  Impl& my = *impl_;
  if (my.extent) throw base::Error(base::Code::internal, "a row was added to an edition that is indexed");
  if (feature.values.size() != my.schema.fields.size()) {
    throw base::Error(base::Code::internal, "a feature has other fields than its layer",
                      base::Where{.layer = my.schema.layer});
  }
  my.store->in_batch();
  const std::string digest = digest_blob(content);
  my.insert.bind(1, my.next_row).bind(2, feature.id).bind_blob(4, digest).bind(5, feature.area_m2);
  int place = kFixedColumns;
  for (const geodata::Value& value : feature.values) bind_value(my.insert, ++place, value);
  if (feature.geometry.empty()) {
    my.insert.bind_null(++place);
  } else {
    my.blob.clear();
    geometry::append_spatialite(my.blob, feature.geometry);
    my.insert.bind_blob(++place, my.blob);
  }
  my.insert.run();
  if (!feature.geometry.empty()) {
    my.boxes.push_back(detail::rtree_entry(my.next_row, geometry::box_of(feature.geometry)));
  }
  ++my.next_row;
  ++my.added;
}

void StagedEdition::end_row(std::int64_t row_id) {
  Impl& my = *impl_;
  if (my.extent) throw base::Error(base::Code::internal, "a row of an edition that is indexed was ended");
  my.store->in_batch();
  my.end.bind_all(my.edition, row_id).run();
  if (my.store->connection.changes() != 1) {
    throw base::Error(base::Code::internal, "row " + std::to_string(row_id) + " is not of the newest edition",
                      base::Where{.layer = my.schema.layer});
  }
  ++my.ended;
}

void StagedEdition::index(const std::optional<geometry::Box>& known) {
  Impl& my = *impl_;
  if (my.extent) return;
  my.store->end_batch();
  if (my.batches_lost != my.store->batches_lost) {
    throw base::Error(base::Code::io, "rows of this import were lost when the disk failed",
                      base::Where{.layer = my.schema.layer}, "import again");
  }
  detail::Transaction transaction(my.store->connection);
  detail::add_to_rtree(my.store->connection, my.tables.rtree, my.boxes);
  const geometry::Box extent = known ? as_indexed(*known) : my.extent_of_edition();
  transaction.commit();
  my.extent = extent;
  my.boxes = {};
}

/// From the R*Tree's numbers: a hair larger than the land, for they are single precision (1e-5 degrees).
geometry::Box StagedEdition::Impl::extent_of_edition() {
  Statement row(store->connection, "SELECT min(xmin), min(ymin), max(xmax), max(ymax) FROM " +
                                       sql_name(tables.rtree) + " WHERE pkid NOT IN (SELECT row_id FROM " +
                                       sql_name(tables.rows) + " WHERE to_edition IS NOT NULL)");
  geometry::Box box;
  if (row.step() && !row.null(0)) box = {row.real(0), row.real(1), row.real(2), row.real(3)};
  return box;
}

}  // namespace caitu::store
