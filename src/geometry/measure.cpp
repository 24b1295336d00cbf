#include "geometry/measure.hpp"

#include <geodesic.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caitu::geometry {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kRadian = kPi / 180;

// CGCS2000 (GB/T 30168 takes the GRS 80 flattening).
constexpr double kA = 6378137.0;
constexpr double kF = 1 / 298.257222101;
constexpr double kB = kA * (1 - kF);
constexpr double kE2 = kF * (2 - kF);

double meridian_radius(double sin_lat) {
  const double w2 = 1 - kE2 * sin_lat * sin_lat;
  return kA * (1 - kE2) / (w2 * std::sqrt(w2));
}

double parallel_radius(double sin_lat, double cos_lat) {
  return kA * cos_lat / std::sqrt(1 - kE2 * sin_lat * sin_lat);
}

/// M·N·cos B: the land in one square radian of (L, B) at latitude B.
double density(double lat) {
  const double s = std::sin(lat);
  const double w2 = 1 - kE2 * s * s;
  return kA * kA * (1 - kE2) * std::cos(lat) / (w2 * w2);
}

/// The density as Σ coefficient·cos((2k+1)B), and from it the terms of its Taylor polynomials: terms[n][k] is
/// what cos or sin of (2k+1)B is multiplied with in the n-th coefficient. Six harmonics hold a double.
struct Density {
  static constexpr int kHarmonics = 6;
  static constexpr int kMaxOrder = 7;
  std::array<std::array<double, kHarmonics>, kMaxOrder + 1> terms{};

  Density() {
    constexpr int kSamples =
        32;  // a trapezium rule over the period is exact to rounding for so smooth a function
    for (int k = 0; k < kHarmonics; ++k) {
      const double m = 2 * k + 1;
      double sum = 0;
      for (int j = 0; j < kSamples; ++j) {
        const double lat = 2 * kPi * (j + 0.5) / kSamples;
        sum += density(lat) * std::cos(m * lat);
      }
      double term = 2 * sum / kSamples;
      for (int n = 0; n <= kMaxOrder; ++n) {
        // The signs of the derivatives of a cosine: cos, -sin, -cos, sin.
        terms[n][k] = n % 4 == 1 || n % 4 == 2 ? -term : term;
        term *= m / (n + 1);
      }
    }
  }

  template <int Order>
  std::array<double, Order + 1> taylor(double lat) const {
    const double sin1 = std::sin(lat), cos1 = std::cos(lat);
    const double sin2 = 2 * sin1 * cos1, cos2 = (cos1 - sin1) * (cos1 + sin1);
    std::array<double, Order + 1> result{};
    double s = sin1, c = cos1;
    for (int k = 0; k < kHarmonics; ++k) {
      for (int n = 0; n <= Order; ++n) result[n] += terms[n][k] * (n % 2 == 0 ? c : s);
      const double next = s * cos2 + c * sin2;
      c = c * cos2 - s * sin2;
      s = next;
    }
    return result;
  }
};

const Density& density_series() {
  static const Density series;
  return series;
}

struct Node {
  double at, weight;
};

/// Gauss–Legendre on [0, 1]; N points are exact up to degree 2 N − 1.
template <int Points>
constexpr std::array<Node, Points> gauss();
template <>
constexpr std::array<Node, 3> gauss<3>() {
  return {{{0.11270166537925831148, 5.0 / 18}, {0.5, 8.0 / 18}, {0.88729833462074168852, 5.0 / 18}}};
}
template <>
constexpr std::array<Node, 5> gauss<5>() {
  return {{{0.04691007703066800360, 0.11846344252809454376},
           {0.23076534494715845448, 0.23931433524968323402},
           {0.5, 64.0 / 225},
           {0.76923465505284154552, 0.23931433524968323402},
           {0.95308992296933199640, 0.11846344252809454376}}};
}

