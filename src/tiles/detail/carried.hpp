#pragma once

#include <cstdint>

#include "geodata/snapshot.hpp"
#include "tiles/mvt.hpp"

namespace caitu::tiles::detail {

/// A field that a tile layer carries: where its values lie, and its number in the encoder.
struct Carried {
  const geodata::Column* column;
  geodata::FieldType type;
  std::uint32_t number;
};

/// Nothing when the value is missing. `code_of(code)` is what tells the field's texts apart in the encoder.
template <typename CodeOf>
void append_attribute(LayerEncoder& encoder, const Carried& field, std::size_t item, const CodeOf& code_of) {
  const geodata::Column& column = *field.column;
  if (geodata::textual(field.type)) {
    const std::uint32_t code = column.code(item);
    if (code == geodata::Column::kNoText) return;
    return encoder.text(field.number, code_of(code), [&] { return column.text(code); });
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

}  // namespace caitu::tiles::detail
