#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// One attribute of all features, where it lies. Const-shared; valid while its snapshot lives.
class Column {
 public:
  FieldType type() const { return type_; }
  bool null(std::size_t item) const;
  std::int64_t integer(std::size_t item) const;  ///< integer and boolean
  double real(std::size_t item) const;
  /// Text by its place in the column's dictionary; kNoText when missing. Equal text, equal code.
  std::uint32_t code(std::size_t item) const;
  std::string_view text(std::uint32_t code) const;
  std::size_t dictionary_size() const { return dictionary_size_; }
  Value value(std::size_t item) const;

  static constexpr std::uint32_t kNoText = 0xffffffff;

 private:
  friend class Snapshot;
  const Snapshot* snapshot_ = nullptr;
  FieldType type_ = FieldType::text;
  std::span<const std::uint32_t> codes_;
  std::span<const std::uint64_t> text_ends_;
  std::span<const char> text_;
  std::span<const std::int64_t> integers_;
  std::span<const double> reals_;
  std::size_t dictionary_size_ = 0;
};

/// One edition of one layer, memory-mapped: packed Hilbert tree, coordinates, attribute columns, ellipsoidal areas.
///
/// Guarantees: features stand in Hilbert order, `item` is a place in it; nothing is decoded, views point into the map
/// and live as long as the snapshot. Every 64 KiB block is held against its checksum when it is first touched; a
/// mismatch, a foreign file or a truncated one is Error(corrupt), never wrong data.
/// Coordinates: EPSG:4490 degrees. Areas: m² on the CGCS2000 ellipsoid. Threads: const-shared.
class Snapshot {
 public:
  static std::shared_ptr<const Snapshot> open(const std::filesystem::path& file);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const SnapshotInfo& info() const;
  const Schema& schema() const;
  /// Digest of the content (ids, geometry, attributes), in hex: two editions of equal digest hold the same land.
  const std::string& digest() const;
  std::size_t size() const;
  std::uint64_t bytes() const;
  const geometry::Box& extent() const;
  double total_area_m2() const;

  std::uint64_t id(std::size_t item) const;
  geometry::Kind kind(std::size_t item) const;
  geometry::GeometryView geometry(std::size_t item) const;
  geometry::Box box(std::size_t item) const;
  double area_m2(std::size_t item) const;
  const Column& column(std::size_t field) const;
  Feature feature(std::size_t item) const;

  std::optional<std::size_t> find(std::uint64_t id) const;
  const geometry::TreeView& tree() const;

  /// Reads every block; throws Error(corrupt) naming the first bad one. For `doctor`.
  void verify() const;

 private:
  friend class Column;
  Snapshot();
  void touch(const void* first, std::size_t bytes) const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Builds a snapshot from features in any order: the same set gives the same bytes. Coordinates wait in a file beside
/// the target, so memory stays below about 24 bytes a feature and 4 bytes an attribute. One thread.
class SnapshotWriter {
 public:
  SnapshotWriter(std::filesystem::path file, Schema schema, SnapshotInfo info);
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  void add(std::uint64_t id, geometry::GeometryView geometry, const std::vector<Value>& values, double area_m2);
  /// Writes under a temporary name, syncs, renames. Without it nothing is left behind. Returns the content digest.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::geodata
