#include "store/detail/settle_schemas.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "geodata/feature.hpp"
#include "geometry/codec.hpp"
#include "store/detail/layer_tables.hpp"
#include "store/detail/row_values.hpp"

namespace caitu::store::detail {
namespace {

/// Names of the columns behind the geometry.
std::vector<std::string> gained_columns(const Connection& connection, const LayerTables& tables) {
  std::vector<std::string> gained;
  bool behind = false;
  Statement columns(connection, "SELECT name FROM pragma_table_info(?) ORDER BY cid");
  columns.bind(1, tables.rows);
  while (columns.step()) {
    if (behind) gained.emplace_back(columns.text(0));
    behind = behind || columns.text(0) == "geometry";
  }
  return gained;
}

geodata::Schema without(geodata::Schema schema, const std::vector<std::string>& gained, std::size_t from) {
  std::erase_if(schema.fields, [&](const geodata::Field& field) {
    return std::find(gained.begin() + static_cast<std::ptrdiff_t>(from), gained.end(), field.name) !=
           gained.end();
  });
  return schema;
}

/// Whether a row that the edition wrote has the digest that it has under this schema; false when it wrote
/// none.
bool fits(const Connection& connection, const LayerTables& tables, std::uint32_t edition,
          const geodata::Schema& schema) {
  std::string sql = "SELECT content_digest, geometry";
  for (const geodata::Field& field : schema.fields) sql += ", " + sql_name(field.name);
  Statement row(connection, sql + " FROM " + sql_name(tables.rows) + " WHERE from_edition = ? LIMIT 1");
  row.bind(1, edition);
  if (!row.step()) return false;
  std::vector<geodata::Value> values;
  for (std::size_t i = 0; i < schema.fields.size(); ++i)
    values.push_back(value_of(row, static_cast<int>(i) + 2, schema.fields[i].type));
  const geometry::Geometry land = row.null(1) ? geometry::Geometry{} : geometry::read_spatialite(row.blob(1));
  return geodata::content_digest(land, values) == digest_of(row.blob(0));
}

void settle_layer(Connection& connection, const geodata::Schema& newest,
                  const std::vector<std::uint32_t>& editions) {
  const LayerTables tables(newest.layer);
  const std::vector<std::string> gained = gained_columns(connection, tables);
  if (gained.empty()) return;
  // An edition that wrote no row knew what the one before it knew.
  geodata::Schema known = without(newest, gained, 0);
  for (const std::uint32_t edition : editions) {
    for (std::size_t count = 0; count <= gained.size(); ++count) {
      geodata::Schema candidate = without(newest, gained, count);
      if (!fits(connection, tables, edition, candidate)) continue;
      known = std::move(candidate);
      break;
    }
    connection.run("UPDATE caitu_editions SET schema = ? WHERE layer = ? AND edition = ?",
                   geodata::to_json(known).dump(), newest.layer, edition);
  }
}

}  // namespace

void settle_schemas(Connection& connection) {
  std::vector<geodata::Schema> layers;
  {
    Statement rows(connection, "SELECT schema FROM caitu_layers ORDER BY layer");
    while (rows.step()) layers.push_back(geodata::schema_from_json(base::parse_json(rows.text(0))));
  }
  for (const geodata::Schema& newest : layers) {
    std::vector<std::uint32_t> editions;
    {
      Statement rows(connection,
                     "SELECT edition FROM caitu_editions WHERE layer = ? AND published = 1 ORDER BY edition");
      rows.bind(1, newest.layer);
      while (rows.step()) editions.push_back(static_cast<std::uint32_t>(rows.integer(0)));
    }
    settle_layer(connection, newest, editions);
  }
}

}  // namespace caitu::store::detail