/// ∫ l·f(b) db along a path, l and b in radians from the origin. Differences of two near longitudes are exact
/// in floating point, so the reference costs no precision, and where it lies on a ring the sum cancels
/// nothing.
template <int Points, typename Function>
double path_integral(std::span<const Position> ring, Position origin, Function f) {
  constexpr auto kNodes = gauss<Points>();
  double sum = 0, l0 = (ring.front().lon - origin.lon) * kRadian,
         b0 = (ring.front().lat - origin.lat) * kRadian;
  for (std::size_t i = 1; i < ring.size(); ++i) {
    const double l1 = (ring[i].lon - origin.lon) * kRadian;
    const double b1 = (ring[i].lat - origin.lat) * kRadian;
    const double dl = l1 - l0, db = b1 - b0;
    double edge = 0;
    for (const Node node : kNodes) edge += node.weight * (l0 + node.at * dl) * f(b0 + node.at * db);
    sum += edge * db;
    l0 = l1;
    b0 = b1;
  }
  return sum;
}

/// The density as a polynomial of `Order` about the origin's latitude. Degree Order + 1 is within what
/// the rule of `Points` integrates exactly.
template <int Order, int Points>
double small_path(std::span<const Position> path, Position origin) {
  static_assert(Order + 1 <= 2 * Points - 1);
  const auto c = density_series().taylor<Order>(origin.lat * kRadian);
  return path_integral<Points>(path, origin, [&c](double b) {
    double value = c[Order];
    for (int n = Order - 1; n >= 0; --n) value = value * b + c[n];
    return value;
  });
}

/// Edges over more than 14° of latitude are taken in pieces, which keeps the rule's error below rounding.
double large_path(std::span<const Position> ring, Position origin) {
  constexpr double kLongest = 14.0;
  std::vector<Position> pieces{ring.front()};
  for (std::size_t i = 1; i < ring.size(); ++i) {
    const Position a = ring[i - 1], b = ring[i];
    const double count = std::ceil(std::abs(b.lat - a.lat) / kLongest);
    for (double j = 1; j < count; ++j) {
      const double t = j / count;
      pieces.push_back({a.lon + (b.lon - a.lon) * t, a.lat + (b.lat - a.lat) * t});
    }
    pieces.push_back(b);
  }
  const double lat0 = origin.lat * kRadian;
  return path_integral<5>(pieces, origin, [lat0](double b) { return density(lat0 + b); });
}

/// Σ |shell| − Σ |hole| of `ring_area` over all rings.
template <typename RingArea>
double polygon_area(GeometryView geometry, RingArea ring_area) {
  if (geometry.kind != Kind::polygon) return 0;
  double total = 0;
  std::size_t path = 0;
  for (const std::uint32_t end : geometry.part_ends) {
    for (bool shell = true; path < end; ++path, shell = false) {
      const double area = std::abs(ring_area(geometry.path(path)));
      total += shell ? area : -area;
    }
  }
  return total;
}

/// The survey's series, its coefficients in powers of e² up to the fourth.
struct SurveySeries {
  static constexpr double kE4 = kE2 * kE2, kE6 = kE4 * kE2, kE8 = kE4 * kE4;
  static constexpr std::array<double, 5> kTerms{
      1 + 3.0 / 6 * kE2 + 30.0 / 80 * kE4 + 35.0 / 112 * kE6 + 630.0 / 2304 * kE8,
      -(1.0 / 6 * kE2 + 15.0 / 80 * kE4 + 21.0 / 112 * kE6 + 420.0 / 2304 * kE8),
      3.0 / 80 * kE4 + 7.0 / 112 * kE6 + 180.0 / 2304 * kE8,
      -(1.0 / 112 * kE6 + 45.0 / 2304 * kE8),
      5.0 / 2304 * kE8,
  };

  /// Σ ± term·sin((2k+1)·half)·cos((2k+1)·middle), the multiples by the angle-sum recurrence.
  static double band(double half, double middle) {
    double s = std::sin(half), c = std::cos(middle);
    const double twice_cos_half = 2 - 4 * s * s, twice_cos_middle = 4 * c * c - 2;
    double s_before = -s, c_before = c, sum = 0;
    for (const double term : kTerms) {
      sum += term * s * c;
      const double s_next = twice_cos_half * s - s_before, c_next = twice_cos_middle * c - c_before;
      s_before = s;
      c_before = c;
      s = s_next;
      c = c_next;
    }
    return sum;
  }
};

