#include "geometry/detail/segments.hpp"

#include <utility>

namespace caitu::geometry::detail {
namespace {

struct Segment {
  Position a, b;
};

Position at_share(Segment s, double share) {
  // From the nearer end, so that it never lies past the other.
  if (share <= 0.5) return {s.a.lon + share * (s.b.lon - s.a.lon), s.a.lat + share * (s.b.lat - s.a.lat)};
  return {s.b.lon - (1 - share) * (s.b.lon - s.a.lon), s.b.lat - (1 - share) * (s.b.lat - s.a.lat)};
}

/// Where two segments cross, whoever asks: both are taken from their lesser end on, the lesser one first. On
/// one along an axis the place depends on the other one and on that axis alone, so that a line may be cut
/// into any stretches.
Position crossing_of(Segment p, Segment z) {
  if (before(p.b, p.a)) std::swap(p.a, p.b);
  if (before(z.b, z.a)) std::swap(z.a, z.b);
  for (const auto& [axis, other] : {std::pair(p, z), std::pair(z, p)}) {
    if (axis.a.lon == axis.b.lon) {
      const Position at = at_share(other, (axis.a.lon - other.a.lon) / (other.b.lon - other.a.lon));
      return {axis.a.lon, other.a.lat == other.b.lat ? other.a.lat : at.lat};
    }
    if (axis.a.lat == axis.b.lat) {
      const Position at = at_share(other, (axis.a.lat - other.a.lat) / (other.b.lat - other.a.lat));
      return {other.a.lon == other.b.lon ? other.a.lon : at.lon, axis.a.lat};
    }
  }
  if (before(z.a, p.a) || (z.a == p.a && before(z.b, p.b))) std::swap(p, z);
  const double from = turn(z.a, z.b, p.a), to = turn(z.a, z.b, p.b);
  return at_share(p, from / (from - to));
}

/// Where `at`, whose distance from the line a → b is `off`, lies on the segment; `unclear` is set when that
/// cannot be told.
On place_on(Position at, Position a, Position b, double off, double size, Margin margin, bool& unclear) {
  if (at == a) return On::first;
  if (at == b) return On::second;
  if (off > margin.clear) return On::off;
  const double foot = along(a, b, at) * size;
  if (foot < -margin.clear || foot > size + margin.clear) return On::off;
  if (off <= margin.same && foot > margin.clear && foot < size - margin.clear) return On::between;
  unclear = true;
  return On::off;
}

bool apart_along(Position a, Position b, Position c, Position d, double size, double clear) {
  const double least = clear / size, from = along(a, b, c), to = along(a, b, d);
  return std::max(from, to) < -least || std::min(from, to) > 1 + least;
}

}  // namespace

Meeting meet(Position p0, Position p1, Position z0, Position z1, Margin margin) {
  using How = Meeting::How;
  Meeting result;
  const double size_p = length(p0, p1), size_z = length(z0, z1);
  const double least_z = margin.clear * size_z, least_p = margin.clear * size_p;
  const double turn_p0 = turn(z0, z1, p0), turn_p1 = turn(z0, z1, p1);
  if ((turn_p0 > least_z && turn_p1 > least_z) || (turn_p0 < -least_z && turn_p1 < -least_z)) return result;
  const double turn_z0 = turn(p0, p1, z0), turn_z1 = turn(p0, p1, z1);
  if ((turn_z0 > least_p && turn_z1 > least_p) || (turn_z0 < -least_p && turn_z1 < -least_p)) return result;

  const auto clear = [](double a, double b, double least) {
    return std::min(std::abs(a), std::abs(b)) > least;
  };
  if (clear(turn_p0, turn_p1, least_z) && clear(turn_z0, turn_z1, least_p)) {
    result.how = How::crossing;
    result.at = crossing_of({p0, p1}, {z0, z1});
    result.along_p = turn_p0 / (turn_p0 - turn_p1);
    result.along_z = turn_z0 / (turn_z0 - turn_z1);
    return result;
  }

  result.how = How::unclear;
  if (!(size_p > 2 * margin.clear && size_z > 2 * margin.clear)) return result;
  bool unclear = false;
  result.p0 = place_on(p0, z0, z1, std::abs(turn_p0) / size_z, size_z, margin, unclear);
  result.p1 = place_on(p1, z0, z1, std::abs(turn_p1) / size_z, size_z, margin, unclear);
  result.z0 = place_on(z0, p0, p1, std::abs(turn_z0) / size_p, size_p, margin, unclear);
  result.z1 = place_on(z1, p0, p1, std::abs(turn_z1) / size_p, size_p, margin, unclear);
  if (unclear) return result;
  if (result.p0 != On::off || result.p1 != On::off || result.z0 != On::off || result.z1 != On::off) {
    result.how = How::touching;
  } else if (apart_along(p0, p1, z0, z1, size_p, margin.clear) ||
             apart_along(z0, z1, p0, p1, size_z, margin.clear)) {
    result.how = How::apart;
  }
  return result;
}

}  // namespace caitu::geometry::detail
