#include "geometry/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caitu::geometry {
namespace {

using Ring = std::vector<Position>;

bool ring_less(const Ring& a, const Ring& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), before);
}

/// Turns a closed ring to begin at its least position. Where a ring touches itself there, the least sequence
/// wins.
void begin_at_least(Ring& ring) {
  ring.pop_back();
  const auto first = std::min_element(ring.begin(), ring.end(), before);
  Ring best;
  for (auto at = first; at != ring.end(); ++at) {
    if (*at != *first) continue;
    Ring turned(at, ring.end());
    turned.insert(turned.end(), ring.begin(), at);
    if (best.empty() || ring_less(turned, best)) best = std::move(turned);
  }
  best.push_back(best.front());
  ring = std::move(best);
}

Ring canonical_ring(std::span<const Position> source, bool counter_clockwise) {
  Ring ring;
  ring.reserve(source.size() + 1);
  // Adding zero makes -0.0 into 0.0, which compares equal but has other bytes.
  for (const Position p : source) ring.push_back({p.lon + 0.0, p.lat + 0.0});
  if (ring.empty()) return ring;
  if (ring.front() != ring.back()) ring.push_back(ring.front());
  const double area = signed_twice_area(ring);
  if (counter_clockwise ? area < 0 : area > 0) std::reverse(ring.begin(), ring.end());
  begin_at_least(ring);
  return ring;
}

/// The latitude half-way between the two vertex latitudes around the middle of `box`: a scan line there meets
/// no vertex.
double scan_latitude(GeometryView polygon, std::size_t first_path, std::size_t end_path, const Box& box) {
  const double middle = box.min_lat + (box.max_lat - box.min_lat) / 2;
  double below = box.min_lat, above = box.max_lat;
  for (std::size_t i = first_path; i < end_path; ++i) {
    for (const Position p : polygon.path(i)) {
      if (p.lat <= middle) below = std::max(below, p.lat);
      if (p.lat > middle) above = std::min(above, p.lat);
    }
  }
  return below + (above - below) / 2;
}

/// The middle of the widest stretch of the part's scan line that is inside.
Position inside_part(GeometryView polygon, std::size_t first_path, std::size_t end_path) {
  Box box;
  for (const Position p : polygon.path(first_path)) box.grow(p);
  const double lat = scan_latitude(polygon, first_path, end_path, box);
  std::vector<double> crossings;
  for (std::size_t i = first_path; i < end_path; ++i) {
    const auto ring = polygon.path(i);
    for (std::size_t j = 1; j < ring.size(); ++j) {
      const Position a = ring[j - 1], b = ring[j];
      if ((a.lat > lat) == (b.lat > lat)) continue;
      crossings.push_back(a.lon + (b.lon - a.lon) * ((lat - a.lat) / (b.lat - a.lat)));
    }
  }
  std::sort(crossings.begin(), crossings.end());
  double widest = -1;
  Position best = polygon.path(first_path).front();
  for (std::size_t i = 1; i < crossings.size(); i += 2) {
    const double width = crossings[i] - crossings[i - 1];
    if (width <= widest) continue;
    widest = width;
    best = {crossings[i - 1] + width / 2, lat};
  }
  return best;
}

Position inside_polygon(GeometryView polygon) {
  double largest = -1;
  Position best = polygon.positions.front();
  std::size_t best_first = 0, best_end = 0, first = 0;
  for (const std::uint32_t end : polygon.part_ends) {
    double area = 0;
    for (std::size_t i = first; i < end; ++i) {
      const double twice = std::abs(signed_twice_area(polygon.path(i)));
      area += i == first ? twice : -twice;
    }
    if (end > first && area > largest) {
      largest = area;
      best_first = first;
      best_end = end;
    }
    first = end;
  }
  return best_end > best_first && !polygon.path(best_first).empty()
             ? inside_part(polygon, best_first, best_end)
             : best;
}

