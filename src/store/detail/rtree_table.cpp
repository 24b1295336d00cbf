#include "store/detail/rtree_table.hpp"

#include <limits>

namespace caitu::store::detail {
namespace {

/// Below this share of the tree, inserting is quicker than reading, packing and writing all of it.
constexpr std::size_t kInsertShare = 8;
constexpr std::int64_t kEveryRow = std::numeric_limits<std::int64_t>::max();

std::vector<RtreeEntry> entries_before(Connection& connection, const std::string& rtree,
                                       std::int64_t first_row) {
  std::vector<RtreeEntry> entries;
  Statement all(connection, "SELECT pkid, xmin, xmax, ymin, ymax FROM " + sql_name(rtree));
  while (all.step()) {
    if (all.integer(0) >= first_row) continue;
    // The tree's numbers are single precision; SQLite hands them out as doubles.
    entries.push_back({all.integer(0), static_cast<float>(all.real(1)), static_cast<float>(all.real(2)),
                       static_cast<float>(all.real(3)), static_cast<float>(all.real(4))});
  }
  return entries;
}

void write_links(Connection& connection, const std::string& table,
                 const std::vector<PackedRtree::Link>& links) {
  Statement insert(connection, "INSERT INTO " + sql_name(table) + " VALUES (?, ?)");
  for (const auto& link : links) insert.bind_all(link.key, link.node).run();
}

void write_packed(Connection& connection, const std::string& rtree, std::span<const RtreeEntry> entries) {
  const auto node_bytes = static_cast<std::size_t>(
      connection.integer("SELECT length(data) FROM " + sql_name(rtree + "_node") + " WHERE nodeno = 1"));
  const PackedRtree tree = pack_rtree(entries, node_bytes);
  for (const char* shadow : {"_node", "_rowid", "_parent"}) {
    connection.execute("DELETE FROM " + sql_name(rtree + shadow));
  }
  Statement insert(connection, "INSERT INTO " + sql_name(rtree + "_node") + " VALUES (?, ?)");
  for (std::size_t number = 1; number <= tree.node_count(); ++number) {
    insert.bind(1, static_cast<std::int64_t>(number)).bind_blob(2, tree.node(number)).run();
  }
  write_links(connection, rtree + "_rowid", tree.rows);
  write_links(connection, rtree + "_parent", tree.parents);
}

}  // namespace

void create_rtree(Connection& connection, const std::string& rtree) {
  connection.execute("CREATE VIRTUAL TABLE " + sql_name(rtree) +
                     " USING rtree(pkid, xmin, xmax, ymin, ymax)");
}

void add_to_rtree(Connection& connection, const std::string& rtree, std::span<const RtreeEntry> entries) {
  if (entries.empty()) return;
  const auto present =
      static_cast<std::size_t>(connection.integer("SELECT count(*) FROM " + sql_name(rtree + "_rowid")));
  if (entries.size() * kInsertShare < present) {
    Statement insert(connection, "INSERT INTO " + sql_name(rtree) + " VALUES (?, ?, ?, ?, ?)");
    for (const RtreeEntry& e : entries) {
      insert.bind_all(e.row_id, double{e.min_x}, double{e.max_x}, double{e.min_y}, double{e.max_y}).run();
    }
    return;
  }
  if (present == 0) return write_packed(connection, rtree, entries);
  std::vector<RtreeEntry> all = entries_before(connection, rtree, kEveryRow);
  all.insert(all.end(), entries.begin(), entries.end());
  write_packed(connection, rtree, all);
}

void cut_rtree(Connection& connection, const std::string& rtree, std::int64_t first_row) {
  const bool reaches = connection.integer("SELECT count(*) FROM (SELECT 1 FROM " +
                                              sql_name(rtree + "_rowid") + " WHERE rowid >= ? LIMIT 1)",
                                          first_row) > 0;
  if (reaches) write_packed(connection, rtree, entries_before(connection, rtree, first_row));
}

}  // namespace caitu::store::detail
