#include "tiles/cutter.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "tiles/mercator.hpp"

namespace caitu::tiles {

using geometry::Box;
using geometry::Position;

namespace {

/// How far the offset of GCJ-02 or BD-09 changes over a distance, at most (BD-09's angle term: 2 %, with some
/// to spare).
constexpr double kOffsetSlope = 0.05;

/// EPSG:4490 box of a tile with its buffer, whose positions are in `frame.datum`.
Box reach_of(const TileFrame& frame) {
  // One unit more, for what is rounded onto the border.
  const Box box = tile_box(frame.address, (frame.buffer + 1.0) / frame.extent);
  if (frame.datum == geometry::Datum::cgcs2000) return box;
  Box moved;
  for (const double lon : {box.min_lon, (box.min_lon + box.max_lon) / 2, box.max_lon})
    for (const double lat : {box.min_lat, (box.min_lat + box.max_lat) / 2, box.max_lat})
      moved.grow(geometry::shift({lon, lat}, frame.datum, geometry::Datum::cgcs2000));
  const double spare = kOffsetSlope * std::max(box.max_lon - box.min_lon, box.max_lat - box.min_lat);
  return {moved.min_lon - spare, moved.min_lat - spare, moved.max_lon + spare, moved.max_lat + spare};
}

std::int64_t cross(TilePoint a, TilePoint b, TilePoint c) {
  return std::int64_t{b.x - a.x} * (c.y - b.y) - std::int64_t{b.y - a.y} * (c.x - b.x);
}
std::int64_t dot(TilePoint a, TilePoint b, TilePoint c) {
  return std::int64_t{b.x - a.x} * (c.x - b.x) + std::int64_t{b.y - a.y} * (c.y - b.y);
}
/// True when the way a → b → c turns back on itself, so that b holds no area.
bool turns_back(TilePoint a, TilePoint b, TilePoint c) { return cross(a, b, c) == 0 && dot(a, b, c) < 0; }

/// Twice the area of a ring of which no point is repeated and none turns back; nullopt for others.
std::optional<std::int64_t> twice_area_of_plain(std::span<const TilePoint> ring) {
  if (ring.size() < 3) return std::nullopt;
  std::int64_t sum = 0;
  TilePoint before = ring[ring.size() - 2], at = ring.back();
  for (const TilePoint next : ring) {
    if (cross(before, at, next) == 0 && dot(before, at, next) <= 0) return std::nullopt;
    sum += std::int64_t{at.x} * next.y - std::int64_t{next.x} * at.y;
    before = at;
    at = next;
  }
  return sum;
}

/// Adds a point to the ring from `begin` to `end`, which has room for it; returns the ring's new end.
TilePoint* add_ring_point(TilePoint* begin, TilePoint* end, TilePoint p) {
  for (; end != begin; --end) {
    if (end[-1] == p) return end;
    if (end - begin < 2 || !turns_back(end[-2], end[-1], p)) break;
  }
  *end = p;
  return end + 1;
}

/// Removes what only closing the ring shows: an end equal to the beginning, and a way back over either.
void close_ring(std::vector<TilePoint>& points, std::size_t begin) {
  while (points.size() - begin >= 2) {
    const TilePoint first = points[begin], second = points[begin + 1], last = points.back();
    const TilePoint before = points[points.size() - 2];
    if (last == first || turns_back(before, last, first))
      points.pop_back();
    else if (turns_back(last, first, second))
      points.erase(points.begin() + static_cast<std::ptrdiff_t>(begin));
    else
      return;
  }
}

std::int64_t twice_area(std::span<const TilePoint> ring) {
  if (ring.size() < 3) return 0;
  std::int64_t sum = 0;
  TilePoint a = ring.back();
  for (const TilePoint b : ring) {
    sum += std::int64_t{a.x} * b.y - std::int64_t{b.x} * a.y;
    a = b;
  }
  return sum;
}

/// Takes out of the ring from `begin` on what is repeated or turns back; returns twice the area of what is
/// left.
std::int64_t tidy_ring(std::vector<TilePoint>& points, std::size_t begin) {
  TilePoint* const ring = points.data() + begin;
  TilePoint* end = ring;
  for (std::size_t i = begin; i < points.size(); ++i) end = add_ring_point(ring, end, points[i]);
  points.resize(begin + static_cast<std::size_t>(end - ring));
  close_ring(points, begin);
  return twice_area(std::span(points).subspan(begin));
}

/// One pass of Sutherland–Hodgman: keeps what has `depth(p)` ≥ 0; `in` is not closed.
template <typename Depth>
void clip_side(const std::vector<Position>& in, std::vector<Position>& out, const Depth& depth) {
  out.clear();
  if (in.empty()) return;
  Position a = in.back();
  double depth_a = depth(a);
  for (const Position b : in) {
    const double depth_b = depth(b);
    if ((depth_a >= 0) != (depth_b >= 0)) {
      const double t = depth_a / (depth_a - depth_b);
      out.push_back({a.lon + t * (b.lon - a.lon), a.lat + t * (b.lat - a.lat)});
    }
    if (depth_b >= 0) out.push_back(b);
    a = b;
    depth_a = depth_b;
  }
}

/// Liang–Barsky for one pair of opposite sides: narrows [from, to] of a segment; false when nothing is left.
bool narrow(double start, double delta, double low, double high, double& from, double& to) {
  if (delta == 0) return start >= low && start <= high;
  const double t_low = (low - start) / delta, t_high = (high - start) / delta;
  from = std::max(from, std::min(t_low, t_high));
  to = std::min(to, std::max(t_low, t_high));
  return from <= to;
}

}  // namespace

Cutter::Cutter(const TileFrame& frame)
    : datum_(frame.datum),
      extent_(frame.extent),
      low_(-static_cast<double>(frame.buffer)),
      high_(static_cast<double>(frame.extent) + frame.buffer),
      reach_(reach_of(frame)) {
  scale_ = std::ldexp(extent_, frame.address.z);
  corner_ = {frame.address.x * extent_, frame.address.y * extent_};
}

Cutter::Place Cutter::project(std::span<const Position> path) {
  if (datum_ != geometry::Datum::cgcs2000) {
    shifted_.assign(path.begin(), path.end());
    geometry::shift(shifted_, geometry::Datum::cgcs2000, datum_);
    path = shifted_;
  }
  units_.resize(path.size());
  const Box box = Mercator::shared().project(path, scale_, corner_, units_.data());
  if (box.min_lon >= low_ && box.max_lon <= high_ && box.min_lat >= low_ && box.max_lat <= high_)
    return Place::inside;
  const bool meets =
      box.min_lon <= high_ && box.max_lon >= low_ && box.min_lat <= high_ && box.max_lat >= low_;
  return meets ? Place::crossing : Place::outside;
}

TilePoint Cutter::quantise(Position unit) const {
  // The bias makes truncation round half up without a call to floor; units on a tile are far above -2^20.
  constexpr double kBias = 1 << 20;
  const auto round = [](double v) { return static_cast<std::int32_t>(v + (kBias + 0.5)) - (1 << 20); };
  return {round(unit.lon), round(unit.lat)};
}

void Cutter::cut(geometry::GeometryView geometry, TileGeometry& out) {
  out.kind = geometry.kind;
  out.points.clear();
  out.path_ends.clear();
  lost_ = Box{};
  switch (geometry.kind) {
    case geometry::Kind::empty:
      return;
    case geometry::Kind::point:
      return cut_points(geometry, out);
    case geometry::Kind::line:
      cut_lines(geometry, out);
      break;
    case geometry::Kind::polygon:
      cut_polygons(geometry, out);
      break;
  }
  if (out.points.empty() && !lost_.empty()) keep_visible(out);
}

void Cutter::cut_points(geometry::GeometryView geometry, TileGeometry& out) {
  if (project(geometry.positions) == Place::outside) return;
  for (const Position unit : units_)
    if (unit.lon >= low_ && unit.lon <= high_ && unit.lat >= low_ && unit.lat <= high_)
      out.points.push_back(quantise(unit));
}

void Cutter::cut_polygons(geometry::GeometryView geometry, TileGeometry& out) {
  std::size_t ring = 0;
  for (const std::uint32_t part_end : geometry.part_ends) {
    bool shell = true, shown = true;
    for (; ring < part_end; ++ring, shell = false) {
      if (!shown) continue;
      const auto path = geometry.path(ring);
      if (path.empty()) continue;
      const Place place = project(path.first(path.size() - 1));
      if (place == Place::crossing) clip_ring();
      const bool added = place != Place::outside && add_ring(out, shell);
      if (shell) shown = added;
    }
  }
}

void Cutter::clip_ring() {
  clip_side(units_, clipped_, [this](Position p) { return p.lon - low_; });
  clip_side(clipped_, units_, [this](Position p) { return high_ - p.lon; });
  clip_side(units_, clipped_, [this](Position p) { return p.lat - low_; });
  clip_side(clipped_, units_, [this](Position p) { return high_ - p.lat; });
}

bool Cutter::add_ring(TileGeometry& out, bool shell) {
  const std::size_t begin = out.points.size();
  out.points.resize(begin + units_.size());
  TilePoint* const ring = out.points.data() + begin;
  std::transform(units_.begin(), units_.end(), ring, [this](Position unit) { return quantise(unit); });
  const auto first = out.points.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto of_plain = twice_area_of_plain({first, out.points.end()});
  const std::int64_t area = of_plain ? *of_plain : tidy_ring(out.points, begin);
  if (area == 0) {
    out.points.resize(begin);
    if (shell)
      for (const Position unit : units_) lost_.grow(unit);
    return false;
  }
  if ((area > 0) != shell) std::reverse(first, out.points.end());
  out.path_ends.push_back(static_cast<std::uint32_t>(out.points.size()));
  return true;
}

void Cutter::cut_lines(geometry::GeometryView geometry, TileGeometry& out) {
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i) {
    const Place place = project(geometry.path(i));
    if (place == Place::outside) continue;
    if (place == Place::crossing) {
      add_segments(out);
      continue;
    }
    const std::size_t begin = out.points.size();
    clipped_.assign(units_.begin(), units_.end());
    for (const Position unit : units_) {
      const TilePoint p = quantise(unit);
      if (out.points.size() == begin || out.points.back() != p) out.points.push_back(p);
    }
    end_line(out, begin);
  }
}

