#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "geodata/feature.hpp"
#include "store/findings.hpp"

namespace caitu::store {

/// One published or staged delivery of a layer.
struct EditionRecord {
  std::string layer;
  std::uint32_t edition = 0;  ///< counted from 1 in its layer
  std::string as_of;          ///< the land date, ISO
  std::string imported_at;    ///< UTC, ISO
  bool published = false;
  base::Json source;       ///< files, CRS, datum, encoding, field map, program version
  base::Json report;       ///< rows in, published, repaired, refused, 亩
  std::uint64_t rows = 0;  ///< features of the edition
  double area_m2 = 0;
  std::string digest;      ///< of its snapshot's content
  std::string snapshot;    ///< file name in snapshots/
  geodata::Schema schema;  ///< of its features, filled in when read; the layer's own may have grown since
  bool withdrawn =
      false;  ///< set aside by a rollback: not in the line of the current one; as-of reads pass it by
  std::uint32_t follows = 0;  ///< the edition that was current when this one came; 0 for the first
};

struct LayerRecord {
  geodata::Schema schema;
  std::uint32_t current = 0;  ///< the edition that `<layer>` shows; 0 when none
};

/// A row that was not taken, with all that was delivered.
struct Reject {
  std::int64_t row = 0;
  std::string file, reason;
  geometry::Geometry geometry;  ///< in source coordinates
  std::string attributes;       ///< JSON object
};

/// What a feature of an edition holds, for telling what changed.
struct RowState {
  std::int64_t row_id = 0;
  std::uint64_t id = 0;
  base::Digest128 content;
};

/// Features that two editions of a layer do not hold in one and the same row; both in id order.
struct TouchedRows {
  std::vector<RowState> before, after;
};

class StagedEdition;

/// The record: caitu.db, a SpatiaLite file that QGIS opens. Layers, editions, features with the editions they
/// were true in, refused rows, findings. A table `<layer>_rows` holds every version of every feature with
/// `from_edition, to_edition`;
/// `<layer>` is a registered spatial view of the current edition (geometry EPSG:4490, with an R*Tree below
/// it). Threads: one Store belongs to one thread; several (of several processes) may be open on one file.
class Store {
 public:
  static void create(const std::filesystem::path& file);  ///< Error(conflict) when it is there
  /// Error(not_found) when missing; Error(corrupt) when not ours; Error(unsupported) when its version is
  /// newer.
  static Store open(const std::filesystem::path& file, bool read_only);
  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  std::vector<LayerRecord> layers() const;
  std::optional<LayerRecord> layer(const std::string& layer) const;
  /// Oldest first, staged ones too.
  std::vector<EditionRecord> editions(const std::string& layer) const;
  std::optional<EditionRecord> edition(const std::string& layer, std::uint32_t edition) const;
  std::vector<Reject> rejects(const std::string& layer, std::uint32_t edition) const;
  /// What the quality audit of an edition found, in the order in which it numbered them.
  std::vector<Finding> findings(const std::string& layer, std::uint32_t edition) const;

  /// Changes whenever another connection has committed; cheap enough to ask four times a second.
  std::int64_t change_counter() const;

  /// Makes the layer's tables when it is new, adds columns when its schema grew; clears what a killed import
  /// left; takes the next number. Error(busy) when another import of the layer runs.
  StagedEdition stage(const geodata::Schema& schema, const std::string& as_of);
  /// The newest published edition of a layer by number, whichever is current; 0 when there is none.
  std::uint32_t newest(const std::string& layer) const;
  /// Rows of it, in id order.
  std::vector<RowState> newest_rows(const std::string& layer) const;
  /// Rows of any published edition, in id order.
  std::vector<RowState> rows_of(const std::string& layer, std::uint32_t edition) const;
  /// What differs between two published editions, whichever is the older: a feature that neither has touched
  /// is in neither list. Costs what was written between them, not what they hold.
  TouchedRows touched_rows(const std::string& layer, std::uint32_t before, std::uint32_t after) const;

  /// Makes a published edition the current one, in one transaction that is on the disk when it returns.
  /// Editions that do not lie on its line (itself, the one that it follows, and so on) are withdrawn, those
  /// on it are not. Does nothing when it is current. `about_to` is called with the edition that was and the
  /// one that will be current when nothing but the transaction is left to do. Error(not_found) when there is
  /// no such edition, Error(busy) while an import of the layer runs.
  void make_current(
      const std::string& layer, std::uint32_t edition,
      const std::function<void(const EditionRecord& before, const EditionRecord& now)>& about_to = {});
  /// Every feature of an edition, in row order.
  void read(const std::string& layer, std::uint32_t edition,
            const std::function<void(const geodata::Feature&)>& visit) const;

 private:
  friend class StagedEdition;
  struct Impl;
  explicit Store(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

/// A delivery on its way in. Its rows are told against the newest edition, whichever is current. Nothing of
/// it is seen until `publish()`; dropped or killed before, it leaves nothing that the next import does not
/// clear. One thread, that of its store.
class StagedEdition {
 public:
  ~StagedEdition();
  StagedEdition(StagedEdition&&) noexcept;
  StagedEdition& operator=(StagedEdition&&) noexcept;

  std::uint32_t edition() const;
  /// A feature that is new, or differs from the newest edition.
  void add(const geodata::Feature& feature, const base::Digest128& content);
  /// A row of the newest edition that this one no longer holds (removed, or replaced by an `add`).
  void end_row(std::int64_t row_id);
  void reject(const Reject& reject);
  /// Numbered from 1 in the order of the calls.
  void finding(const Finding& finding);
  /// Fills the R*Tree and what QGIS asks for (extent). After it no more rows. `extent` is that of the
  /// edition's features, for a caller that knows it; else it is looked for among all of them.
  void index(const std::optional<geometry::Box>& extent = {});
  /// One transaction: the edition's record, and the layer's current edition.
  void publish(const EditionRecord& record);

 private:
  friend class Store;
  struct Impl;
  explicit StagedEdition(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::store
