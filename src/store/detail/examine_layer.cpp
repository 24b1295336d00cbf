#include "store/detail/examine_layer.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "geometry/codec.hpp"
#include "geometry/measure.hpp"
#include "store/detail/layer_tables.hpp"
#include "store/detail/row_values.hpp"
#include "store/detail/rtree_pack.hpp"
#include "store/detail/sqlite.hpp"

namespace caitu::store::detail {
namespace {

constexpr std::size_t kKeptFaults = 1000;
constexpr std::uint64_t kProgressRows = 10000;

class Examiner {
 public:
  Examiner(const Connection& connection, const LayerRecord& layer, const std::vector<EditionRecord>& editions)
      : connection_(connection), layer_(layer), tables_(layer.schema.layer) {
    for (const EditionRecord& edition : editions) {
      if (!edition.published) continue;
      newest_ = std::max(newest_, edition.edition);
      std::vector<std::size_t> places;
      for (const geodata::Field& field : edition.schema.fields) {
        const auto at = layer.schema.index_of(field.name);
        if (!at) {
          faults_.rows.push_back("edition " + std::to_string(edition.edition) + " has a field " + field.name +
                                 " that the layer has not");
          continue;
        }
        places.push_back(*at);
      }
      fields_of_[edition.edition] = std::move(places);
    }
  }

  LayerFaults run(const base::Progress& progress) {
    read_tree();
    read_rows(progress);
    if (next_entry_ != entries_.size()) lost_entry(entries_[next_entry_].row_id);
    check_rtree_structure();
    check_registrations();
    return std::move(faults_);
  }

 private:
  void fault(std::int64_t row, const std::string& what) {
    if (faults_.rows.size() < kKeptFaults) faults_.rows.push_back("row " + std::to_string(row) + " " + what);
  }
  void lost_entry(std::int64_t row) {
    if (faults_.derived.size() < kKeptFaults)
      faults_.derived.push_back("the R*Tree is not that of the rows at row " + std::to_string(row));
  }

  void read_tree() {
    Statement all(connection_, "SELECT pkid, xmin, xmax, ymin, ymax FROM " + sql_name(tables_.rtree));
    while (all.step()) {
      entries_.push_back({all.integer(0), static_cast<float>(all.real(1)), static_cast<float>(all.real(2)),
                          static_cast<float>(all.real(3)), static_cast<float>(all.real(4))});
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const RtreeEntry& a, const RtreeEntry& b) { return a.row_id < b.row_id; });
  }

  void read_rows(const base::Progress& progress) {
    std::string sql = "SELECT row_id, id, from_edition, to_edition, content_digest, area_m2, geometry";
    for (const geodata::Field& field : layer_.schema.fields) sql += ", " + sql_name(field.name);
    Statement rows(connection_, sql + " FROM " + sql_name(tables_.rows) + " ORDER BY row_id");
    const auto whole =
        static_cast<std::uint64_t>(connection_.integer("SELECT count(*) FROM " + sql_name(tables_.rows)));
    while (rows.step()) {
      if (++faults_.seen % kProgressRows == 0) {
        progress.check();
        progress.at("rows of " + layer_.schema.layer, faults_.seen, whole);
      }
      try {
        check_row(rows);
      } catch (const base::Error& error) {
        fault(rows.integer(0), "cannot be read: " + std::string(error.what()));
      }
    }
  }

  void check_row(const Statement& row) {
    const std::int64_t row_id = row.integer(0);
    const auto from = static_cast<std::uint32_t>(row.integer(2));
    if (from > newest_ || row.integer(3) > newest_) ++faults_.staged;
    if (from > newest_) return take_entry(row_id);
    const auto fields = fields_of_.find(from);
    if (fields == fields_of_.end()) return fault(row_id, "is of an edition that there is not");
    if (!row.null(3) && row.integer(3) <= row.integer(2)) return fault(row_id, "ended before it began");
    const geometry::Geometry land =
        row.null(6) ? geometry::Geometry{} : geometry::read_spatialite(row.blob(6));
    if (!written_so(row, land)) return fault(row_id, "has an outline of another form than caitu writes");
    std::vector<geodata::Value> values;
    for (const std::size_t at : fields->second) {
      const int column = static_cast<int>(at) + 7;
      if (blob(row, column))
        return fault(row_id, "has bytes for a value of " + layer_.schema.fields[at].name);
      values.push_back(value_of(row, column, layer_.schema.fields[at].type));
    }
    if (geodata::content_digest(land, values) != digest_of(row.blob(4)))
      return fault(row_id, "does not match its digest");
    if (geometry::area_m2(land) != row.real(5)) return fault(row_id, "has another area than its outline");
    compare_entry(row_id, land);
    if (row.integer(2) > layer_.current || (!row.null(3) && row.integer(3) <= layer_.current)) return;
    ++shown_;
    if (!land.empty()) extent_.grow(geometry::box_of(land));
  }

