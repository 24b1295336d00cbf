#pragma once

#include <cstdint>
#include <vector>

#include "geometry/china_offset.hpp"
#include "tiles/grid.hpp"

namespace caitu::tiles {

/// Tile units: (0, 0) is the tile's north-west corner, (extent, extent) the south-east one.
struct TilePoint {
  std::int32_t x = 0, y = 0;
  friend bool operator==(const TilePoint&, const TilePoint&) = default;
};

/// What one feature leaves on one tile. Points use `points` alone. `path_ends[i]` is the end of path i: a
/// line, or a ring (not closed: the first point is not repeated). A shell has positive area by the surveyor's
/// formula in tile units (y down), its holes follow it and have negative area.
struct TileGeometry {
  geometry::Kind kind = geometry::Kind::empty;
  std::vector<TilePoint> points;
  std::vector<std::uint32_t> path_ends;

  bool empty() const { return points.empty(); }
};

/// Which square of which plane a tile shows.
struct TileFrame {
  TileAddress address;
  std::uint32_t extent = 4096;  ///< units along a side
  std::uint32_t buffer = 64;    ///< units shown beyond each side, at least 1
  geometry::Datum datum = geometry::Datum::cgcs2000;
};

/// Cuts geometries to one tile and its buffer and rounds them to tile units, half up.
///
/// Guarantees: a vertex is rounded on the grid of its zoom, not of its tile, so tiles that share it agree. No
/// point is repeated, no ring runs back on itself, no ring has area 0. Nothing vanishes for being small: a
/// polygon (line) of which no ring (path) keeps an extent is shown as one unit square (a line of one unit) in
/// the middle of what lies on the tile. Whatever lies only in the buffer and is that small is left to the
/// neighbour. What it does not do yet: a ring that leaves the tile more than once has edges that coincide
/// along the buffer's border, and rounding may make a narrow ring touch itself. Threads: one.
class Cutter {
 public:
  explicit Cutter(const TileFrame& frame);

  /// EPSG:4490 degrees: everything that can reach the tile or its buffer lies in it.
  const geometry::Box& reach() const { return reach_; }
  /// Replaces `out`; empty when nothing of the geometry lies on the tile or its buffer.
  void cut(geometry::GeometryView geometry, TileGeometry& out);

 private:
  using Path = std::vector<geometry::Position>;

  /// What `project` found about a path, in tile units.
  enum class Place { outside, inside, crossing };
  Place project(std::span<const geometry::Position> path);
  TilePoint quantise(geometry::Position unit) const;
  void cut_points(geometry::GeometryView geometry, TileGeometry& out);
  void cut_lines(geometry::GeometryView geometry, TileGeometry& out);
  void cut_polygons(geometry::GeometryView geometry, TileGeometry& out);
  bool add_ring(TileGeometry& out, bool shell);
  void add_segments(TileGeometry& out);
  void end_line(TileGeometry& out, std::size_t begin);
  void clip_ring();
  void keep_visible(TileGeometry& out) const;

  geometry::Datum datum_;
  double extent_, low_, high_;
  double scale_;               ///< of the unit square to tile units
  geometry::Position corner_;  ///< the tile's north-west, in tile units from the square's
  geometry::Box reach_;
  Path units_, clipped_, shifted_;
  geometry::Box lost_;  ///< of the paths that rounding took away, in tile units
};

}  // namespace caitu::tiles
