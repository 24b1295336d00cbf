#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "geometry/detail/segments.hpp"

namespace caitu::geometry::detail {

/// Where a place lies: `near` when it comes within Margin::clear of the boundary.
enum class Side : unsigned char { outside, inside, near };

/// Adds edges of a polygon one by one and knows then on which side of it a place lies.
class SideOf {
 public:
  SideOf(Position at, double clear) : at_(at), clear_(clear) {}

  void edge(Position a, Position b) {
    const double west = std::min(a.lon, b.lon), east = std::max(a.lon, b.lon);
    if (east < at_.lon - clear_) return;  // wholly to the left: no ray to the right meets it
    const bool astride = (a.lat > at_.lat) != (b.lat > at_.lat);
    if (west > at_.lon + clear_) {
      inside_ ^= astride;
      return;
    }
    if (std::min(a.lat, b.lat) > at_.lat + clear_ || std::max(a.lat, b.lat) < at_.lat - clear_) return;
    const double turned = turn(a, b, at_);
    near_ |= std::abs(turned) <= clear_ * length(a, b);
    inside_ ^= astride && (turned > 0) == (b.lat > a.lat);
  }
  Side side() const { return near_ ? Side::near : inside_ ? Side::inside : Side::outside; }

 private:
  Position at_;
  double clear_;
  bool inside_ = false, near_ = false;
};

/// A polygon with its edges in bands of latitude, so that those near a place are found without a look at the
/// others. Edge i runs from position i to position i + 1. The view must outlive this. Const-shared.
class Outline {
 public:
  explicit Outline(GeometryView polygon);

  const GeometryView& polygon() const { return polygon_; }
  const Box& box() const { return box_; }
  std::size_t edges() const { return polygon_.positions.size() - polygon_.path_ends.size(); }

  /// Calls visit(edge) once for each edge whose box comes within `clear` of `box`; in no useful order.
  /// `clear` is at most a few times the outline's own margin.
  template <typename Visit>
  void near(const Box& box, double clear, Visit visit) const {
    const Box wider{box.min_lon - clear, box.min_lat - clear, box.max_lon + clear, box.max_lat + clear};
    if (!wider.intersects(box_)) return;
    if (begins_.empty()) {
      each_edge(polygon_, [&](std::uint32_t edge) {
        if (meets(edge, wider)) visit(edge);
      });
      return;
    }
    const std::size_t first = band(wider.min_lat), last = band(wider.max_lat);
    for (std::size_t b = first; b <= last; ++b) {
      for (std::uint32_t i = begins_[b]; i < begins_[b + 1]; ++i) {
        const std::uint32_t edge = edges_[i];
        if (meets(edge, wider) && std::max(first_band(edge), first) == b) visit(edge);
      }
    }
  }
  /// `near` when it comes within `clear` of the boundary.
  Side side(Position at, double clear) const;

  template <typename Visit>
  static void each_edge(GeometryView polygon, Visit visit) {
    std::uint32_t begin = 0;
    for (const std::uint32_t end : polygon.path_ends) {
      for (std::uint32_t i = begin; i + 1 < end; ++i) visit(i);
      begin = end;
    }
  }

 private:
  bool meets(std::uint32_t edge, const Box& box) const {
    const Position p = polygon_.positions[edge], q = polygon_.positions[edge + 1];
    return std::min(p.lat, q.lat) <= box.max_lat && std::max(p.lat, q.lat) >= box.min_lat &&
           std::min(p.lon, q.lon) <= box.max_lon && std::max(p.lon, q.lon) >= box.min_lon;
  }
  std::size_t band(double lat) const {
    const double place = (lat - box_.min_lat) * per_degree_;
    return place <= 0 ? 0 : std::min(begins_.size() - 2, static_cast<std::size_t>(place));
  }
  std::size_t first_band(std::uint32_t edge) const {
    return band(std::min(polygon_.positions[edge].lat, polygon_.positions[edge + 1].lat));
  }

  GeometryView polygon_;
  Box box_;
  double per_degree_ = 0;
  /// Edges of band b: edges_[begins_[b]] on to begins_[b + 1]. None where a look at all edges is as quick.
  std::vector<std::uint32_t> begins_, edges_;
};

}  // namespace caitu::geometry::detail
