// Another edition of a layer becomes the current one.
#include "base/error.hpp"
#include "store/detail/store_impl.hpp"

namespace caitu::store {
namespace {

using detail::Connection;
using detail::sql_name;
using detail::Statement;

/// Of rows true in the edition, from the R*Tree's numbers: a hair larger than the land, for they are single
/// precision.
geometry::Box extent_of(const Connection& connection, const std::string& layer, std::uint32_t edition) {
  const detail::LayerTables tables(layer);
  // Rows of later editions stand behind the edition's own, and few rows have ended.
  Statement row(connection, "SELECT min(xmin), min(ymin), max(xmax), max(ymax) FROM " +
                                sql_name(tables.rtree) +
                                " WHERE pkid < (SELECT coalesce(min(first_row), 9223372036854775807)"
                                " FROM caitu_editions WHERE layer = ?2 AND edition > ?1)"
                                " AND pkid NOT IN (SELECT row_id FROM " +
                                sql_name(tables.rows) + " WHERE to_edition <= ?1)");
  row.bind_all(edition, layer);
  if (!row.step() || row.null(0)) return {};
  return {row.real(0), row.real(1), row.real(2), row.real(3)};
}

}  // namespace

void Store::make_current(
    const std::string& layer, std::uint32_t edition,
    const std::function<void(const EditionRecord& before, const EditionRecord& now)>& about_to) {
  Connection& connection = impl_->connection;
  const detail::ImportLock lock(connection.file(), layer);
  const auto record = this->edition(layer, edition);
  if (!record || !record->published) {
    throw base::Error(base::Code::not_found,
                      "layer \"" + layer + "\" has no published edition " + std::to_string(edition),
                      base::Where{.layer = layer}, "`caitu editions` lists what there is");
  }
  const std::uint32_t current = this->layer(layer)->current;
  if (current == edition) return;
  impl_->end_batch();
  if (about_to) about_to(*this->edition(layer, current), *record);
  connection.execute("PRAGMA synchronous = FULL");
  detail::Transaction transaction(connection);
  connection.run("UPDATE caitu_layers SET current_edition = ? WHERE layer = ?", edition, layer);
  connection.run(
      "WITH RECURSIVE line(edition) AS (SELECT ?1 UNION SELECT follows FROM caitu_editions, line"
      " WHERE caitu_editions.layer = ?2 AND caitu_editions.edition = line.edition AND follows > 0)"
      " UPDATE caitu_editions SET withdrawn = edition NOT IN (SELECT edition FROM line)"
      " WHERE layer = ?2 AND published = 1",
      edition, layer);
  detail::write_statistics(connection, layer, record->rows, extent_of(connection, layer, edition));
  transaction.commit();
  connection.execute("PRAGMA synchronous = NORMAL");
}

}  // namespace caitu::store
