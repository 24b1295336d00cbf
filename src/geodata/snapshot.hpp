#pragma once

#include <atomic>
#include <cmath>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geodata/block_file.hpp"
#include "geodata/detail/snapshot_format.hpp"
#include "geodata/feature.hpp"
#include "geometry/index.hpp"

namespace caitu::geodata {

/// What a snapshot is of. No clock: the same content gives the same bytes.
struct SnapshotInfo {
  std::string layer;
  std::uint32_t edition = 0;
  std::string as_of;  ///< ISO date
};

class Snapshot;

/// One attribute of all features, where it lies. Const-shared; valid while its snapshot lives. Asking for
/// another type than the field's is Error(internal).
class Column {
 public:
  FieldType type() const { return type_; }
  bool null(std::size_t item) const {
    if (textual(type_)) return code(item) == kNoText;
    return type_ == FieldType::real ? std::isnan(real(item)) : integer(item) == detail::kNullInteger;
  }
  /// Of integer and boolean fields; the least one when missing.
  std::int64_t integer(std::size_t item) const { return file_->at(integers_, item); }
  /// NaN when missing.
  double real(std::size_t item) const { return file_->at(reals_, item); }
  /// Text by its place in the column's dictionary; kNoText when missing. Equal text, equal code.
  std::uint32_t code(std::size_t item) const { return file_->at(codes_, item); }
  std::string_view text(std::uint32_t code) const;
  std::size_t dictionary_size() const { return text_ends_.size(); }
  /// For scans: all distinct texts end to end, where each ends (by code), and the code of each item. Each
  /// call touches all of it.
  struct Dictionary {
    std::string_view texts;
    std::span<const std::uint64_t> ends;
  };
  Dictionary dictionary() const;
  std::span<const std::uint32_t> codes() const { return file_->slice(codes_, 0, codes_.size()); }
  Value value(std::size_t item) const;

  static constexpr std::uint32_t kNoText = 0xffffffff;

 private:
  friend class Snapshot;
  const BlockFile* file_ = nullptr;
  FieldType type_ = FieldType::text;
  std::span<const std::uint32_t> codes_;
  std::span<const std::uint64_t> text_ends_;
  std::span<const char> texts_;
  std::span<const std::int64_t> integers_;
  std::span<const double> reals_;
};

/// One edition of one layer, memory-mapped: packed Hilbert tree, coordinates, attribute columns, ellipsoidal
/// areas.
///
/// Guarantees: features stand in Hilbert order, `item` is a place in it; those without a geometry stand
/// behind them and are not in the tree. Nothing is decoded, views point into the map and live as long as the
/// snapshot. Every 64 KiB block is held against its checksum when it is first touched; a mismatch, a foreign
/// file or a truncated one is Error(corrupt), never wrong data. Layout: detail/snapshot_format.hpp.
/// Coordinates: EPSG:4490 degrees. Areas: m² on the CGCS2000 ellipsoid. Threads: const-shared.
class Snapshot {
 public:
  static std::shared_ptr<const Snapshot> open(const std::filesystem::path& file);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const SnapshotInfo& info() const { return info_; }
  const Schema& schema() const { return schema_; }
  /// Digest of schema, ids, geometry and attributes, in hex: two editions of equal digest hold the same land.
  const std::string& digest() const { return digest_; }
  std::size_t size() const { return ids_.size(); }
  std::uint64_t bytes() const { return file_.bytes(); }
  const geometry::Box& extent() const { return summary_.extent; }
  double total_area_m2() const { return summary_.area_m2; }

  std::uint64_t id(std::size_t item) const { return file_.at(ids_, item); }
  geometry::Kind kind(std::size_t item) const { return static_cast<geometry::Kind>(file_.at(kinds_, item)); }
  geometry::GeometryView geometry(std::size_t item) const;
  geometry::Box box(std::size_t item) const { return file_.at(boxes_, item); }
  double area_m2(std::size_t item) const { return file_.at(areas_, item); }
  const Column& column(std::size_t field) const { return columns_.at(field); }
  Feature feature(std::size_t item) const;

  std::optional<std::size_t> find(std::uint64_t id) const;
  /// The first call reads and checks the whole tree.
  const geometry::TreeView& tree() const;

  /// Reads every block; throws Error(corrupt) naming the first bad one. For `doctor`.
  void verify() const { file_.verify(); }

 private:
  explicit Snapshot(const std::filesystem::path& file);
  void open_items();
  void open_columns();

  BlockFile file_;
  SnapshotInfo info_;
  Schema schema_;
  std::string digest_;
  detail::Summary summary_;
  std::span<const geometry::Box> boxes_, nodes_;
  std::span<const std::uint64_t> ids_;
  std::span<const std::uint32_t> by_id_;
  std::span<const std::uint8_t> kinds_;
  std::span<const double> areas_;
  std::span<const detail::Begins> begins_;
  std::span<const geometry::Position> positions_;
  std::span<const std::uint32_t> path_ends_, part_ends_;
  std::vector<Column> columns_;
  mutable std::mutex tree_mutex_;  ///< held while `tree_` is made, once
  mutable geometry::TreeView tree_;
  mutable std::atomic<bool> tree_checked_ = false;
};

/// Builds a snapshot from features in any order: the same set gives the same bytes. What is added waits in an
/// unnamed file beside the target; in memory are the distinct texts of each field (some 30 bytes and the text
/// itself) and, during `finish`, about 12 bytes a feature. One thread.
///
/// A value must suit its field: whole numbers suit real fields, whole reals suit integer fields, NaN is
/// missing; others are Error(invalid) naming the field. A malformed geometry, an id of 0 and an id that comes
/// twice are Error(internal). After an error the writer is spent.
class SnapshotWriter {
 public:
  SnapshotWriter(std::filesystem::path file, Schema schema, SnapshotInfo info);
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  void add(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values,
           double area_m2);
  /// A feature of a snapshot of the same fields, as it stands there: not decoded, not looked at again.
  void add_from(const Snapshot& snapshot, std::size_t item);
  /// Ends the adding: from now on, until `finish`, `geometry` gives back what came, by its number.
  /// Const-shared.
  void seal();
  geometry::Geometry geometry(std::size_t arrival) const;
  /// Replaces the ids given to `add`, in the order of the calls: who a feature is may be known only when all
  /// have come.
  void assign_ids(std::vector<std::uint64_t> ids);
  /// Writes under a temporary name and renames; the disk may not hold it yet (`sync_block_file`). Without it
  /// nothing is left behind. Returns the content digest.
  std::string finish();
  /// After `finish`: which arrival each item is.
  const std::vector<std::uint32_t>& arrivals() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geodata
