#include "checks/detail/shapes.hpp"

#include <algorithm>
#include <numeric>

#include "geometry/join.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks::detail {

using geometry::Geometry;
using geometry::GeometryView;

Union union_of(std::span<const GeometryView> polygons) {
  Union result;
  std::vector<Geometry> parts;
  for (std::size_t i = 0; i < polygons.size(); ++i) {
    Geometry rest = geometry::copy(polygons[i]);
    for (std::size_t before = 0; before < i && !rest.empty(); ++before) {
      geometry::Cut cut = geometry::Zone(polygons[before]).cut(rest);
      if (cut.share != geometry::Share::none) rest = std::move(cut.outside);
    }
    if (rest.empty()) continue;
    result.m2 += geometry::area_m2(rest);
    parts.push_back(std::move(rest));
  }
  const std::vector<GeometryView> views(parts.begin(), parts.end());
  if (views.size() == 1) {
    result.land = geometry::oriented(views.front());
  } else if (!views.empty()) {
    result.land = geometry::united(views);
  }
  return result;
}

double gap_m(GeometryView a, GeometryView b) {
  if (geometry::intersects(a, b)) return 0;
  double least = std::numeric_limits<double>::infinity();
  for (const auto p : a.positions) least = std::min(least, geometry::distance_m(p, b));
  for (const auto p : b.positions) least = std::min(least, geometry::distance_m(p, a));
  return least;
}

std::vector<std::vector<std::size_t>> grouped_by_gap(
    std::span<const GeometryView> geometries, double gap,
    const std::function<bool(std::size_t, std::size_t)>& same) {
  std::vector<geometry::Box> boxes;
  for (const GeometryView one : geometries) {
    geometry::Box box = geometry::box_of(one);
    const geometry::Box around = geometry::box_around({box.min_lon, box.max_lat}, gap);
    const double lon = around.max_lon - box.min_lon, lat = around.max_lat - box.max_lat;
    boxes.push_back({box.min_lon - lon, box.min_lat - lat, box.max_lon + lon, box.max_lat + lat});
  }
  std::vector<std::size_t> root(geometries.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t at) {
    while (root[at] != at) at = root[at] = root[root[at]];
    return at;
  };
  std::vector<std::size_t> by_west(geometries.size());
  std::iota(by_west.begin(), by_west.end(), std::size_t{0});
  std::ranges::sort(by_west, [&](std::size_t a, std::size_t b) {
    return std::pair(boxes[a].min_lon, a) < std::pair(boxes[b].min_lon, b);
  });
  for (std::size_t i = 0; i < by_west.size(); ++i) {
    const std::size_t a = by_west[i];
    for (std::size_t j = i + 1; j < by_west.size() && boxes[by_west[j]].min_lon <= boxes[a].max_lon; ++j) {
      const std::size_t b = by_west[j];
      if (find(a) == find(b) || !same(a, b) || !boxes[a].intersects(boxes[b])) continue;
      if (gap_m(geometries[a], geometries[b]) <= gap)
        root[std::max(find(a), find(b))] = std::min(find(a), find(b));
    }
  }
  std::vector<std::vector<std::size_t>> groups;
  std::vector<std::size_t> place(geometries.size());
  for (std::size_t at = 0; at < geometries.size(); ++at) {
    if (find(at) == at) {
      place[at] = groups.size();
      groups.emplace_back();
    }
    groups[place[find(at)]].push_back(at);
  }
  return groups;
}

}  // namespace caitu::checks::detail
