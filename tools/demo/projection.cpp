#include "projection.hpp"

#include <cmath>

#include "geometry/crs.hpp"

namespace caitu::demo {
namespace {

constexpr const char* kPlane = "EPSG:4527";

std::vector<geometry::Position> transformed(std::vector<geometry::Position> positions,
                                            const geometry::Crs& from, const geometry::Crs& to) {
  geometry::Transform(from, to).apply(positions);
  return positions;
}

}  // namespace

std::vector<geometry::Position> projected(std::span<const geometry::Position> degrees, const char* crs) {
  auto result =
      transformed({degrees.begin(), degrees.end()}, geometry::Crs::cgcs2000(), geometry::Crs::parse(crs));
  for (auto& p : result) p = {std::round(p.lon * 1e4) / 1e4, std::round(p.lat * 1e4) / 1e4};
  return result;
}

std::vector<geometry::Position> unprojected(std::span<const geometry::Position> metres, const char* crs) {
  return transformed({metres.begin(), metres.end()}, geometry::Crs::parse(crs), geometry::Crs::cgcs2000());
}

std::vector<Point> to_plane(std::span<const LonLat> places) {
  std::vector<geometry::Position> positions;
  for (const LonLat p : places) positions.push_back({p.lon, p.lat});
  return to_plane(positions);
}

std::vector<Point> to_plane(std::span<const geometry::Position> degrees) {
  std::vector<geometry::Position> metres(degrees.begin(), degrees.end());
  thread_local const geometry::Transform transform(geometry::Crs::cgcs2000(), geometry::Crs::parse(kPlane));
  transform.apply(metres);
  std::vector<Point> result;
  for (const auto p : metres) result.push_back(on_grid({p.lon - kOriginEast, p.lat - kOriginNorth}));
  return result;
}

geometry::Position as_written(Point p) {
  // Whole tenths of a millimetre are exact in a double, so that neighbours write the same number.
  return {(std::round(p.x * 1e4) + kOriginEast * 1e4) / 1e4,
          (std::round(p.y * 1e4) + kOriginNorth * 1e4) / 1e4};
}

std::vector<geometry::Position> to_degrees(std::span<const Point> points) {
  std::vector<geometry::Position> metres;
  metres.reserve(points.size());
  for (const Point p : points) metres.push_back(as_written(p));
  // Called for every greenhouse: PROJ's objects are made once a thread.
  thread_local const geometry::Transform transform(geometry::Crs::parse(kPlane), geometry::Crs::cgcs2000());
  transform.apply(metres);
  return metres;
}

geometry::Geometry polygon(std::span<const geometry::Position> ring) {
  geometry::Geometry result;
  result.kind = geometry::Kind::polygon;
  result.positions.assign(ring.begin(), ring.end());
  result.positions.push_back(ring.front());
  result.end_path();
  result.end_part();
  return result;
}

}  // namespace caitu::demo
