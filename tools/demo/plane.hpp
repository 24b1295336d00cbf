#pragma once

#include <optional>
#include <span>
#include <vector>

#include "random.hpp"

namespace caitu::demo {

/// Metres east and north of kOriginEast, kOriginNorth in EPSG:4527, on a grid of 0.1 mm (the customary
/// resolution).
struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};
using Path = std::vector<Point>;

inline constexpr double kOriginEast = 39'400'000;
inline constexpr double kOriginNorth = 4'400'000;
inline constexpr double kPi = 3.14159265358979323846;

/// The nearest point of the 0.1 mm grid.
Point on_grid(Point p);

inline Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(double f, Point p) { return {f * p.x, f * p.y}; }
inline double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }
inline double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
double distance(Point a, Point b);
double distance_to_segment(Point p, Point a, Point b);
/// Where ab and cd cross, as shares of ab and cd; nullopt when they do not or run parallel.
struct Crossing {
  double on_first, on_second;
};
std::optional<Crossing> crossing(Point a, Point b, Point c, Point d);

/// Signed area of an open ring (the first point is not repeated), positive when counter-clockwise.
double ring_area(std::span<const Point> ring);
/// 4π·area/perimeter²: 1 for a circle, near 0 for a sliver.
double roundness(std::span<const Point> ring);
Point ring_centroid(std::span<const Point> ring);
bool inside(std::span<const Point> ring, Point p);
/// True when the whole ring can be seen from `centre`: a copy shrunk towards it stays inside.
bool star_shaped(std::span<const Point> ring, Point centre);

/// How far a ring reaches along a direction and across it, and where its middle lies on both.
struct Extent {
  double along, across, middle_along, middle_across;
};
Extent extent(std::span<const Point> ring, double angle);
/// Direction of a ring's longer axis by its second moments.
double long_axis(std::span<const Point> ring);

/// A line that bends as lanes and field borders do.
struct Bends {
  double spacing = 60;      ///< between vertices, m
  double amplitude = 0;     ///< of the long waves, m
  double wavelength = 500;  ///< of the long waves, m
  double jitter = 0.3;      ///< of each vertex, m
};
Path bending_line(Point middle, double angle, double half_length, const Bends& bends, Random& random);
/// A path beside another at a distance, positive to its left. For gently bending paths.
Path beside(const Path& path, double to_left);
/// A smooth path through all the knots, with a vertex every `spacing` metres or so.
Path smooth(const Path& knots, double spacing);

}  // namespace caitu::demo