void Cutter::add_segments(TileGeometry& out) {
  std::size_t begin = out.points.size();
  const auto end = [&] {
    if (!clipped_.empty()) end_line(out, begin);
    begin = out.points.size();
    clipped_.clear();
  };
  const auto add = [&](Position unit) {
    clipped_.push_back(unit);
    const TilePoint p = quantise(unit);
    if (out.points.size() == begin || out.points.back() != p) out.points.push_back(p);
  };
  clipped_.clear();
  for (std::size_t i = 1; i < units_.size(); ++i) {
    const Position a = units_[i - 1], b = units_[i];
    const double dx = b.lon - a.lon, dy = b.lat - a.lat;
    double from = 0, to = 1;
    if (!narrow(a.lon, dx, low_, high_, from, to) || !narrow(a.lat, dy, low_, high_, from, to)) {
      end();
      continue;
    }
    if (from > 0) end();
    if (clipped_.empty()) add(from > 0 ? Position{a.lon + from * dx, a.lat + from * dy} : a);
    add(to < 1 ? Position{a.lon + to * dx, a.lat + to * dy} : b);
    if (to < 1) end();
  }
  end();
}

/// Ends the path begun at `begin`, or takes it back when rounding left one point of it; `clipped_` holds what
/// it was.
void Cutter::end_line(TileGeometry& out, std::size_t begin) {
  if (out.points.size() - begin >= 2) {
    out.path_ends.push_back(static_cast<std::uint32_t>(out.points.size()));
    return;
  }
  out.points.resize(begin);
  for (const Position unit : clipped_) lost_.grow(unit);
}

void Cutter::keep_visible(TileGeometry& out) const {
  const Box tile{0, 0, extent_, extent_};
  if (!lost_.intersects(tile)) return;
  const auto middle = [this](double low, double high) {
    const double centre = (std::max(low, 0.0) + std::min(high, extent_)) / 2;
    return static_cast<std::int32_t>(std::min(std::floor(centre), extent_ - 1));
  };
  const std::int32_t x = middle(lost_.min_lon, lost_.max_lon), y = middle(lost_.min_lat, lost_.max_lat);
  if (out.kind == geometry::Kind::line)
    out.points = {{x, y}, {x + 1, y}};
  else
    out.points = {{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}};
  out.path_ends = {static_cast<std::uint32_t>(out.points.size())};
}

}  // namespace caitu::tiles