/// Half-way along the longest path, longitudes scaled to the path's own latitude.
Position middle_of_line(GeometryView line) {
  const auto step = [](Position a, Position b) {
    const double scale = std::cos((a.lat + b.lat) / 2 * std::numbers::pi / 180);
    return std::hypot((b.lon - a.lon) * scale, b.lat - a.lat);
  };
  std::span<const Position> longest;
  double longest_length = -1;
  for (std::size_t i = 0; i < line.path_ends.size(); ++i) {
    const auto path = line.path(i);
    double length = 0;
    for (std::size_t j = 1; j < path.size(); ++j) length += step(path[j - 1], path[j]);
    if (path.empty() || length <= longest_length) continue;
    longest = path;
    longest_length = length;
  }
  double left = longest_length / 2;
  for (std::size_t j = 1; j < longest.size(); ++j) {
    const Position a = longest[j - 1], b = longest[j];
    const double length = step(a, b);
    if (length >= left && length > 0) {
      const double t = left / length;
      return {a.lon + (b.lon - a.lon) * t, a.lat + (b.lat - a.lat) * t};
    }
    left -= length;
  }
  return line.positions.front();
}

enum class Crossing : std::uint8_t { none, right, boundary };

/// Does the ray from `p` to the east cross the edge a–b? The products are those of b–a with their signs
/// turned, so that two neighbours never both miss a point on their common edge.
Crossing ray_crosses(Position a, Position b, Position p) {
  if (a == p) return Crossing::boundary;
  if ((a.lat > p.lat) == (b.lat > p.lat)) {
    const bool along = a.lat == p.lat && b.lat == p.lat && (a.lon > p.lon) != (b.lon > p.lon);
    return along ? Crossing::boundary : Crossing::none;
  }
  const double cross = (a.lon - p.lon) * (b.lat - p.lat) - (a.lat - p.lat) * (b.lon - p.lon);
  if (cross == 0) return Crossing::boundary;
  return (cross > 0) == (b.lat > a.lat) ? Crossing::right : Crossing::none;
}

}  // namespace

void Box::grow(Position p) {
  min_lon = std::min(min_lon, p.lon);
  min_lat = std::min(min_lat, p.lat);
  max_lon = std::max(max_lon, p.lon);
  max_lat = std::max(max_lat, p.lat);
}

void Box::grow(const Box& other) {
  min_lon = std::min(min_lon, other.min_lon);
  min_lat = std::min(min_lat, other.min_lat);
  max_lon = std::max(max_lon, other.max_lon);
  max_lat = std::max(max_lat, other.max_lat);
}

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::point:
      return "point";
    case Kind::line:
      return "line";
    case Kind::polygon:
      return "polygon";
    case Kind::empty:
      break;
  }
  return "empty";
}

std::size_t GeometryView::parts() const {
  switch (kind) {
    case Kind::point:
      return positions.size();
    case Kind::line:
      return path_ends.size();
    case Kind::polygon:
      return part_ends.size();
    case Kind::empty:
      break;
  }
  return 0;
}

void Geometry::clear() {
  kind = Kind::empty;
  positions.clear();
  path_ends.clear();
  part_ends.clear();
}

Geometry copy(GeometryView view) {
  return {view.kind,
          {view.positions.begin(), view.positions.end()},
          {view.path_ends.begin(), view.path_ends.end()},
          {view.part_ends.begin(), view.part_ends.end()}};
}

Geometry make_point(Position p) { return {Kind::point, {p}, {}, {}}; }

Geometry make_box(const Box& box) {
  if (box.empty()) return {};
  return {Kind::polygon,
          {{box.min_lon, box.min_lat},
           {box.max_lon, box.min_lat},
           {box.max_lon, box.max_lat},
           {box.min_lon, box.max_lat},
           {box.min_lon, box.min_lat}},
          {5},
          {1}};
}

Box box_of(GeometryView view) {
  Box box;
  for (const Position p : view.positions) box.grow(p);
  return box;
}

bool finite(GeometryView view) {
  return std::all_of(view.positions.begin(), view.positions.end(),
                     [](Position p) { return std::isfinite(p.lon) && std::isfinite(p.lat); });
}

