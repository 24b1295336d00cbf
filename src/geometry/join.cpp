#include "geometry/join.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "geometry/detail/faces.hpp"
#include "geometry/detail/geos_overlay.hpp"
#include "geometry/detail/segments.hpp"
#include "geometry/ops.hpp"

namespace caitu::geometry {
namespace {

using detail::Stretch;
using Ring = std::vector<Position>;

/// The seam that an edge lies on.
const Seam* seam_of(std::span<const Seam> seams, Position from, Position to) {
  const auto at =
      std::ranges::find_if(seams, [&](const Seam& seam) { return seam.holds(from) && seam.holds(to); });
  return at == seams.end() ? nullptr : &*at;
}

/// How often the parts' borders run along each place of one seam, upward less downward: 0 where land lies on
/// both sides.
class SeamBorders {
 public:
  void add(double from, double to) {
    const int direction = from < to ? 1 : -1;
    turns_[std::min(from, to)] += direction;
    turns_[std::max(from, to)] -= direction;
  }
  /// Appends what is left of them, two positions each, in the direction in which they run.
  void append_left(const Seam& seam, std::vector<Position>& positions) const {
    const auto place = [&](double along) {
      return seam.meridian ? Position{seam.at, along} : Position{along, seam.at};
    };
    int runs = 0;
    double before = 0;
    for (const auto& [along, turn] : turns_) {
      for (int i = 0; i < std::abs(runs); ++i) {
        positions.push_back(place(runs > 0 ? before : along));
        positions.push_back(place(runs > 0 ? along : before));
      }
      runs += turn;
      before = along;
    }
  }

 private:
  std::map<double, int> turns_;
};

/// A ring as its stretches off the seams; what runs on them goes to `borders`.
void part_ring(std::span<const Position> ring, std::span<const Seam> seams, std::vector<Position>& turned,
               std::vector<std::pair<std::size_t, std::size_t>>& stretches,
               std::map<const Seam*, SeamBorders>& borders) {
  const std::size_t edges = ring.size() - 1;
  std::size_t first = edges;  // an edge that follows one on a seam
  bool any = false;
  for (std::size_t i = 0; i < edges; ++i) {
    const Seam* seam = seam_of(seams, ring[i], ring[i + 1]);
    if (seam == nullptr) continue;
    borders[seam].add(seam->along(ring[i]), seam->along(ring[i + 1]));
    any = true;
    first = (i + 1) % edges;
  }
  if (!any) first = 0;
  bool open = false;
  for (std::size_t k = 0; k < edges; ++k) {
    const std::size_t i = (first + k) % edges;
    if (any && seam_of(seams, ring[i], ring[i + 1]) != nullptr) {
      open = false;
      continue;
    }
    if (!open) {
      stretches.emplace_back(turned.size(), 0);
      turned.push_back(ring[i]);
      open = true;
    }
    turned.push_back(ring[i + 1]);
    stretches.back().second = turned.size();
  }
}

/// Whether a place on a seam is there only because an edge from `before` to `after` was divided.
bool is_of_seam(Position before, Position at, Position after, std::span<const Seam> seams, double same) {
  const bool on_seam = std::ranges::any_of(seams, [&](const Seam& seam) { return seam.holds(at); });
  return on_seam && std::abs(detail::turn(before, after, at)) <= same * detail::length(before, after);
}

Ring without_places_of_seams(std::span<const Position> ring, std::span<const Seam> seams, double same) {
  Ring kept;
  const std::size_t corners = ring.size() - 1;
  for (std::size_t i = 0; i < corners; ++i) {
    const Position before = kept.empty() ? ring[(i + corners - 1) % corners] : kept.back();
    if (!is_of_seam(before, ring[i], ring[i + 1], seams, same)) kept.push_back(ring[i]);
  }
  if (!kept.empty()) kept.push_back(kept.front());
  return kept;
}

/// Keeps a ring as it is when too little would be left.
Geometry without_places_of_seams(const Geometry& land, std::span<const Seam> seams) {
  const double same = detail::margin_of(box_of(land)).same;
  Geometry cleaned{land.kind, {}, {}, land.part_ends};
  for (std::size_t path = 0; path < land.path_ends.size(); ++path) {
    const auto ring = land.view().path(path);
    const Ring kept = without_places_of_seams(ring, seams, same);
    if (kept.size() > 3) {
      cleaned.positions.insert(cleaned.positions.end(), kept.begin(), kept.end());
    } else {
      cleaned.positions.insert(cleaned.positions.end(), ring.begin(), ring.end());
    }
    cleaned.end_path();
  }
  return cleaned;
}

/// All parts as one geometry, whatever they do to each other.
template <typename Parts>
Geometry beside_each_other(const Parts& parts) {
  Geometry all{Kind::polygon, {}, {}, {}};
  for (const GeometryView part : parts) {
    const auto positions = static_cast<std::uint32_t>(all.positions.size());
    const auto paths = static_cast<std::uint32_t>(all.path_ends.size());
    all.positions.insert(all.positions.end(), part.positions.begin(), part.positions.end());
    for (const std::uint32_t end : part.path_ends) all.path_ends.push_back(positions + end);
    for (const std::uint32_t end : part.part_ends) all.part_ends.push_back(paths + end);
  }
  return all;
}

template <typename Parts>
Geometry united_by_geos(const Parts& parts) {
  const detail::Geom members = detail::to_geos(beside_each_other(parts));
  return oriented(detail::from_geos(*detail::union_of(members.get()).geom, Kind::polygon));
}

/// A side of a ring, from its lesser end on when it is not `turned`.
struct Side {
  Position low, high;
  bool turned = false;

