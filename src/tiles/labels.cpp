#include "tiles/labels.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/units.hpp"
#include "geometry/index.hpp"
#include "tiles/detail/carried.hpp"
#include "tiles/grid.hpp"
#include "tiles/render.hpp"

namespace caitu::tiles {
namespace {

/// Texts of several dictionaries under codes of one.
class TextCodes {
 public:
  std::uint32_t of(std::string_view text) {
    return codes_.try_emplace(text, static_cast<std::uint32_t>(codes_.size())).first->second;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> codes_;
};

class LabelEncoder {
 public:
  explicit LabelEncoder(const TileFrame& frame)
      : frame_(frame), encoder_(std::string(kLabelLayer), frame.extent) {}

  void add(const geometry::Box& reach, const LabelledLayer& layer) {
    const geodata::Schema& schema = layer.snapshot->schema();
    const auto label = schema.index_of(schema.label_field);
    if (!label) return;
    std::vector<detail::Carried> carried;
    for (const std::string& name : layer.fields)
      if (const auto field = schema.index_of(name))
        carried.push_back({&layer.snapshot->column(*field), schema.fields[*field].type, number(name)});
    const detail::Carried named{&layer.snapshot->column(*label), schema.fields[*label].type,
                                number(kLabelNameKey)};
    layer.places->in(reach, [&](std::size_t item, geometry::Position at) {
      if (!place(at)) return;
      encoder_.begin(layer.snapshot->id(item));
      encoder_.text(number(kLabelOfKey), codes_.of(layer.name), [&] { return layer.name; });
      append(named, item);
      for (const detail::Carried& field : carried) append(field, item);
      if (layer.snapshot->kind(item) == geometry::Kind::polygon)
        encoder_.real(number(kAreaKey), base::mu_from_m2(layer.snapshot->area_m2(item)));
      encoder_.end(point_);
    });
  }
  void append_to(std::string& tile) const { encoder_.append_to(tile); }

 private:
  std::uint32_t number(std::string_view field) {
    const auto at = numbers_.find(field);
    if (at != numbers_.end()) return at->second;
    return numbers_.emplace(field, encoder_.add_field(std::string(field))).first->second;
  }

  void append(const detail::Carried& field, std::size_t item) {
    detail::append_attribute(encoder_, field, item,
                             [&](std::uint32_t code) { return codes_.of(field.column->text(code)); });
  }

  /// False when the place lies in another tile.
  bool place(geometry::Position at) {
    const geometry::Position shown = geometry::shift(at, geometry::Datum::cgcs2000, frame_.datum);
    if (tile_at(shown, frame_.address.z) != frame_.address) return false;
    const double side = std::ldexp(static_cast<double>(frame_.extent), frame_.address.z);
    // Rounded down: MapLibre leaves out a label that stands on the far edge, for it takes it for the
    // neighbour's.
    const auto unit = [&](double of_one, std::uint32_t tile) {
      const double units = std::floor(of_one * side) - static_cast<double>(tile) * frame_.extent;
      return static_cast<std::int32_t>(std::clamp(units, 0.0, frame_.extent - 1.0));
    };
    point_.kind = geometry::Kind::point;
    point_.points.assign(
        1, {unit(mercator_x(shown.lon), frame_.address.x), unit(mercator_y(shown.lat), frame_.address.y)});
    return true;
  }

  const TileFrame& frame_;
  LayerEncoder encoder_;
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  TextCodes codes_;
  TileGeometry point_;
};

}  // namespace

LabelPlaces::LabelPlaces(const geodata::Snapshot& snapshot) {
  const auto label = snapshot.schema().index_of(snapshot.schema().label_field);
  if (!label || !geodata::textual(snapshot.schema().fields[*label].type)) return;
  const geodata::Column& names = snapshot.column(*label);
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    if (snapshot.kind(item) == geometry::Kind::empty || names.null(item)) continue;
    const geometry::Position at = geometry::point_on(snapshot.geometry(item));
    items_.push_back(static_cast<std::uint32_t>(item));
    boxes_.push_back({at.lon, at.lat, at.lon, at.lat});
  }
  nodes_ = geometry::build_tree(boxes_);
}

void LabelPlaces::in(const geometry::Box& box,
                     const std::function<void(std::size_t item, geometry::Position at)>& visit) const {
  geometry::TreeView(boxes_, nodes_).query(box, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t i = first; i < last; ++i) visit(items_[i], {boxes_[i].min_lon, boxes_[i].min_lat});
    return true;
  });
}

std::shared_ptr<const LabelPlaces> LabelShelf::of(const std::shared_ptr<const geodata::Snapshot>& snapshot) {
  std::shared_ptr<Entry> entry;
  {
    std::lock_guard lock(mutex_);
    std::erase_if(entries_, [](const auto& kept) { return kept.second->snapshot.expired(); });
    std::shared_ptr<Entry>& kept = entries_[snapshot.get()];
    if (!kept) {
      kept = std::make_shared<Entry>();
      kept->snapshot = snapshot;
    }
    entry = kept;
  }
  std::call_once(entry->made, [&] { entry->places = std::make_shared<const LabelPlaces>(*snapshot); });
  return entry->places;
}

void append_labels(std::string& tile, const TileFrame& frame, const geometry::Box& reach,
                   std::span<const LabelledLayer> layers) {
  LabelEncoder encoder(frame);
  for (const LabelledLayer& layer : layers) encoder.add(reach, layer);
  encoder.append_to(tile);
}

}  // namespace caitu::tiles
