#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace caitu::geometry {

/// Degrees, EPSG:4490, longitude first; or, inside a source or a tile, whatever plane the function says: x
/// first.
struct Position {
  double lon = 0;
  double lat = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// The order of places: by longitude, then latitude.
inline bool before(Position a, Position b) { return a.lon != b.lon ? a.lon < b.lon : a.lat < b.lat; }

/// Closed on all sides; `Box{}` is empty and grows.
struct Box {
  double min_lon = std::numeric_limits<double>::infinity();
  double min_lat = std::numeric_limits<double>::infinity();
  double max_lon = -std::numeric_limits<double>::infinity();
  double max_lat = -std::numeric_limits<double>::infinity();

  bool empty() const { return min_lon > max_lon || min_lat > max_lat; }
  bool intersects(const Box& other) const {
    return min_lon <= other.max_lon && other.min_lon <= max_lon && min_lat <= other.max_lat &&
           other.min_lat <= max_lat;
  }
  bool contains(const Box& other) const {
    return min_lon <= other.min_lon && other.max_lon <= max_lon && min_lat <= other.min_lat &&
           other.max_lat <= max_lat;
  }
  bool contains(Position p) const {
    return min_lon <= p.lon && p.lon <= max_lon && min_lat <= p.lat && p.lat <= max_lat;
  }
  void grow(Position p);
  void grow(const Box& other);
  friend bool operator==(const Box&, const Box&) = default;
};

enum class Kind : std::uint8_t { empty = 0, point = 1, line = 2, polygon = 3 };
std::string_view name(Kind kind);

/// What every function of this room reads: a geometry that somebody else holds (a Geometry, or a mapped
/// snapshot). Multi-part by nature. A point uses `positions` alone, one each part. A line's parts are paths:
/// `path_ends[i]` is the end of path i in `positions`. A polygon's paths are rings, closed (first = last
/// position), the shell first, then its holes; `part_ends[i]` is the end of part i in `path_ends`. Winding is
/// free until `oriented()`.
struct GeometryView {
  Kind kind = Kind::empty;
  std::span<const Position> positions;
  std::span<const std::uint32_t> path_ends;
  std::span<const std::uint32_t> part_ends;

  bool empty() const { return positions.empty(); }
  std::span<const Position> path(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : path_ends[i - 1];
    return positions.subspan(begin, path_ends[i] - begin);
  }
  std::size_t parts() const;
};

/// A geometry as a plain value; crosses threads freely. 2-D: heights are dropped on the way in, and said.
struct Geometry {
  Kind kind = Kind::empty;
  std::vector<Position> positions;
  std::vector<std::uint32_t> path_ends;
  std::vector<std::uint32_t> part_ends;

  GeometryView view() const { return {kind, positions, path_ends, part_ends}; }
  operator GeometryView() const { return view(); }
  bool empty() const { return positions.empty(); }
  void clear();
  /// Builders: append positions, then end the path (line, ring), then end the part (polygon).
  void end_path() { path_ends.push_back(static_cast<std::uint32_t>(positions.size())); }
  void end_part() { part_ends.push_back(static_cast<std::uint32_t>(path_ends.size())); }
  friend bool operator==(const Geometry&, const Geometry&) = default;
};

Geometry copy(GeometryView view);
Geometry make_point(Position p);
/// A rectangle as a polygon of one ring, counter-clockwise.
Geometry make_box(const Box& box);
Box box_of(GeometryView view);
/// True when every coordinate is finite.
bool finite(GeometryView view);
/// The canonical form, so that equal land has equal bytes: rings closed, shells counter-clockwise and holes
/// clockwise (RFC 7946), each ring begun at its least position (`before`), holes and then
/// parts in the order of their positions, -0 as 0. Needs finite coordinates. Points and lines are copied:
/// their order has a meaning.
Geometry oriented(GeometryView view);
/// Whether the rings of a polygon wind as `oriented` has them.
bool wound(GeometryView polygon);
/// Twice the signed planar area of a ring: positive when counter-clockwise. For winding only, never for land.
double signed_twice_area(std::span<const Position> ring);
/// Where a label or a summary may stand: strictly inside the largest part of a valid polygon (the middle of
/// its widest stretch on a parallel near its middle), half-way along the longest path of a line, or the first
/// point. NaN if empty.
Position point_on(GeometryView view);
/// A line's paths, joined where one ends at the place where another begins; in the order of their first ones.
Geometry paths_joined(GeometryView line);
/// Planar even-odd test with the boundary counted in.
bool covers(GeometryView polygon, Position p);

}  // namespace caitu::geometry