  bool same_ends(const Side& other) const { return low == other.low && high == other.high; }
};

bool lesser(const Side& a, const Side& b) {
  if (a.low != b.low) return before(a.low, b.low);
  if (a.high != b.high) return before(a.high, b.high);
  return a.turned < b.turned;
}

void append_sides(GeometryView land, std::vector<Side>& sides) {
  for (std::size_t path = 0; path < land.path_ends.size(); ++path) {
    const auto ring = land.path(path);
    for (std::size_t i = 1; i < ring.size(); ++i) {
      const bool turned = before(ring[i], ring[i - 1]);
      sides.push_back({turned ? ring[i] : ring[i - 1], turned ? ring[i - 1] : ring[i], turned});
    }
  }
}

/// Two positions for each side that is left when those that run both ways have been taken off.
std::vector<Position> unpaired(std::vector<Side> sides) {
  std::sort(sides.begin(), sides.end(), lesser);
  std::vector<Position> edges;
  for (std::size_t first = 0, last = 0; first < sides.size(); first = last) {
    std::ptrdiff_t runs = 0;
    for (; last < sides.size() && sides[last].same_ends(sides[first]); ++last)
      runs += sides[last].turned ? -1 : 1;
    const Side& side = sides[first];
    for (; runs > 0; --runs) edges.insert(edges.end(), {side.low, side.high});
    for (; runs < 0; ++runs) edges.insert(edges.end(), {side.high, side.low});
  }
  return edges;
}

}  // namespace

std::optional<Geometry> land_left_of(std::span<const Position> edges) {
  std::vector<Stretch> boundary;
  boundary.reserve(edges.size() / 2);
  for (std::size_t i = 0; i + 1 < edges.size(); i += 2) boundary.push_back({edges.subspan(i, 2), false});
  const auto land = detail::land_within(boundary, true);
  if (!land || flaw_of(*land)) return std::nullopt;
  return oriented(*land);
}

Geometry united(std::span<const GeometryView> parts) {
  std::vector<Side> sides;
  for (const GeometryView part : parts) {
    if (wound(part)) {
      append_sides(part, sides);
    } else {
      append_sides(oriented(part), sides);
    }
  }
  if (sides.empty()) return {};
  if (auto land = land_left_of(unpaired(std::move(sides)))) return std::move(*land);
  return united_by_geos(parts);
}

Geometry joined(std::span<const Geometry> parts, std::span<const Seam> seams) {
  if (parts.empty()) return {};
  std::vector<Position> positions;
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  std::map<const Seam*, SeamBorders> borders;
  for (const Geometry& part : parts) {
    for (std::size_t path = 0; path < part.path_ends.size(); ++path)
      part_ring(part.view().path(path), seams, positions, ranges, borders);
  }
  for (const Seam& seam : seams) {
    const auto of_seam = borders.find(&seam);
    if (of_seam == borders.end()) continue;
    const std::size_t first = positions.size();
    of_seam->second.append_left(seam, positions);
    for (std::size_t at = first; at < positions.size(); at += 2) ranges.emplace_back(at, at + 2);
  }
  std::vector<Stretch> boundary;
  for (const auto& [first, last] : ranges)
    boundary.push_back({std::span(positions).subspan(first, last - first), false});
  const auto land = detail::land_within(boundary, true);
  if (land) {
    Geometry cleaned = without_places_of_seams(*land, seams);
    if (!flaw_of(cleaned)) return oriented(cleaned);
  }
  // Parts that do not meet bit for bit, because GEOS cut one of them on its grid.
  return united_by_geos(parts);
}

}  // namespace caitu::geometry
