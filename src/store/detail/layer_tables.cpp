#include "store/detail/layer_tables.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "store/detail/rtree_table.hpp"

namespace caitu::store::detail {
namespace {

constexpr std::int64_t kSrid = 4490;
constexpr std::array<std::string_view, 8> kOwnColumns = {
    "row_id", "id", "from_edition", "to_edition", "content_digest", "area_m2", "mu", "geometry"};
constexpr std::array<std::string_view, 3> kOwnPrefixes = {"caitu_", "sqlite_", "idx_"};

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

bool identifier(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

[[noreturn]] void refuse(const geodata::Schema& schema, const std::string& field, const std::string& message,
                         const std::string& hint) {
  throw base::Error(base::Code::refused, message, base::Where{.layer = schema.layer, .field = field}, hint);
}

/// The type as GDAL and QGIS read it. Dates get SQLite's numeric affinity by it; ISO dates do not look like
/// numbers.
std::string column_type(const geodata::Field& field) {
  switch (field.type) {
    case geodata::FieldType::integer:
      return "BIGINT";
    case geodata::FieldType::real:
      return "DOUBLE";
    case geodata::FieldType::boolean:
      return "BOOLEAN";
    case geodata::FieldType::date:
      return "DATE";
    case geodata::FieldType::datetime:
      return "TIMESTAMP";
    case geodata::FieldType::text:
      break;
  }
  return field.width > 0 ? "VARCHAR(" + std::to_string(field.width) + ")" : "TEXT";
}

struct GeometryType {
  std::int64_t code;
  std::string_view name;
};

/// Blobs are always of the Multi type (geometry::append_spatialite).
GeometryType geometry_type(const geodata::Schema& schema) {
  if (schema.kinds.size() == 1) {
    switch (schema.kinds.front()) {
      case geometry::Kind::point:
        return {4, "MULTIPOINT"};
      case geometry::Kind::line:
        return {5, "MULTILINESTRING"};
      case geometry::Kind::polygon:
        return {6, "MULTIPOLYGON"};
      case geometry::Kind::empty:
        break;
    }
  }
  return {0, "GEOMETRY"};
}

void add_column(Connection& connection, const LayerTables& tables, const geodata::Field& field) {
  connection.execute("ALTER TABLE " + sql_name(tables.rows) + " ADD COLUMN " + sql_name(field.name) + " " +
                     column_type(field));
}

std::vector<std::string> columns_of(Connection& connection, const std::string& table) {
  std::vector<std::string> names;
  Statement columns(connection, "SELECT name FROM pragma_table_info(?)");
  columns.bind(1, table);
  while (columns.step()) names.emplace_back(columns.text(0));
  return names;
}

}  // namespace

LayerTables::LayerTables(const std::string& layer)
    : view(layer), rows(lower(layer) + "_rows"), rtree("idx_" + rows + "_geometry"), ended(rows + "_ended") {}

std::string LayerTables::statistics_name() const { return lower(view); }

void check_names(const geodata::Schema& schema) {
  static const std::string kForm = "use letters, digits and _, beginning with a letter or _";
  if (!identifier(schema.layer))
    refuse(schema, {}, "a layer cannot be called \"" + schema.layer + "\"", kForm);
  for (const std::string_view prefix : kOwnPrefixes) {
    if (lower(schema.layer).starts_with(prefix)) {
      refuse(schema, {}, "a layer's name cannot begin with " + std::string(prefix),
             "give the layer another name");
    }
  }
  std::set<std::string> seen(kOwnColumns.begin(), kOwnColumns.end());
  for (const geodata::Field& field : schema.fields) {
    if (!identifier(field.name)) refuse(schema, field.name, "a field cannot be called so", kForm);
    if (!seen.insert(lower(field.name)).second) {
      refuse(schema, field.name, "the record has a column of this name already",
             "give the field another name in the layer's declaration (case does not tell two apart)");
    }
  }
}

void create_layer_tables(Connection& connection, const geodata::Schema& schema) {
  const LayerTables tables(schema.layer);
  for (const std::string& name : {tables.view, tables.rows}) {
    if (connection.integer("SELECT count(*) FROM sqlite_master WHERE name = ? COLLATE NOCASE", name) > 0) {
      refuse(schema, {}, "the record holds something else called " + name, "give the layer another name");
    }
  }
  const GeometryType type = geometry_type(schema);
  std::string sql =
      "CREATE TABLE " + sql_name(tables.rows) +
      " (row_id INTEGER PRIMARY KEY, id BIGINT NOT NULL, from_edition INTEGER NOT NULL, to_edition INTEGER,"
      " content_digest BLOB NOT NULL, area_m2 DOUBLE NOT NULL";
  for (const geodata::Field& field : schema.fields)
    sql += ", " + sql_name(field.name) + " " + column_type(field);
  sql += ", geometry " + std::string(type.name) + ")";
  connection.execute(sql);
  // No index on id: the record is read whole (snapshots, newest_rows), and single features are asked of the
  // snapshot. Nearly all rows are not ended, so this index stays small; it finds the few that an import is
  // about to take back.
  connection.execute("CREATE INDEX " + sql_name(tables.ended) + " ON " + sql_name(tables.rows) +
                     " (to_edition) WHERE to_edition IS NOT NULL");
  connection.run("INSERT INTO geometry_columns VALUES (?, 'geometry', ?, 2, ?, 1)", tables.rows, type.code,
                 kSrid);
  create_rtree(connection, tables.rtree);
}

void drop_layer_tables(Connection& connection, const std::string& layer) {
  const LayerTables tables(layer);
  connection.run("DELETE FROM views_geometry_columns WHERE f_table_name = ?", tables.rows);
  connection.run("DELETE FROM geometry_columns WHERE f_table_name = ?", tables.rows);
  connection.execute("DROP VIEW IF EXISTS " + sql_name(tables.view));
  connection.execute("DROP TABLE IF EXISTS " + sql_name(tables.rtree));
  connection.execute("DROP TABLE IF EXISTS " + sql_name(tables.rows));
}

void grow_layer_tables(Connection& connection, const geodata::Schema& published,
                       const geodata::Schema& after) {
  for (const geodata::Field& field : published.fields) {
    const auto at = after.index_of(field.name);
    if (!at) {
      refuse(after, field.name,
             "the layer has published editions with this field, and the declaration dropped it",
             "put the field back into the declaration; a delivery without it leaves it empty");
    }
    if (after.fields[*at].type != field.type) {
      refuse(after, field.name,
             "the layer's published editions hold this field as " + std::string(geodata::name(field.type)) +
                 ", the declaration says " + std::string(geodata::name(after.fields[*at].type)),
             "keep its type and declare a field of another name for the new one");
    }
  }
  const LayerTables tables(after.layer);
  for (const std::string& column : columns_of(connection, tables.rows)) {
    const bool own = std::find(kOwnColumns.begin(), kOwnColumns.end(), column) != kOwnColumns.end();
    if (own || published.index_of(column)) continue;
    connection.execute("ALTER TABLE " + sql_name(tables.rows) + " DROP COLUMN " + sql_name(column));
  }
  for (const geodata::Field& field : after.fields) {
    if (!published.index_of(field.name)) add_column(connection, tables, field);
  }
}

void clear_staged_rows(Connection& connection, const std::string& layer, std::uint32_t newest,
                       std::int64_t first_row) {
  const LayerTables tables(layer);
  cut_rtree(connection, tables.rtree, first_row);
  connection.run("DELETE FROM " + sql_name(tables.rows) + " WHERE row_id >= ?", first_row);
  connection.run("UPDATE " + sql_name(tables.rows) + " SET to_edition = NULL WHERE to_edition > ?", newest);
}

std::vector<std::string> registration_faults(const Connection& connection, const geodata::Schema& schema) {
  const LayerTables tables(schema.layer);
  std::vector<std::string> faults;
  if (connection.integer(
          "SELECT count(*) FROM geometry_columns WHERE f_table_name = ? AND f_geometry_column = 'geometry'"
          " AND geometry_type = ? AND coord_dimension = 2 AND srid = ? AND spatial_index_enabled = 1",
          tables.rows, geometry_type(schema).code, kSrid) != 1) {
    faults.push_back("its table is not registered as spatial");
  }
  if (connection.integer(
          "SELECT count(*) FROM views_geometry_columns WHERE view_name = ? AND view_geometry = 'geometry'"
          " AND view_rowid = 'row_id' AND f_table_name = ? AND f_geometry_column = 'geometry'"
          " AND read_only = 1",
          lower(tables.view), tables.rows) != 1) {
    faults.push_back("its view is not registered as spatial");
  }
  return faults;
}

void register_layer(Connection& connection, const geodata::Schema& schema) {
  const LayerTables tables(schema.layer);
  connection.run("DELETE FROM views_geometry_columns WHERE f_table_name = ?", tables.rows);
  connection.run("DELETE FROM geometry_columns WHERE f_table_name = ?", tables.rows);
  connection.run("INSERT INTO geometry_columns VALUES (?, 'geometry', ?, 2, ?, 1)", tables.rows,
                 geometry_type(schema).code, kSrid);
  connection.run("INSERT INTO views_geometry_columns VALUES (?, 'geometry', 'row_id', ?, 'geometry', 1)",
                 lower(tables.view), tables.rows);
}

void show_layer(Connection& connection, const geodata::Schema& schema) {
  const LayerTables tables(schema.layer);
  const std::string current =
      "(SELECT current_edition FROM caitu_layers WHERE layer = '" + schema.layer + "')";
  std::string sql = "CREATE VIEW " + sql_name(tables.view) + " AS SELECT row_id, id";
  for (const geodata::Field& field : schema.fields) sql += ", " + sql_name(field.name);
  // base::mu_from_m2, as SQL.
  sql += ", area_m2, area_m2 * 3.0 / 2000.0 AS mu, geometry FROM " + sql_name(tables.rows) +
         " WHERE from_edition <= " + current + " AND (to_edition IS NULL OR to_edition > " + current + ")";
  if (connection.text("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?", tables.view) == sql)
    return;
  connection.execute("DROP VIEW IF EXISTS " + sql_name(tables.view));
  connection.execute(sql);
  connection.run("UPDATE geometry_columns SET geometry_type = ? WHERE f_table_name = ?",
                 geometry_type(schema).code, tables.rows);
  connection.run(
      "INSERT OR IGNORE INTO views_geometry_columns VALUES (?, 'geometry', 'row_id', ?, 'geometry', 1)",
      lower(tables.view), tables.rows);
}

void write_statistics(Connection& connection, const std::string& layer, std::uint64_t rows,
                      const geometry::Box& extent) {
  Statement insert(connection,
                   "INSERT OR REPLACE INTO views_geometry_columns_statistics"
                   " VALUES (?, 'geometry', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?, ?, ?)");
  const std::string view = lower(layer);
  insert.bind(1, view).bind(2, static_cast<std::int64_t>(rows));
  // Unbound parameters are NULL: an edition without geometry has no extent.
  if (!extent.empty()) {
    insert.bind(3, extent.min_lon).bind(4, extent.min_lat).bind(5, extent.max_lon).bind(6, extent.max_lat);
  }
  insert.run();
}

}  // namespace caitu::store::detail
