#include "geodata/detail/snapshot_format.hpp"

#include <span>

namespace caitu::geodata::detail {
namespace {

/// Each ends past the one before, and the last at the end of what they divide.
bool divides(std::span<const std::uint32_t> ends, std::size_t whole) {
  std::uint32_t before = 0;
  for (const std::uint32_t end : ends) {
    if (end <= before) return false;
    before = end;
  }
  return before == whole;
}

}  // namespace

bool well_formed(const geometry::GeometryView& view) {
  using geometry::Kind;
  if (view.positions.empty()) return view.path_ends.empty() && view.part_ends.empty();
  switch (view.kind) {
    case Kind::empty:
      return false;
    case Kind::point:
      return view.path_ends.empty() && view.part_ends.empty();
    case Kind::line:
      return divides(view.path_ends, view.positions.size()) && view.part_ends.empty();
    case Kind::polygon:
      return divides(view.path_ends, view.positions.size()) && divides(view.part_ends, view.path_ends.size());
  }
  return false;
}

}  // namespace caitu::geodata::detail
