// Rebuilding what follows from the rows of a record.
#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "store/detail/import_lock.hpp"
#include "store/detail/rtree_table.hpp"
#include "store/detail/store_impl.hpp"
#include "store/examine.hpp"
#include "store/migrate.hpp"

namespace caitu::store {
namespace {

using detail::Connection;
using detail::sql_name;
using detail::Statement;

/// Another import of the layer runs: nothing is changed under it.
std::unique_ptr<detail::ImportLock> lock_of(const std::filesystem::path& record, const std::string& layer) {
  try {
    return std::make_unique<detail::ImportLock>(record, layer);
  } catch (const base::Error& error) {
    if (error.code() != base::Code::busy) throw;
    return nullptr;
  }
}

void rebuild_tree_and_statistics(Connection& connection, const LayerRecord& layer) {
  const detail::LayerTables tables(layer.schema.layer);
  std::vector<detail::RtreeEntry> entries;
  geometry::Box extent;
  std::uint64_t features = 0;
  {
    Statement rows(connection,
                   "SELECT row_id, geometry, from_edition <= ?1 AND (to_edition IS NULL OR to_edition > ?1)"
                   " FROM " +
                       sql_name(tables.rows) + " ORDER BY row_id");
    rows.bind(1, layer.current);
    while (rows.step()) {
      const bool shown = rows.integer(2) != 0;
      if (shown) ++features;
      if (rows.null(1)) continue;
      const geometry::Box box = geometry::box_of(geometry::read_spatialite(rows.blob(1)));
      entries.push_back(detail::rtree_entry(rows.integer(0), box));
      if (shown) extent.grow(box);
    }
  }
  connection.execute("DROP TABLE IF EXISTS " + sql_name(tables.rtree));
  detail::create_rtree(connection, tables.rtree);
  detail::add_to_rtree(connection, tables.rtree, entries);
  detail::write_statistics(connection, layer.schema.layer, features, extent);
}

}  // namespace

bool import_runs(const std::filesystem::path& record, const std::string& layer) {
  return !lock_of(record, layer);
}

void repair_record(const std::filesystem::path& file) {
  const Store store = Store::open(file, true);
  Connection connection(file, detail::Access::write);
  check_form(connection, record_form());
  connection.keep_seals(record_form().sealed);
  connection.execute("PRAGMA temp_store = MEMORY");
  for (const LayerRecord& layer : store.layers()) {
    const auto lock = lock_of(file, layer.schema.layer);
    if (!lock) continue;
    detail::Transaction transaction(connection);
    connection.execute("REINDEX " + sql_name(detail::LayerTables(layer.schema.layer).rows));
    clear_staged(connection, layer.schema.layer, newest_edition(connection, layer.schema.layer));
    rebuild_tree_and_statistics(connection, layer);
    detail::register_layer(connection, layer.schema);
    detail::show_layer(connection, layer.schema);
    transaction.commit();
  }
}

}  // namespace caitu::store