  static bool blob(const Statement& row, int column) {
    return sqlite3_column_type(row.get(), column) == SQLITE_BLOB;
  }

  /// The blob holds more than the outline: a box, marks of its form. QGIS reads these too.
  bool written_so(const Statement& row, const geometry::Geometry& land) {
    blob_.clear();
    if (!land.empty()) geometry::append_spatialite(blob_, land);
    return row.blob(6) == blob_;
  }

  /// Rows come in order, as the entries do.
  void compare_entry(std::int64_t row_id, const geometry::Geometry& land) {
    if (land.empty()) return;
    const RtreeEntry wanted = rtree_entry(row_id, geometry::box_of(land));
    if (next_entry_ >= entries_.size() || entries_[next_entry_].row_id > row_id) return lost_entry(row_id);
    while (next_entry_ < entries_.size() && entries_[next_entry_].row_id < row_id)
      lost_entry(entries_[next_entry_++].row_id);
    if (next_entry_ >= entries_.size()) return lost_entry(row_id);
    const RtreeEntry& held = entries_[next_entry_++];
    if (held.row_id != row_id || held.min_x != wanted.min_x || held.max_x != wanted.max_x ||
        held.min_y != wanted.min_y || held.max_y != wanted.max_y) {
      lost_entry(row_id);
    }
  }
  /// A staged row may have its entry or not.
  void take_entry(std::int64_t row_id) {
    if (next_entry_ < entries_.size() && entries_[next_entry_].row_id == row_id) ++next_entry_;
  }

  void check_rtree_structure() {
    const std::string said = connection_.text("SELECT rtreecheck(?)", tables_.rtree);
    if (said != "ok") faults_.derived.push_back("its R*Tree is damaged: " + said.substr(0, said.find('\n')));
  }

  void check_registrations() {
    for (std::string& fault : registration_faults(connection_, layer_.schema))
      faults_.derived.push_back(std::move(fault));
    Statement row(connection_,
                  "SELECT row_count, extent_min_x, extent_min_y, extent_max_x, extent_max_y"
                  " FROM views_geometry_columns_statistics WHERE view_name = ?");
    const std::string view = tables_.statistics_name();
    row.bind(1, view);
    const bool right =
        row.step() && row.integer(0) == static_cast<std::int64_t>(shown_) && row.null(1) == extent_.empty() &&
        (extent_.empty() || (near(row.real(1), extent_.min_lon) && near(row.real(2), extent_.min_lat) &&
                             near(row.real(3), extent_.max_lon) && near(row.real(4), extent_.max_lat)));
    if (!right) faults_.derived.push_back("its statistics are not those of its current edition");
  }

  /// The extent is taken from the R*Tree's numbers, which have single precision.
  static bool near(double a, double b) { return std::abs(a - b) < 1e-4; }

  const Connection& connection_;
  const LayerRecord& layer_;
  LayerTables tables_;
  std::uint32_t newest_ = 0;
  std::map<std::uint32_t, std::vector<std::size_t>>
      fields_of_;                    ///< places of an edition's fields among the layer's
  std::vector<RtreeEntry> entries_;  ///< by row
  std::size_t next_entry_ = 0;
  std::string blob_;
  std::uint64_t shown_ = 0;  ///< features of the current edition
  geometry::Box extent_;
  LayerFaults faults_;
};

}  // namespace

LayerFaults examine_layer(const Connection& connection, const LayerRecord& layer,
                          const std::vector<EditionRecord>& editions, const base::Progress& progress) {
  return Examiner(connection, layer, editions).run(progress);
}

}  // namespace caitu::store::detail
