#include "geometry/detail/faces.hpp"

#include <algorithm>
#include <cmath>

#include "geometry/detail/outline.hpp"

namespace caitu::geometry::detail {
namespace {

using Ring = std::vector<Position>;

struct Direction {
  double x, y;
};

Direction direction(Position from, Position to) { return {to.lon - from.lon, to.lat - from.lat}; }
double cross(Direction a, Direction b) { return a.x * b.y - a.y * b.x; }

/// Turning clockwise from `back`: which half of the circle a direction lies in.
int half(Direction back, Direction d) {
  const double side = cross(back, d);
  if (side < 0) return 0;
  const double ahead = back.x * d.x + back.y * d.y;
  if (side > 0) return 2;
  return ahead < 0 ? 1 : 3;
}

bool sooner_clockwise(Direction back, Direction a, Direction b) {
  const int half_a = half(back, a), half_b = half(back, b);
  return half_a != half_b ? half_a < half_b : cross(a, b) < 0;
}

/// Stretches by the place where they begin, so that each can be followed by the next.
class Following {
 public:
  explicit Following(std::span<const Stretch> all) : all_(all), order_(all.size()), used_(all.size(), false) {
    for (std::uint32_t i = 0; i < order_.size(); ++i) order_[i] = i;
    std::ranges::sort(order_, [this](std::uint32_t a, std::uint32_t b) {
      const Position at = all_[a].first(), other = all_[b].first();
      return at == other ? a < b : before(at, other);
    });
  }

  bool used(std::size_t i) const { return used_[i]; }
  void use(std::size_t i) { used_[i] = true; }
  /// The stretch on which the land to the left of `path` goes on: the next one clockwise at its end.
  std::optional<std::size_t> after(const Stretch& path) const {
    const Position end = path.last();
    auto at =
        std::ranges::lower_bound(order_, end, before, [this](std::uint32_t i) { return all_[i].first(); });
    const Direction back = direction(end, path.at(path.positions.size() - 2));
    std::optional<std::size_t> best;
    for (; at != order_.end() && all_[*at].first() == end; ++at) {
      if (used_[*at]) continue;
      if (!best || sooner_clockwise(back, direction(end, all_[*at].at(1)), direction(end, all_[*best].at(1))))
        best = *at;
    }
    return best;
  }

 private:
  std::span<const Stretch> all_;
  std::vector<std::uint32_t> order_;
  std::vector<bool> used_;
};

void append(Ring& ring, const Stretch& path) {
  for (std::size_t i = ring.empty() ? 0 : 1; i < path.positions.size(); ++i) ring.push_back(path.at(i));
}

/// A closed walk that passes a place twice is two rings that touch there.
void split_where_it_touches(const Ring& walk, std::vector<Ring>& rings) {
  std::vector<std::uint32_t> order(walk.size() - 1);
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return walk[a] == walk[b] ? a < b : before(walk[a], walk[b]);
  });
  const auto twice =
      std::ranges::adjacent_find(order, [&](std::uint32_t a, std::uint32_t b) { return walk[a] == walk[b]; });
  if (twice == order.end()) {
    rings.push_back(walk);
    return;
  }
  const auto from = walk.begin() + *twice, to = walk.begin() + *(twice + 1);
  Ring loop(from, to + 1), rest(walk.begin(), from + 1);
  rest.insert(rest.end(), to + 1, walk.end());
  for (const Ring* part : {&loop, &rest}) {
    if (part->size() > 3) split_where_it_touches(*part, rings);
  }
}

