#include "fault_shapes.hpp"

#include <algorithm>
#include <cmath>

#include "faults.hpp"
#include "geometry/ops.hpp"

namespace caitu::demo {
namespace {

using geometry::Geometry;
using geometry::Position;

constexpr double kLeastSide = 30;    // m
constexpr double kLeastDepth = 0.5;  // m, of overlaps and gaps
constexpr double kMostDepth = 3;     // m
constexpr double kNothing = 0.01;    // m², what rounding to the grid leaves
constexpr double kTieCrossing =
    5. / 7;  // of a bow-tie's depth: where its sides from 0 to 0.7 and 0.3 to 1 cross

double on_grid(double metres) { return std::round(metres * 1e4) / 1e4; }

/// The point `along` a side from a to b and `inwards` of it, which is to its left.
Position off(Position a, Position b, double along, double inwards) {
  const double x = b.lon - a.lon, y = b.lat - a.lat, length = std::hypot(x, y);
  return {on_grid(a.lon + along * x - inwards * y / length),
          on_grid(a.lat + along * y + inwards * x / length)};
}

double plane_area(const Geometry& g) {
  double area = 0;
  std::size_t path = 0;
  for (const std::uint32_t last : g.part_ends) {
    for (bool shell = true; path < last; ++path, shell = false)
      area += (shell ? 0.5 : -0.5) * std::abs(geometry::signed_twice_area(g.view().path(path)));
  }
  return area;
}

std::vector<Position> open_ring(const Geometry& g) { return {g.positions.begin(), g.positions.end() - 1}; }

Geometry closed(std::vector<Position> ring) {
  Geometry g;
  g.kind = geometry::Kind::polygon;
  g.positions = std::move(ring);
  g.positions.push_back(g.positions.front());
  g.end_path();
  g.end_part();
  return g;
}

Geometry with_points(const Geometry& outline, std::size_t after, std::initializer_list<Position> points) {
  std::vector<Position> ring = open_ring(outline);
  ring.insert(ring.begin() + static_cast<std::ptrdiff_t>(after) + 1, points);
  return closed(std::move(ring));
}

}  // namespace

FaultShapes::FaultShapes(std::vector<DltbRow>& rows, Random& random)
    : rows_(rows), random_(random), taken_(rows.size(), false) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto& ring = rows[row].metres.positions;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i)
      edges_[{ring[i].lon, ring[i].lat, ring[i + 1].lon, ring[i + 1].lat}] = row;
  }
}

/// Nullopt when one of the row's sides borders on nothing.
std::optional<std::vector<std::size_t>> FaultShapes::neighbours(std::size_t row) const {
  std::vector<std::size_t> found;
  const auto& ring = rows_[row].metres.positions;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const auto beyond = edges_.find({ring[i + 1].lon, ring[i + 1].lat, ring[i].lon, ring[i].lat});
    if (beyond == edges_.end()) return std::nullopt;
    found.push_back(beyond->second);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::optional<FaultShapes::Side> FaultShapes::longest_side(std::size_t row) const {
  std::optional<Side> longest;
  const auto& ring = rows_[row].metres.positions;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double length = std::hypot(ring[i + 1].lon - ring[i].lon, ring[i + 1].lat - ring[i].lat);
    const std::size_t beyond = edges_.at({ring[i + 1].lon, ring[i + 1].lat, ring[i].lon, ring[i].lat});
    if (rows_[beyond].width || length < kLeastSide || (longest && longest->length >= length)) continue;
    longest = Side{i, beyond, length};
  }
  return longest;
}

/// True when `shape` has land in common with its neighbours' land only in `allowed`.
bool FaultShapes::keeps_to(std::size_t row, const Geometry& shape, std::size_t allowed) const {
  std::vector<std::size_t> others = *neighbours(row);
  if (const auto further = neighbours(allowed)) others.insert(others.end(), further->begin(), further->end());
  return std::none_of(others.begin(), others.end(), [&](std::size_t other) {
    return other != row && other != allowed &&
           plane_area(geometry::intersection(shape, rows_[other].metres)) > kNothing;
  });
}

/// Moves the middle of a side inwards, or outwards when `depth` is negative.
bool FaultShapes::bulge(std::size_t row, const Side& side, double depth) {
  DltbRow& changed = rows_[row];
  const Position a = changed.metres.positions[side.first], b = changed.metres.positions[side.first + 1];
  Geometry shape = with_points(changed.metres, side.first, {off(a, b, 0.25, depth), off(a, b, 0.75, depth)});
  if (geometry::flaw_of(shape) || !keeps_to(row, shape, side.neighbour)) return false;
  const double moved = 0.75 * side.length * depth;
  const double common = plane_area(geometry::intersection(shape, rows_[side.neighbour].metres));
  if (std::abs(plane_area(shape) - plane_area(changed.metres) + moved) > kNothing) return false;
  if (depth < 0 && std::abs(common + moved) > kNothing) return false;
  changed.metres = std::move(shape);
  changed.measure(changed.metres);
  return true;
}

