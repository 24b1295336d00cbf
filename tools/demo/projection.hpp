#pragma once

#include <span>
#include <vector>

#include "geometry/geometry.hpp"
#include "places.hpp"
#include "plane.hpp"

namespace caitu::demo {

/// Between the plane in which land is made (see Point) and degrees. Any thread.
std::vector<Point> to_plane(std::span<const LonLat> places);
std::vector<Point> to_plane(std::span<const geometry::Position> degrees);
/// The same degrees that an import computes from the eastings and northings written.
std::vector<geometry::Position> to_degrees(std::span<const Point> points);
/// Eastings and northings as written, on the grid of 0.1 mm.
geometry::Position as_written(Point p);

/// Degrees as eastings and northings of a projected CRS such as "EPSG:4526", on the grid of 0.1 mm.
std::vector<geometry::Position> projected(std::span<const geometry::Position> degrees, const char* crs);
/// And back.
std::vector<geometry::Position> unprojected(std::span<const geometry::Position> metres, const char* crs);

/// A polygon of one open ring in degrees.
geometry::Geometry polygon(std::span<const geometry::Position> ring);

}  // namespace caitu::demo