/// Stretches that end wherever another one, or a later part of the same, comes by.
std::vector<Stretch> parted_where_they_touch(std::span<const Stretch> stretches) {
  std::vector<Position> all;
  for (const Stretch& stretch : stretches) {
    const bool closed = stretch.first() == stretch.last();
    all.insert(all.end(), stretch.positions.begin() + (closed ? 1 : 0), stretch.positions.end());
  }
  std::ranges::sort(all, before);
  std::vector<Position> met;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i] == all[i - 1] && (met.empty() || met.back() != all[i])) met.push_back(all[i]);
  }
  std::vector<Stretch> parted;
  for (const Stretch& stretch : stretches) {
    const auto positions = stretch.positions;
    std::size_t from = 0;
    for (std::size_t i = 1; i + 1 < positions.size(); ++i) {
      if (!std::ranges::binary_search(met, positions[i], before)) continue;
      parted.push_back({positions.subspan(from, i - from + 1), stretch.reversed});
      from = i;
    }
    parted.push_back({positions.subspan(from), stretch.reversed});
  }
  return parted;
}

struct Shell {
  Ring ring;
  Box box;
  double twice_area = 0;
  std::vector<Ring> holes;
};

bool lies_within(const Ring& hole, const Shell& shell) {
  const Margin margin = margin_of(shell.box);
  for (std::size_t i = 0; i + 1 < hole.size(); ++i) {
    for (const Position at :
         {hole[i], Position{(hole[i].lon + hole[i + 1].lon) / 2, (hole[i].lat + hole[i + 1].lat) / 2}}) {
      if (!shell.box.contains(at)) return false;
      SideOf side(at, margin.clear);
      for (std::size_t j = 1; j < shell.ring.size(); ++j) side.edge(shell.ring[j - 1], shell.ring[j]);
      if (side.side() != Side::near) return side.side() == Side::inside;
    }
  }
  return false;
}

/// False when a hole lies in no shell.
bool give_holes(std::vector<Shell>& shells, std::vector<Ring>&& holes) {
  for (Ring& hole : holes) {
    Shell* least = nullptr;
    for (Shell& shell : shells) {
      if (least != nullptr && least->twice_area <= shell.twice_area) continue;
      if (lies_within(hole, shell)) least = &shell;
    }
    if (least == nullptr) return false;
    least->holes.push_back(std::move(hole));
  }
  return true;
}

}  // namespace

std::optional<Geometry> land_within(std::span<const Stretch> stretches, bool may_touch) {
  const std::vector<Stretch> parted = may_touch ? parted_where_they_touch(stretches) : std::vector<Stretch>();
  const std::span<const Stretch> boundary = may_touch ? std::span<const Stretch>(parted) : stretches;
  Following following(boundary);
  std::vector<Ring> rings;
  Ring walk;
  for (std::size_t i = 0; i < boundary.size(); ++i) {
    if (following.used(i)) continue;
    walk.clear();
    std::size_t at = i;
    do {
      append(walk, boundary[at]);
      const auto next = following.after(boundary[at]);
      if (!next) return std::nullopt;
      at = *next;
      following.use(at);
    } while (at != i);
    if (walk.size() > 3) split_where_it_touches(walk, rings);
  }

  std::vector<Shell> shells;
  std::vector<Ring> holes;
  for (Ring& ring : rings) {
    const double area = signed_twice_area(ring);
    if (area > 0) {
      Box box;
      for (const Position p : ring) box.grow(p);
      shells.push_back({std::move(ring), box, area, {}});
    } else if (area < 0) {
      holes.push_back(std::move(ring));
    }
  }
  if (shells.empty()) return std::nullopt;
  if (shells.size() == 1) {
    shells.front().holes = std::move(holes);
  } else if (!give_holes(shells, std::move(holes))) {
    return std::nullopt;
  }
  Geometry land{Kind::polygon, {}, {}, {}};
  for (const Shell& shell : shells) {
    land.positions.insert(land.positions.end(), shell.ring.begin(), shell.ring.end());
    land.end_path();
    for (const Ring& hole : shell.holes) {
      land.positions.insert(land.positions.end(), hole.begin(), hole.end());
      land.end_path();
    }
    land.end_part();
  }
  return land;
}

}  // namespace caitu::geometry::detail