double survey_ring_area(std::span<const Position> ring) {
  if (ring.empty()) return 0;
  const double meridian = ring.front().lon;
  double sum = 0;
  for (std::size_t i = 1; i < ring.size(); ++i) {
    const Position p = ring[i - 1], q = ring[i];
    const double dl = ((p.lon - meridian) + (q.lon - meridian)) / 2 * kRadian;
    sum += dl * SurveySeries::band((q.lat - p.lat) / 2 * kRadian, (p.lat + q.lat) / 2 * kRadian);
  }
  return 2 * kB * kB * sum;
}

const geod_geodesic& ellipsoid() {
  static const geod_geodesic value = [] {
    geod_geodesic g;
    geod_init(&g, kA, kF);
    return g;
  }();
  return value;
}

/// The least geodesic distance from one place to edges that are straight in (L, B). A flat metric at the
/// place is right to `bend_`·d², which rules out most edges; on the others the foot is found by Newton's
/// method on the ellipsoid.
class Nearest {
 public:
  explicit Nearest(Position from) : from_(from) {
    const double s = std::sin(from.lat * kRadian), c = std::cos(from.lat * kRadian);
    east_ = parallel_radius(s, c) * kRadian;
    north_ = meridian_radius(s) * kRadian;
    bend_ = (0.2 + std::abs(s / c)) / kB;
  }

  struct Foot {
    double at = 0;        ///< along the edge, 0 to 1
    double distance = 0;  ///< in m by the flat metric
  };
  Foot flat(Position a, Position b) const {
    const double ax = (a.lon - from_.lon) * east_, ay = (a.lat - from_.lat) * north_;
    const double dx = (b.lon - a.lon) * east_, dy = (b.lat - a.lat) * north_;
    const double length2 = dx * dx + dy * dy;
    const double at = length2 > 0 ? std::clamp(-(ax * dx + ay * dy) / length2, 0.0, 1.0) : 0;
    return {at, std::hypot(ax + at * dx, ay + at * dy)};
  }
  /// What the true distance cannot be below.
  double least(double flat_distance) const {
    return flat_distance * (1 - std::min(0.5, bend_ * flat_distance));
  }

  double refined(Position a, Position b, double at) const {
    constexpr double kStill = 1e-4;  // m along the edge; the distance is then wrong by far less
    const double dl = (b.lon - a.lon) * kRadian, db = (b.lat - a.lat) * kRadian;
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0; round < 10; ++round) {
      const Position q{a.lon + (b.lon - a.lon) * at, a.lat + (b.lat - a.lat) * at};
      double distance = 0, azimuth = 0;
      geod_inverse(&ellipsoid(), from_.lat, from_.lon, q.lat, q.lon, &distance, nullptr, &azimuth);
      best = std::min(best, distance);
      const double s = std::sin(q.lat * kRadian), c = std::cos(q.lat * kRadian);
      const double east = dl * parallel_radius(s, c), north = db * meridian_radius(s);
      const double length2 = east * east + north * north;
      if (!(length2 > 0)) break;
      const double along = east * std::sin(azimuth * kRadian) + north * std::cos(azimuth * kRadian);
      const double next = std::clamp(at - distance * along / length2, 0.0, 1.0);
      if (std::abs(next - at) * std::sqrt(length2) < kStill) break;
      at = next;
    }
    return best;
  }

 private:
  Position from_;
  double east_, north_, bend_;
};

/// Calls `visit(a, b)` for every edge; a point is an edge of no length.
template <typename Visit>
void each_edge(GeometryView geometry, Visit visit) {
  if (geometry.kind == Kind::point) {
    for (const Position p : geometry.positions) visit(p, p);
    return;
  }
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i) {
    const auto path = geometry.path(i);
    for (std::size_t j = 1; j < path.size(); ++j) visit(path[j - 1], path[j]);
  }
}

}  // namespace

