#include "plane.hpp"

#include <algorithm>
#include <cmath>

namespace caitu::demo {

Point on_grid(Point p) { return {std::round(p.x * 1e4) / 1e4, std::round(p.y * 1e4) / 1e4}; }

double distance(Point a, Point b) { return std::sqrt(dot(b - a, b - a)); }

double distance_to_segment(Point p, Point a, Point b) {
  const Point ab = b - a;
  const double length2 = dot(ab, ab);
  if (length2 == 0) return distance(p, a);
  return distance(p, a + std::clamp(dot(p - a, ab) / length2, 0.0, 1.0) * ab);
}

std::optional<Crossing> crossing(Point a, Point b, Point c, Point d) {
  const Point ab = b - a, cd = d - c, ac = c - a;
  const double denominator = cross(ab, cd);
  if (denominator == 0) return std::nullopt;
  const double s = cross(ac, cd) / denominator, t = cross(ac, ab) / denominator;
  if (s < 0 || s > 1 || t < 0 || t > 1) return std::nullopt;
  return Crossing{s, t};
}

double ring_area(std::span<const Point> ring) {
  double twice = 0;
  for (std::size_t i = 2; i < ring.size(); ++i) twice += cross(ring[i - 1] - ring[0], ring[i] - ring[0]);
  return twice / 2;
}

double roundness(std::span<const Point> ring) {
  double perimeter = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) perimeter += distance(ring[i], ring[(i + 1) % ring.size()]);
  return 4 * kPi * ring_area(ring) / (perimeter * perimeter);
}

Point ring_centroid(std::span<const Point> ring) {
  const Point origin = ring[0];
  Point sum{};
  double twice = 0;
  for (std::size_t i = 2; i < ring.size(); ++i) {
    const Point a = ring[i - 1] - origin, b = ring[i] - origin;
    const double part = cross(a, b);
    twice += part;
    sum = sum + part * (a + b);
  }
  return twice == 0 ? origin : origin + (1 / (3 * twice)) * sum;
}

bool inside(std::span<const Point> ring, Point p) {
  bool in = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const Point a = ring[i], b = ring[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) in = !in;
  }
  return in;
}

bool star_shaped(std::span<const Point> ring, Point centre) {
  for (std::size_t i = 0; i < ring.size(); ++i) {
    if (cross(ring[i] - centre, ring[(i + 1) % ring.size()] - centre) <= 0) return false;
  }
  return true;
}

Extent extent(std::span<const Point> ring, double angle) {
  const Point axis{std::cos(angle), std::sin(angle)};
  double low_a = 1e300, high_a = -1e300, low_c = 1e300, high_c = -1e300;
  for (const Point p : ring) {
    const double a = dot(axis, p), c = cross(axis, p);
    low_a = std::min(low_a, a);
    high_a = std::max(high_a, a);
    low_c = std::min(low_c, c);
    high_c = std::max(high_c, c);
  }
  return {high_a - low_a, high_c - low_c, (low_a + high_a) / 2, (low_c + high_c) / 2};
}

double long_axis(std::span<const Point> ring) {
  const Point centre = ring_centroid(ring);
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point a = ring[i] - centre, b = ring[(i + 1) % ring.size()] - centre;
    const double part = cross(a, b);
    xx += part * (a.x * a.x + a.x * b.x + b.x * b.x);
    yy += part * (a.y * a.y + a.y * b.y + b.y * b.y);
    xy += part * (a.x * b.y + 2 * a.x * a.y + 2 * b.x * b.y + b.x * a.y) / 2;
  }
  return std::atan2(2 * xy, xx - yy) / 2;
}

Path bending_line(Point middle, double angle, double half_length, const Bends& bends, Random& random) {
  const Point along{std::cos(angle), std::sin(angle)}, left{-along.y, along.x};
  const double wave = 2 * kPi / bends.wavelength;
  const double phase = random.uniform(0, 2 * kPi), phase2 = random.uniform(0, 2 * kPi);
  const int steps = std::max(1, static_cast<int>(half_length / bends.spacing) + 1);
  Path path;
  path.reserve(static_cast<std::size_t>(2 * steps + 1));
  for (int i = -steps; i <= steps; ++i) {
    const double at = i * bends.spacing + (i == 0 ? 0 : random.uniform(-0.2, 0.2) * bends.spacing);
    const double bend = std::sin(at * wave + phase) - std::sin(phase) +
                        0.4 * (std::sin(2.3 * at * wave + phase2) - std::sin(phase2));
    const double aside = bends.amplitude * bend + random.uniform(-bends.jitter, bends.jitter);
    path.push_back(middle + at * along + aside * left);
  }
  return path;
}

Path beside(const Path& path, double to_left) {
  Path result;
  result.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Point before = path[i == 0 ? 0 : i - 1], after = path[i + 1 == path.size() ? i : i + 1];
    const Point way = after - before;
    const double length = std::sqrt(dot(way, way));
    result.push_back(path[i] + (to_left / length) * Point{-way.y, way.x});
  }
  return result;
}

Path smooth(const Path& knots, double spacing) {
  Path path;
  for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
    const Point b = knots[i], c = knots[i + 1];
    // Ends continue straight, so that a road of two knots is a straight one.
    const Point a = i == 0 ? b + (b - c) : knots[i - 1];
    const Point d = i + 2 == knots.size() ? c + (c - b) : knots[i + 2];
    const int steps = std::max(1, static_cast<int>(distance(b, c) / spacing));
    for (int k = 0; k < steps; ++k) {
      const double t = static_cast<double>(k) / steps, t2 = t * t, t3 = t2 * t;
      path.push_back(0.5 * ((2 * t2 - t3 - t) * a + (3 * t3 - 5 * t2 + 2) * b + (4 * t2 - 3 * t3 + t) * c +
                            (t3 - t2) * d));
    }
  }
  path.push_back(knots.back());
  return path;
}

}  // namespace caitu::demo
