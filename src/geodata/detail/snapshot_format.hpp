#pragma once

#include <cstdint>
#include <limits>

#include "geodata/block_file.hpp"
#include "geometry/geometry.hpp"

/// What stands in a snapshot: a BlockFile (which see for header, checksums and alignment) of kind "snapshot".
///
/// Metadata: JSON of layer, edition and as_of. All else is body, and so is under the content digest.
///
/// The n items stand in the order of geometry::hilbert_order, ties by id, those without a geometry last.
///   schema        JSON text
///   summary       one Summary
///   boxes         n × Box
///   nodes         geometry::build_tree of the boxes
///   ids           n × u64
///   by_id         n × u32: the items by growing id
///   kinds         n × u8: geometry::Kind
///   areas         n × double, m²
///   begins        (n + 1) × Begins: where an item's positions, path ends and part ends begin; the last is
///   the end of all positions     Position, those of an item together path_ends     u32, counted from the
///   item's first position part_ends     u32, counted from the item's first path
/// and for each field f, by the schema's type:
///   codes/f       n × u32: place in the dictionary, or Column::kNoText
///   text_ends/f   u64: end of each text of the dictionary, which stands in the order of first use
///   texts/f       their bytes, UTF-8
///   integers/f    n × i64, kNullInteger when missing; integer and boolean
///   reals/f       n × double, NaN when missing
namespace caitu::geodata::detail {

inline constexpr char kSnapshotKind[] = "snapshot";
inline constexpr std::uint32_t kSnapshotVersion = 1;

enum class Part : std::uint32_t {
  schema = 1,
  summary,
  boxes,
  nodes,
  ids,
  by_id,
  kinds,
  areas,
  begins,
  positions,
  path_ends,
  part_ends,
  codes,
  text_ends,
  texts,
  integers,
  reals,
};

inline SectionKey key(Part part, std::size_t field = 0) {
  return {static_cast<std::uint32_t>(part), static_cast<std::uint32_t>(field)};
}

struct Summary {
  std::uint64_t items = 0;
  double area_m2 = 0;
  geometry::Box extent = {};
};

struct Begins {
  std::uint64_t position = 0;
  std::uint64_t path = 0;
  std::uint64_t part = 0;
};

inline constexpr std::int64_t kNullInteger = std::numeric_limits<std::int64_t>::min();
inline constexpr double kNullReal = std::numeric_limits<double>::quiet_NaN();

/// Whether ends and counts agree with each other and with the kind, so that every path and part of the view
/// exists.
bool well_formed(const geometry::GeometryView& view);

}  // namespace caitu::geodata::detail