Geometry oriented(GeometryView view) {
  if (view.kind != Kind::polygon) return copy(view);
  std::vector<std::vector<Ring>> parts;
  std::size_t first = 0;
  for (const std::uint32_t end : view.part_ends) {
    std::vector<Ring> rings;
    for (std::size_t i = first; i < end; ++i) rings.push_back(canonical_ring(view.path(i), i == first));
    if (rings.size() > 2) std::sort(rings.begin() + 1, rings.end(), ring_less);
    parts.push_back(std::move(rings));
    first = end;
  }
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), ring_less);
  });

  Geometry result{Kind::polygon, {}, {}, {}};
  result.positions.reserve(view.positions.size());
  for (const auto& rings : parts) {
    for (const Ring& ring : rings) {
      result.positions.insert(result.positions.end(), ring.begin(), ring.end());
      result.end_path();
    }
    result.end_part();
  }
  return result;
}

double signed_twice_area(std::span<const Position> ring) {
  if (ring.empty()) return 0;
  const Position origin = ring.front();
  double sum = 0;
  for (std::size_t i = 1; i < ring.size(); ++i) {
    const Position a = ring[i - 1], b = ring[i];
    sum += (a.lon - origin.lon) * (b.lat - origin.lat) - (b.lon - origin.lon) * (a.lat - origin.lat);
  }
  return sum;
}

Position point_on(GeometryView view) {
  if (view.empty()) {
    constexpr double kNowhere = std::numeric_limits<double>::quiet_NaN();
    return {kNowhere, kNowhere};
  }
  switch (view.kind) {
    case Kind::polygon:
      return inside_polygon(view);
    case Kind::line:
      return middle_of_line(view);
    default:
      return view.positions.front();
  }
}

bool wound(GeometryView polygon) {
  std::size_t path = 0;
  for (const std::uint32_t end : polygon.part_ends) {
    for (bool shell = true; path < end; ++path, shell = false) {
      if ((signed_twice_area(polygon.path(path)) > 0) != shell) return false;
    }
  }
  return true;
}

Geometry paths_joined(GeometryView line) {
  const std::size_t paths = line.path_ends.size();
  const auto sooner = [](const std::pair<Position, std::size_t>& a,
                         const std::pair<Position, std::size_t>& b) {
    return a.first == b.first ? a.second < b.second : before(a.first, b.first);
  };
  std::vector<std::pair<Position, std::size_t>> by_begin;
  for (std::size_t i = 0; i < paths; ++i) by_begin.emplace_back(line.path(i).front(), i);
  std::sort(by_begin.begin(), by_begin.end(), sooner);
  std::vector<bool> used(paths, false), follows(paths, false);
  const auto next_of = [&](std::size_t i) -> std::size_t {
    const Position end = line.path(i).back();
    auto at = std::lower_bound(by_begin.begin(), by_begin.end(), std::pair(end, std::size_t{0}), sooner);
    for (; at != by_begin.end() && at->first == end; ++at) {
      if (at->second != i && !used[at->second]) return at->second;
    }
    return paths;
  };
  for (std::size_t i = 0; i < paths; ++i) {
    if (const std::size_t next = next_of(i); next < paths) follows[next] = true;
  }
  Geometry joined{Kind::line, {}, {}, {}};
  // Chains from where nothing ends first, then what is left, which are rings.
  for (const bool rings : {false, true}) {
    for (std::size_t i = 0; i < paths; ++i) {
      if (used[i] || (follows[i] && !rings)) continue;
      for (std::size_t at = i; at < paths; at = next_of(at)) {
        const auto path = line.path(at);
        used[at] = true;
        joined.positions.insert(joined.positions.end(), path.begin() + (at == i ? 0 : 1), path.end());
      }
      joined.end_path();
    }
  }
  return joined;
}

bool covers(GeometryView polygon, Position p) {
  if (polygon.kind != Kind::polygon) return false;
  bool inside = false;
  for (std::size_t i = 0; i < polygon.path_ends.size(); ++i) {
    const auto ring = polygon.path(i);
    for (std::size_t j = 1; j < ring.size(); ++j) {
      switch (ray_crosses(ring[j - 1], ring[j], p)) {
        case Crossing::boundary:
          return true;
        case Crossing::right:
          inside = !inside;
          break;
        case Crossing::none:
          break;
      }
    }
  }
  return inside;
}

}  // namespace caitu::geometry
