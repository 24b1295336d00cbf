#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "geodata/schema.hpp"
#include "geometry/geometry.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store::detail {

/// What the tables of one layer are called. Base tables are in lower case, as SpatiaLite's registers demand.
struct LayerTables {
  explicit LayerTables(const std::string& layer);
  std::string view;                     ///< the layer itself: rows true in the current edition
  std::string rows;                     ///< every version of every feature
  std::string rtree;                    ///< `idx_<rows>_geometry`, the name that SpatiaLite and GDAL look for
  std::string ended;                    ///< index on the rows that an edition has ended
  std::string statistics_name() const;  ///< of the view, where its count and extent stand
};

// Each function runs inside the caller's transaction.

/// Throws Error(refused) when a layer or field name cannot be one of a table, or a field name is one of our
/// own columns.
void check_names(const geodata::Schema& schema);

/// Makes the tables and registers `rows` as spatial; Error(refused) when a name is taken by something else in
/// the file.
void create_layer_tables(Connection& connection, const geodata::Schema& schema);
/// Takes everything of the layer away, its registrations too.
void drop_layer_tables(Connection& connection, const std::string& layer);
/// Adds the columns that `after` has beyond `published`. Columns of neither were left by a killed import and
/// go. Error(refused) when a published field is missing in `after` or has another type.
void grow_layer_tables(Connection& connection, const geodata::Schema& published,
                       const geodata::Schema& after);
/// Takes back what an import that was not published has left: rows from `first_row` on, and ends later than
/// `newest`.
void clear_staged_rows(Connection& connection, const std::string& layer, std::uint32_t newest,
                       std::int64_t first_row);

/// What SpatiaLite's registers say wrongly about a layer, as sentences.
std::vector<std::string> registration_faults(const Connection& connection, const geodata::Schema& schema);
/// Writes them anew.
void register_layer(Connection& connection, const geodata::Schema& schema);

/// Makes or remakes the view of the current edition and registers it as spatial and read-only.
void show_layer(Connection& connection, const geodata::Schema& schema);
/// Count and extent of the current edition, where QGIS looks for them.
void write_statistics(Connection& connection, const std::string& layer, std::uint64_t rows,
                      const geometry::Box& extent);

}  // namespace caitu::store::detail
