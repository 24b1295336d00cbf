#include "analysis/detail/shape.hpp"

#include <cmath>
#include <numbers>

#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::analysis::detail {
namespace {

using geometry::Geometry;
using geometry::GeometryView;
using geometry::Position;

// The CGCS2000 ellipsoid.
constexpr double kAxisM = 6378137;
constexpr double kEccentricity2 = 0.00669438002290079;
constexpr double kRadians = std::numbers::pi / 180;

Geometry part_of(GeometryView polygon, std::size_t part) {
  Geometry single{polygon.kind, {}, {}, {}};
  for (std::size_t i = part == 0 ? 0 : polygon.part_ends[part - 1]; i < polygon.part_ends[part]; ++i) {
    const auto ring = polygon.path(i);
    single.positions.insert(single.positions.end(), ring.begin(), ring.end());
    single.end_path();
  }
  single.end_part();
  return single;
}

bool holds_disc(const Geometry& part, double width_m) {
  // A shape holds a disc as wide as its mean width, so the costly question is put to odd ones only.
  if (2 * geometry::area_m2(part) >= width_m * outline_m(part)) return true;
  Geometry metres = part;
  const Position origin = part.positions.front();
  const LocalMetres local(origin.lat);
  for (Position& p : metres.positions) p = {local.x(p.lon - origin.lon), local.y(p.lat - origin.lat)};
  return geometry::holds_disc(metres, width_m / 2);
}

void append(Geometry& all, const Geometry& part) {
  const auto before = static_cast<std::uint32_t>(all.positions.size());
  all.kind = part.kind;
  all.positions.insert(all.positions.end(), part.positions.begin(), part.positions.end());
  for (const std::uint32_t end : part.path_ends) all.path_ends.push_back(before + end);
  all.end_part();
}

}  // namespace

LocalMetres::LocalMetres(double lat) {
  const double sine = std::sin(lat * kRadians), cosine = std::cos(lat * kRadians);
  const double w = 1 - kEccentricity2 * sine * sine;
  lon_m_ = kRadians * kAxisM / std::sqrt(w) * cosine;
  lat_m_ = kRadians * kAxisM * (1 - kEccentricity2) / (w * std::sqrt(w));
}

double LocalMetres::distance(Position a, Position b) const {
  const double east = x(b.lon - a.lon), north = y(b.lat - a.lat);
  return std::sqrt(east * east + north * north);
}

geometry::Box LocalMetres::grown(const geometry::Box& box, double by_m) const {
  const double lon = by_m / lon_m_, lat = by_m / lat_m_;
  return {box.min_lon - lon, box.min_lat - lat, box.max_lon + lon, box.max_lat + lat};
}

double outline_m(GeometryView polygon) {
  double length = 0;
  for (std::size_t i = 0; i < polygon.path_ends.size(); ++i) {
    const auto ring = polygon.path(i);
    if (ring.empty()) continue;
    const LocalMetres local(ring.front().lat);
    for (std::size_t j = 1; j < ring.size(); ++j) length += local.distance(ring[j - 1], ring[j]);
  }
  return length;
}

ByWidth by_width(GeometryView polygon, double width_m) {
  ByWidth parts;
  for (std::size_t part = 0; part < polygon.part_ends.size(); ++part) {
    Geometry single = part_of(polygon, part);
    if (holds_disc(single, width_m)) {
      append(parts.wide, single);
    } else {
      parts.narrow.push_back(std::move(single));
    }
  }
  return parts;
}

}  // namespace caitu::analysis::detail
