#include "tiles/render.hpp"

#include <functional>

#include "base/units.hpp"
#include "tiles/detail/carried.hpp"

namespace caitu::tiles {
namespace {

using detail::Carried;

void append_layer(std::string& tile, Cutter& cutter, std::uint32_t extent, const RenderLayer& layer) {
  const geodata::Snapshot& snapshot = *layer.snapshot;
  LayerEncoder encoder(layer.name, extent);
  std::vector<Carried> carried;
  for (const std::string& name : layer.fields)
    if (const auto field = snapshot.schema().index_of(name))
      carried.push_back(
          {&snapshot.column(*field), snapshot.schema().fields[*field].type, encoder.add_field(name)});
  const std::uint32_t area = encoder.add_field(std::string(kAreaKey));
  const std::uint32_t count = encoder.add_field(std::string(kCountKey));

  TileGeometry shape;
  snapshot.tree().query(cutter.reach(), 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last; ++item) {
      cutter.cut(snapshot.geometry(item), shape);
      if (shape.empty()) continue;
      encoder.begin(snapshot.id(item));
      for (const Carried& field : carried) detail::append_attribute(encoder, field, item, std::identity{});
      if (shape.kind == geometry::Kind::polygon) {
        encoder.real(area, base::mu_from_m2(snapshot.area_m2(item)));
        encoder.integer(count, 1);
      }
      encoder.end(shape);
    }
    return true;
  });
  encoder.append_to(tile);
}

}  // namespace

std::string render(const TileFrame& frame, std::span<const RenderLayer> layers,
                   std::span<const LabelledLayer> labels) {
  std::string tile;
  Cutter cutter(frame);
  for (const RenderLayer& layer : layers) append_layer(tile, cutter, frame.extent, layer);
  append_labels(tile, frame, cutter.reach(), labels);
  return tile;
}

}  // namespace caitu::tiles
