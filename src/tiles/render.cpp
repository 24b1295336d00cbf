#include "tiles/render.hpp"

#include "base/units.hpp"
#include "tiles/mvt.hpp"

namespace caitu::tiles {
namespace {

/// A field of the layer: where its values lie, and its number in the encoder.
struct Carried {
  const geodata::Column* column;
  geodata::FieldType type;
  std::uint32_t number;
};

void append_attribute(LayerEncoder& encoder, const Carried& field, std::size_t item) {
  const geodata::Column& column = *field.column;
  if (geodata::textual(field.type)) {
    const std::uint32_t code = column.code(item);
    if (code != geodata::Column::kNoText) encoder.text(field.number, code, [&] { return column.text(code); });
    return;
  }
  if (column.null(item)) return;
  switch (field.type) {
    case geodata::FieldType::integer:
      return encoder.integer(field.number, column.integer(item));
    case geodata::FieldType::boolean:
      return encoder.boolean(field.number, column.integer(item) != 0);
    default:
      return encoder.real(field.number, column.real(item));
  }
}

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
      for (const Carried& field : carried) append_attribute(encoder, field, item);
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

std::string render(const TileFrame& frame, std::span<const RenderLayer> layers) {
  std::string tile;
  Cutter cutter(frame);
  for (const RenderLayer& layer : layers) append_layer(tile, cutter, frame.extent, layer);
  return tile;
}

}  // namespace caitu::tiles
