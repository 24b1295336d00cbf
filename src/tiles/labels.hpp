#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "geodata/snapshot.hpp"
#include "tiles/cutter.hpp"

namespace caitu::tiles {

/// The tile layer of labels, and what its points carry beside the fields that the tileset declares.
inline constexpr std::string_view kLabelLayer = "labels", kLabelOfKey = "layer", kLabelNameKey = "name";

/// Where the features of a snapshot are labelled: each whose label field holds a text at one place inside it
/// (geometry::point_on). EPSG:4490 degrees. A value of its own; const-shared.
class LabelPlaces {
 public:
  explicit LabelPlaces(const geodata::Snapshot& snapshot);

  /// In item order, those in the box.
  void in(const geometry::Box& box,
          const std::function<void(std::size_t item, geometry::Position at)>& visit) const;
  std::size_t size() const { return items_.size(); }

 private:
  std::vector<std::uint32_t> items_;
  std::vector<geometry::Box> boxes_, nodes_;  ///< a box is a place
};

/// Label places of the snapshots in use, made once for each by whoever asks first. Thread-safe.
class LabelShelf {
 public:
  std::shared_ptr<const LabelPlaces> of(const std::shared_ptr<const geodata::Snapshot>& snapshot);

 private:
  struct Entry {
    std::weak_ptr<const geodata::Snapshot> snapshot;
    std::once_flag made;
    std::shared_ptr<const LabelPlaces> places;
  };
  std::mutex mutex_;
  std::map<const geodata::Snapshot*, std::shared_ptr<Entry>> entries_;
};

/// One layer whose features are labelled on a tile.
struct LabelledLayer {
  std::string name;
  const geodata::Snapshot* snapshot = nullptr;
  const LabelPlaces* places = nullptr;
  std::vector<std::string> fields;  ///< those that the snapshot does not have are left out
};

/// Appends the layer `labels` to a tile: a point for each place in the tile's own square, which is half open
/// and takes nothing from the buffer, so over the tiles of a zoom a feature is labelled exactly once. Points
/// have the feature's id, `layer`, `name`, the fields, and `mu` of polygons; their coordinates are whole
/// units from 0 to extent − 1.
void append_labels(std::string& tile, const TileFrame& frame, const geometry::Box& reach,
                   std::span<const LabelledLayer> layers);

}  // namespace caitu::tiles
