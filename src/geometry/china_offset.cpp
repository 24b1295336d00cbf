#include "geometry/china_offset.hpp"

#include <cmath>
#include <numbers>
#include <string>

namespace caitu::geometry {
namespace {

constexpr double kPi = std::numbers::pi;

// Krassovsky 1940, which the published GCJ-02 formula uses to turn its offsets from metres into degrees.
constexpr double kSemiMajor = 6378245.0;
constexpr double kEccentricity2 = 0.00669342162296594323;

// The rectangle in which the published formula offsets at all.
constexpr Box kChina{72.004, 0.8293, 137.8347, 55.8271};

/// Two waves of amplitudes a, b and half-turns f, g a degree, in the formula's common proportion.
double waves(double a, double f, double b, double g, double x) {
  return (a * std::sin(f * kPi * x) + b * std::sin(g * kPi * x)) * 2.0 / 3.0;
}

/// The GCJ-02 offset in degrees at a WGS 84 position, as if all the world were China.
Position gcj_offset(Position p) {
  const double x = p.lon - 105.0, y = p.lat - 35.0;
  const double root = std::sqrt(std::abs(x));
  const double common = waves(20, 6, 20, 2, x);
  const double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common +
                      waves(20, 1, 40, 1.0 / 3, x) + waves(150, 1.0 / 12, 300, 1.0 / 30, x);
  const double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common +
                       waves(20, 1, 40, 1.0 / 3, y) + waves(160, 1.0 / 12, 320, 1.0 / 30, y);
  const double latitude = p.lat * kPi / 180;
  const double w2 = 1 - kEccentricity2 * std::sin(latitude) * std::sin(latitude);
  const double w = std::sqrt(w2);
  const double prime_vertical = kSemiMajor / w;
  const double meridian = kSemiMajor * (1 - kEccentricity2) / (w2 * w);
  return {east * 180 / (prime_vertical * std::cos(latitude) * kPi), north * 180 / (meridian * kPi)};
}

Position bd_offset(Position gcj) {
  constexpr double kStep = kPi * 3000.0 / 180.0;
  const double radius = std::hypot(gcj.lon, gcj.lat) + 0.00002 * std::sin(gcj.lat * kStep);
  const double angle = std::atan2(gcj.lat, gcj.lon) + 0.000003 * std::cos(gcj.lon * kStep);
  return {radius * std::cos(angle) + 0.0065 - gcj.lon, radius * std::sin(angle) + 0.006 - gcj.lat};
}

/// The position that `offset` moves to `moved`. Both offsets change by less than 3 % of a step, so each round
/// gains more than a digit and a half; twenty are more than doubles can hold.
template <typename Offset>
Position undo(Position moved, Offset offset) {
  constexpr double kEnough = 1e-13;
  Position p = moved;
  for (int round = 0; round < 20; ++round) {
    const Position by = offset(p);
    const Position next{moved.lon - by.lon, moved.lat - by.lat};
    const bool settled = std::abs(next.lon - p.lon) < kEnough && std::abs(next.lat - p.lat) < kEnough;
    p = next;
    if (settled) break;
  }
  return p;
}

Position gcj_from_wgs(Position p) {
  if (!kChina.contains(p)) return p;
  const Position by = gcj_offset(p);
  return {p.lon + by.lon, p.lat + by.lat};
}

Position wgs_from_gcj(Position p) {
  const Position source = undo(p, gcj_offset);
  return kChina.contains(source) ? source : p;
}

Position bd_from_gcj(Position p) {
  const Position by = bd_offset(p);
  return {p.lon + by.lon, p.lat + by.lat};
}

Position gcj_from_bd(Position p) { return undo(p, bd_offset); }

}  // namespace

std::string_view name(Datum datum) {
  switch (datum) {
    case Datum::gcj02:
      return "gcj02";
    case Datum::bd09:
      return "bd09";
    case Datum::cgcs2000:
      break;
  }
  return "cgcs2000";
}

std::optional<Datum> parse_datum(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '-' || c == '_' || c == ' ') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (plain == "cgcs2000" || plain == "wgs84") return Datum::cgcs2000;
  if (plain == "gcj02") return Datum::gcj02;
  if (plain == "bd09") return Datum::bd09;
  return std::nullopt;
}

Position shift(Position p, Datum from, Datum to) {
  if (from == to) return p;
  if (from == Datum::bd09) p = gcj_from_bd(p);
  if (from == Datum::cgcs2000) p = gcj_from_wgs(p);
  if (to == Datum::cgcs2000) return wgs_from_gcj(p);
  return to == Datum::bd09 ? bd_from_gcj(p) : p;
}

void shift(std::span<Position> positions, Datum from, Datum to) {
  for (Position& p : positions) p = shift(p, from, to);
}

}  // namespace caitu::geometry