/// Divides a strip off along a side.
bool FaultShapes::divide_off(std::size_t row, const Side& side) {
  const double depth = random_.uniform(0.4, 0.9);
  const Geometry whole = rows_[row].metres;
  const Position a = whole.positions[side.first], b = whole.positions[side.first + 1];
  if (!bulge(row, side, depth)) return false;
  sliver_ = rows_[row];
  sliver_.metres = closed({a, b, off(a, b, 0.75, depth), off(a, b, 0.25, depth)});
  sliver_.measure(sliver_.metres);
  return true;
}

/// Turns a side into two that cross, as swapped vertices do: the outline from a goes to 0.7 of the side, back
/// to 0.3 and on to b. The triangle below the crossing is the neighbour's from then on.
bool FaultShapes::tie(std::size_t row, const Side& side) {
  DltbRow &changed = rows_[row], &beside = rows_[side.neighbour];
  const Position a = changed.metres.positions[side.first], b = changed.metres.positions[side.first + 1];
  const double depth = random_.uniform(4, 9);
  const Position crossing = off(a, b, 0.5, kTieCrossing * depth);
  Geometry shape = with_points(changed.metres, side.first, {off(a, b, 0.7, depth), off(a, b, 0.3, depth)});
  const std::vector<Position> ring = open_ring(beside.metres);
  const auto at = std::find(ring.begin(), ring.end(), b);
  Geometry larger = with_points(beside.metres, static_cast<std::size_t>(at - ring.begin()), {crossing});
  if (!geometry::flaw_of(shape) || geometry::flaw_of(larger)) return false;
  const Geometry left = geometry::repaired(shape).geometry;
  const double lost = 0.5 * side.length * kTieCrossing * depth;
  if (std::abs(plane_area(left) - plane_area(changed.metres) + lost) > kNothing) return false;
  if (std::abs(plane_area(larger) - plane_area(beside.metres) - lost) > kNothing) return false;
  if (plane_area(geometry::intersection(left, larger)) > kNothing) return false;
  changed.metres = std::move(shape);
  changed.measure(left);
  beside.metres = std::move(larger);
  beside.measure(beside.metres);
  return true;
}

/// Out of a corner and back, without land.
bool FaultShapes::spike(std::size_t row) {
  DltbRow& changed = rows_[row];
  const auto& ring = changed.metres.positions;
  const Position a = ring[0], b = ring[1], c = ring[2];
  const Position out{
      on_grid(b.lon + 0.06 * (b.lon - a.lon) + 0.06 * (b.lon - c.lon) + random_.uniform(1, 2)),
      on_grid(b.lat + 0.06 * (b.lat - a.lat) + 0.06 * (b.lat - c.lat) + random_.uniform(1, 2))};
  Geometry shape = with_points(changed.metres, 1, {out, b});
  if (geometry::covers(changed.metres, out) || !geometry::flaw_of(shape)) return false;
  const Geometry left = geometry::repaired(shape).geometry;
  if (std::abs(plane_area(left) - plane_area(changed.metres)) > 1e-6) return false;
  changed.metres = std::move(shape);
  return true;
}

bool FaultShapes::apply(std::string_view kind, std::size_t row, const Side& side) {
  const double depth = on_grid(random_.uniform(kLeastDepth, kMostDepth));
  if (kind == fault::kOverlap) return bulge(row, side, -depth);
  if (kind == fault::kGap) return bulge(row, side, depth);
  if (kind == fault::kSliver) return divide_off(row, side);
  if (kind == fault::kSelfIntersection) return tie(row, side);
  if (kind == fault::kSpike) return spike(row);
  Geometry& shape = rows_[row].metres;
  shape = with_points(shape, side.first, {shape.positions[side.first]});
  return true;
}

bool FaultShapes::plant(std::string_view kind, std::size_t row) {
  if (taken_[row] || rows_[row].width) return false;
  const auto beside = neighbours(row);
  if (!beside || std::any_of(beside->begin(), beside->end(), [&](std::size_t n) { return taken_[n]; }))
    return false;
  const auto side = longest_side(row);
  if (!side || !apply(kind, row, *side)) return false;
  taken_[row] = true;
  for (const std::size_t other : *beside) taken_[other] = true;
  return true;
}

}  // namespace caitu::demo
