#pragma once

#include <functional>
#include <span>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::checks::detail {

/// Land that several polygons cover, each square metre once: valid, canonical.
struct Union {
  geometry::Geometry land;
  double m2 = 0;
};
Union union_of(std::span<const geometry::GeometryView> polygons);

/// Least distance in m between two geometries; 0 when they have a place in common.
double gap_m(geometry::GeometryView a, geometry::GeometryView b);

/// Groups of those that hang together by gaps of at most `gap`, in metres; each in ascending order, groups by
/// their first. `same` says which may be of one group at all.
std::vector<std::vector<std::size_t>> grouped_by_gap(
    std::span<const geometry::GeometryView> geometries, double gap,
    const std::function<bool(std::size_t, std::size_t)>& same);

}  // namespace caitu::checks::detail