double area_beside_m2(std::span<const Position> path, Position origin) {
  // Largest latitude differences from the origin, in degrees, up to which the polynomials hold a double.
  constexpr double kCubic = 0.014, kSeventh = 1.4;
  if (path.empty()) return 0;
  double reach = 0;
  for (const Position p : path) reach = std::max(reach, std::abs(p.lat - origin.lat));
  if (reach <= kCubic) return small_path<3, 3>(path, origin);
  if (reach <= kSeventh) return small_path<7, 5>(path, origin);
  return std::isfinite(reach) ? large_path(path, origin) : std::numeric_limits<double>::quiet_NaN();
}

double ring_area_m2(std::span<const Position> ring) {
  return ring.empty() ? 0 : area_beside_m2(ring, ring.front());
}

double area_m2(GeometryView geometry) { return polygon_area(geometry, ring_area_m2); }

double survey_area_m2(GeometryView geometry) {
  return std::round(polygon_area(geometry, survey_ring_area) * 100) / 100;
}

double distance_m(Position a, Position b) {
  double distance = 0;
  geod_inverse(&ellipsoid(), a.lat, a.lon, b.lat, b.lon, &distance, nullptr, nullptr);
  return distance;
}

double length_m(GeometryView geometry) {
  double total = 0;
  if (geometry.kind == Kind::point) return total;
  each_edge(geometry, [&total](Position a, Position b) { total += distance_m(a, b); });
  return total;
}

namespace {

/// Along an edge that is straight in (L, B), not along the geodesic between its ends: so it adds up when the
/// edge is divided.
double edge_m(Position a, Position b) {
  const double l = (b.lon - a.lon) * kRadian, db = (b.lat - a.lat) * kRadian;
  double sum = 0;
  for (const Node node : gauss<5>()) {
    const double lat = a.lat * kRadian + node.at * db, sin_lat = std::sin(lat);
    sum +=
        node.weight * std::hypot(parallel_radius(sin_lat, std::cos(lat)) * l, meridian_radius(sin_lat) * db);
  }
  return sum;
}

}  // namespace

double measure(GeometryView geometry) {
  switch (geometry.kind) {
    case Kind::polygon:
      return area_m2(geometry);
    case Kind::line: {
      double total = 0;
      each_edge(geometry, [&total](Position a, Position b) { total += edge_m(a, b); });
      return total;
    }
    case Kind::point:
      return static_cast<double>(geometry.positions.size());
    case Kind::empty:
      break;
  }
  return 0;
}

double distance_m(Position from, GeometryView to) {
  if (covers(to, from)) return 0;
  const Nearest nearest(from);
  double best_flat = std::numeric_limits<double>::infinity(), best = best_flat;
  Position a{}, b{};
  double at = 0;
  each_edge(to, [&](Position p, Position q) {
    const auto foot = nearest.flat(p, q);
    if (foot.distance >= best_flat) return;
    best_flat = foot.distance;
    at = foot.at;
    a = p;
    b = q;
  });
  if (!std::isfinite(best_flat)) return best;
  best = nearest.refined(a, b, at);
  each_edge(to, [&](Position p, Position q) {
    const auto foot = nearest.flat(p, q);
    if (nearest.least(foot.distance) < best && !(p == a && q == b)) {
      best = std::min(best, nearest.refined(p, q, foot.at));
    }
  });
  return best;
}

Box box_around(Position centre, double radius_m) {
  // With R the least radius of curvature within reach, nothing on the ellipsoid is farther in (L, B) than the
  // same distance goes on a sphere of radius R.
  radius_m += 1e-6;  // what rounding could take away
  const double lat = centre.lat * kRadian;
  const double coarse = radius_m / meridian_radius(0);
  const double nearest_equator = std::max(0.0, std::abs(lat) - coarse);
  const double reach = radius_m / meridian_radius(std::sin(nearest_equator));
  const double north = reach / kRadian;
  Box box{-180, std::max(-90.0, centre.lat - north), 180, std::min(90.0, centre.lat + north)};
  if (std::abs(lat) + reach < kPi / 2) {
    const double east = std::asin(std::sin(reach) / std::cos(lat)) / kRadian;
    if (centre.lon - east >= -180 && centre.lon + east <= 180) {
      box.min_lon = centre.lon - east;
      box.max_lon = centre.lon + east;
    }
  }
  return box;
}

}  // namespace caitu::geometry
