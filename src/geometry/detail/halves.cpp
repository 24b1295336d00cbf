#include "geometry/detail/halves.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "geometry/detail/faces.hpp"
#include "geometry/measure.hpp"

namespace caitu::geometry::detail {
namespace {

/// A place where one outline meets the other. `along` is 0 at the edge's first position, which is then the
/// place.
struct Node {
  std::uint32_t edge = 0;
  double along = 0;
  Position at;

  friend bool operator<(const Node& a, const Node& b) {
    return a.edge != b.edge ? a.edge < b.edge : a.along < b.along;
  }
};

/// What two outlines are cut into, kept by each thread from call to call.
struct Bench {
  std::vector<std::uint32_t> near;  ///< edges of the zone
  std::vector<Node> land_nodes, zone_nodes;
  std::vector<Position> positions;  ///< of all stretches, end to end
  struct Piece {
    std::uint32_t begin, end;  ///< in `positions`
    bool of_zone = false;
    Side side = Side::outside;  ///< of the other outline
    enum class Shared : unsigned char { no, alike, against } shared = Shared::no;
  };
  std::vector<Piece> pieces;
  std::vector<std::uint32_t> by_ends;  ///< pieces of one edge each, of the zone
  std::vector<Stretch> inside, outside;

  void clear() {
    near.clear();
    land_nodes.clear();
    zone_nodes.clear();
    positions.clear();
    pieces.clear();
    by_ends.clear();
    inside.clear();
    outside.clear();
  }
};

Position middle(Position a, Position b) { return {a.lon + (b.lon - a.lon) / 2, a.lat + (b.lat - a.lat) / 2}; }

class Cut {
 public:
  Cut(const Outline& land, const Outline& zone, Bench& bench)
      : land_outline_(land),
        zone_outline_(zone),
        land_(land.polygon()),
        zone_(zone.polygon()),
        bench_(bench) {
    Box both = land.box();
    both.grow(zone.box());
    margin_ = margin_of(both);
  }

  std::optional<Halves> run() {
    const auto share = parted();
    if (!share) return std::nullopt;
    if (*share != Share::some) return Halves{*share, {}, {}};
    return gathered();
  }

  std::optional<MeasuredHalves> run_measuring() {
    const auto share = parted();
    if (!share) return std::nullopt;
    if (*share != Share::some) return MeasuredHalves{*share, 0};
    return measured();
  }

 private:
  using Piece = Bench::Piece;
  using Shared = Piece::Shared;

  /// Fills the stretches inside and outside, when there are both.
  std::optional<Share> parted() {
    bench_.clear();
    zone_outline_.near(land_outline_.box(), margin_.clear,
                       [this](std::uint32_t edge) { bench_.near.push_back(edge); });
    if (bench_.near.empty()) {
      const Side side = zone_outline_.side(land_.positions.front(), margin_.clear);
      if (side == Side::near) return std::nullopt;
      return side == Side::inside ? Share::all : Share::none;
    }
    std::ranges::sort(bench_.near);  // whatever the bands, the same order
    if (!find_nodes() || !settle(bench_.land_nodes, land_) || !settle(bench_.zone_nodes, zone_))
      return std::nullopt;
    walk_zone();
    walk_land();
    if (!classify()) return std::nullopt;
    return gather();
  }

  bool find_nodes() {
    std::uint32_t begin = 0;
    for (const std::uint32_t end : land_.path_ends) {
      for (std::uint32_t i = begin; i + 1 < end; ++i) {
        if (!meet_edge(i, i + 2 == end ? begin : i + 1)) return false;
      }
      begin = end;
    }
    return true;
  }

  /// `next`: where the edge's second position stands as the first one of an edge.
  bool meet_edge(std::uint32_t edge, std::uint32_t next) {
    constexpr std::size_t kFewPairs = 4096;
    const Position p0 = land_.positions[edge], p1 = land_.positions[edge + 1];
    Box box;
    box.grow(p0);
    box.grow(p1);
    bool clear = true;
    if (bench_.near.size() * land_outline_.edges() > kFewPairs) {
      zone_outline_.near(box, margin_.clear,
                         [&](std::uint32_t other) { clear = clear && meet_edges(edge, next, other); });
      return clear;
    }
    const Box wider{box.min_lon - margin_.clear, box.min_lat - margin_.clear, box.max_lon + margin_.clear,
                    box.max_lat + margin_.clear};
    for (const std::uint32_t other : bench_.near) {
      const Position z0 = zone_.positions[other], z1 = zone_.positions[other + 1];
      if (std::max(z0.lon, z1.lon) < wider.min_lon || std::min(z0.lon, z1.lon) > wider.max_lon ||
          std::max(z0.lat, z1.lat) < wider.min_lat || std::min(z0.lat, z1.lat) > wider.max_lat) {
        continue;
      }
      if (!meet_edges(edge, next, other)) return false;
    }
    return true;
  }

  /// False when what they have in common cannot be told.
  bool meet_edges(std::uint32_t edge, std::uint32_t next, std::uint32_t other) {
    const Meeting met = meet(land_.positions[edge], land_.positions[edge + 1], zone_.positions[other],
                             zone_.positions[other + 1], margin_);
    switch (met.how) {
      case Meeting::How::apart:
        break;
      case Meeting::How::unclear:
        return false;
      case Meeting::How::crossing:
        bench_.land_nodes.push_back({edge, met.along_p, met.at});
        bench_.zone_nodes.push_back({other, met.along_z, met.at});
        break;
      case Meeting::How::touching:
        touch(met, edge, next, other);
    }
    return true;
  }

  void touch(const Meeting& met, std::uint32_t edge, std::uint32_t next, std::uint32_t other) {
    const Position p0 = land_.positions[edge], p1 = land_.positions[edge + 1];
    const Position z0 = zone_.positions[other], z1 = zone_.positions[other + 1];
    const std::uint32_t after = first_of_next(other);
    const auto end_of_land = [&](On on, std::uint32_t vertex, Position at) {
      if (on == On::off) return;
      bench_.land_nodes.push_back({vertex, 0, at});
      if (on == On::between) bench_.zone_nodes.push_back({other, along(z0, z1, at), at});
    };
    const auto end_of_zone = [&](On on, std::uint32_t vertex, Position at) {
      if (on == On::off) return;
      bench_.zone_nodes.push_back({vertex, 0, at});
      if (on == On::between) bench_.land_nodes.push_back({edge, along(p0, p1, at), at});
    };
    end_of_land(met.p0, edge, p0);
    end_of_land(met.p1, next, p1);
    end_of_zone(met.z0, other, z0);
    end_of_zone(met.z1, after, z1);
  }

  /// In a ring the edge that follows.
  std::uint32_t first_of_next(std::uint32_t edge) const {
    const auto ends = zone_.path_ends;
    const auto end = std::ranges::upper_bound(ends, edge);
    if (edge + 2 < *end) return edge + 1;
    return end == ends.begin() ? 0 : *(end - 1);
  }

  /// Nodes in order, each once; false when two on one edge are too near to tell their order.
  bool settle(std::vector<Node>& nodes, GeometryView of) const {
    std::sort(nodes.begin(), nodes.end());
    const auto same = [](const Node& a, const Node& b) { return a.edge == b.edge && a.at == b.at; };
    nodes.erase(std::unique(nodes.begin(), nodes.end(), same), nodes.end());
    for (std::size_t i = 1; i < nodes.size(); ++i) {
      const Node &a = nodes[i - 1], &b = nodes[i];
      if (a.edge != b.edge) continue;
      if ((b.along - a.along) * length(of.positions[a.edge], of.positions[a.edge + 1]) <= margin_.clear)
        return false;
    }
    return true;
  }

  void push(Position p) {
    if (bench_.positions.size() == open_ || bench_.positions.back() != p) bench_.positions.push_back(p);
  }
  void open() { open_ = static_cast<std::uint32_t>(bench_.positions.size()); }
  void close(bool of_zone) {
    const auto end = static_cast<std::uint32_t>(bench_.positions.size());
    bench_.pieces.push_back({open_, end, of_zone});
  }

  /// The ring [begin, end) of an outline from one of its nodes to the next one around.
  void walk(GeometryView outline, std::uint32_t begin, std::uint32_t end, const Node& from, const Node& to) {
    push(from.at);
    const bool around = !(from < to);
    const std::uint32_t last = to.along > 0 ? to.edge + 1 : to.edge;  // one past the last vertex before `to`
    if (around) {
      for (std::uint32_t i = from.edge + 1; i + 1 < end; ++i) push(outline.positions[i]);
      for (std::uint32_t i = begin; i < last; ++i) push(outline.positions[i]);
    } else {
      for (std::uint32_t i = from.edge + 1; i < last; ++i) push(outline.positions[i]);
    }
    push(to.at);
  }

  /// Calls visit(begin, end, nodes) for each ring.
  template <typename Visit>
  static void each_ring(GeometryView outline, const std::vector<Node>& nodes, Visit visit) {
    auto node = nodes.begin();
    std::uint32_t begin = 0;
    for (const std::uint32_t end : outline.path_ends) {
      auto last = node;
      while (last != nodes.end() && last->edge < end) ++last;
      visit(begin, end, std::span(node, last));
      node = last;
      begin = end;
    }
  }

  void walk_land() {
    each_ring(land_, bench_.land_nodes,
              [this](std::uint32_t begin, std::uint32_t end, std::span<const Node> nodes) {
                if (nodes.empty()) {
                  open();
                  for (std::uint32_t i = begin; i < end; ++i) push(land_.positions[i]);
                  close(false);
                }
                for (std::size_t i = 0; i < nodes.size(); ++i) {
                  open();
                  walk(land_, begin, end, nodes[i], nodes[(i + 1) % nodes.size()]);
                  close(false);
                }
              });
  }

  /// Of the zone only what may lie inside the land or along its border: the rest of it may be large.
  void walk_zone() {
    auto near = bench_.near.begin();
    each_ring(zone_, bench_.zone_nodes,
              [&](std::uint32_t begin, std::uint32_t end, std::span<const Node> nodes) {
                const bool met = near != bench_.near.end() && *near < end;
                while (near != bench_.near.end() && *near < end) ++near;
                if (!met) return;
                if (nodes.empty()) {
                  const Position at = zone_.positions[begin];
                  const Side side = land_outline_.side(at, margin_.clear);
                  if (side == Side::outside) return;
                  open();
                  for (std::uint32_t i = begin; i < end; ++i) push(zone_.positions[i]);
                  close(true);
                  bench_.pieces.back().side = side;
                }
                for (std::size_t i = 0; i < nodes.size(); ++i) {
                  const Node &from = nodes[i], &to = nodes[(i + 1) % nodes.size()];
                  const Position next = after(begin, end, from, to);
                  const bool one_edge = next == to.at;
                  const Side side = land_outline_.side(middle(from.at, next), margin_.clear);
                  if (side == Side::outside || (side == Side::near && !one_edge)) {
                    unclear_ |= side == Side::near;
                    continue;
                  }
                  open();
                  walk(zone_, begin, end, from, to);
                  close(true);
                  bench_.pieces.back().side = side;
                }
              });
  }

  /// Where a walk from one node of the zone to the next goes first.
  Position after(std::uint32_t begin, std::uint32_t end, const Node& from, const Node& to) const {
    if (from.edge == to.edge && from < to) return to.at;
    const std::uint32_t next = from.edge + 2 == end ? begin : from.edge + 1;
    return zone_.positions[next];
  }

  std::span<const Position> positions(const Piece& piece) const {
    return std::span(bench_.positions).subspan(piece.begin, piece.end - piece.begin);
  }

  /// Pieces of one edge, by their ends in order of place.
  std::pair<Position, Position> ends(const Piece& piece) const {
    const Position a = bench_.positions[piece.begin], b = bench_.positions[piece.end - 1];
    return before(a, b) ? std::pair(a, b) : std::pair(b, a);
  }
  static bool ends_before(const std::pair<Position, Position>& a, const std::pair<Position, Position>& b) {
    return a.first == b.first ? before(a.second, b.second) : before(a.first, b.first);
  }

  /// On which side of the zone each piece of the land's outline runs, and which run along the zone's own.
  bool classify() {
    if (unclear_) return false;
    std::vector<Piece>& pieces = bench_.pieces;
    for (std::uint32_t i = 0; i < pieces.size(); ++i) {
      if (pieces[i].of_zone && pieces[i].end - pieces[i].begin == 2) bench_.by_ends.push_back(i);
    }
    const auto piece_ends = [&](std::uint32_t i) { return ends(pieces[i]); };
    std::ranges::sort(bench_.by_ends, ends_before, piece_ends);
    for (Piece& piece : pieces) {
      if (piece.of_zone) continue;
      if (piece.end - piece.begin < 2) return false;
      if (piece.end - piece.begin == 2) {
        const auto twin = std::ranges::lower_bound(bench_.by_ends, ends(piece), ends_before, piece_ends);
        if (twin != bench_.by_ends.end() && piece_ends(*twin) == ends(piece)) {
          const bool alike = bench_.positions[pieces[*twin].begin] == bench_.positions[piece.begin];
          piece.shared = pieces[*twin].shared = alike ? Shared::alike : Shared::against;
          continue;
        }
      }
      piece.side = zone_outline_.side(
          middle(bench_.positions[piece.begin], bench_.positions[piece.begin + 1]), margin_.clear);
      if (piece.side == Side::near) return false;
    }
    // A piece of the zone near the land's border that is no piece of it.
    return std::ranges::none_of(
        pieces, [](const Piece& p) { return p.of_zone && p.side == Side::near && p.shared == Shared::no; });
  }

  Share gather() {
    bool inside = false, outside = false;
    for (const Piece& piece : bench_.pieces) {
      const Stretch stretch{positions(piece), false};
      if (piece.of_zone) {
        if (piece.shared != Shared::no) continue;
        bench_.inside.push_back(stretch);
        bench_.outside.push_back({stretch.positions, true});
        inside = outside = true;
      } else if (piece.shared == Shared::alike ||
                 (piece.shared == Shared::no && piece.side == Side::inside)) {
        bench_.inside.push_back(stretch);
        inside = true;
      } else {
        bench_.outside.push_back(stretch);
        outside = true;
      }
    }
    if (!inside) return Share::none;
    return outside ? Share::some : Share::all;
  }

  std::optional<Halves> gathered() const {
    // A ring by itself touches nothing.
    const bool may_touch = land_.path_ends.size() > 1 || zone_.path_ends.size() > 1;
    auto land_inside = land_within(bench_.inside, may_touch);
    auto land_outside = land_within(bench_.outside, may_touch);
    if (!land_inside || !land_outside || !whole(*land_inside, *land_outside)) return std::nullopt;
    return Halves{Share::some, std::move(*land_inside), std::move(*land_outside)};
  }

  /// The land inside by its border alone; nothing when the two borders do not make up the land's.
  std::optional<MeasuredHalves> measured() const {
    const Position origin = land_.positions.front();
    const auto area = [origin](const std::vector<Stretch>& stretches) {
      double sum = 0;
      for (const Stretch& stretch : stretches) {
        const double left = area_beside_m2(stretch.positions, origin);
        sum += stretch.reversed ? -left : left;
      }
      return sum;
    };
    const double inside = area(bench_.inside), whole = inside + area(bench_.outside);
    double land = 0;
    for (std::size_t i = 0; i < land_.path_ends.size(); ++i) land += area_beside_m2(land_.path(i), origin);
    if (std::abs(land - whole) > 1e-9 * land + 1e-5) return std::nullopt;
    return MeasuredHalves{Share::some, inside};
  }

  /// Whether two parts make up the land: a cut that does not close is not trusted.
  bool whole(GeometryView a, GeometryView b) const {
    const auto planar = [](GeometryView polygon) {
      double sum = 0;
      for (std::size_t i = 0; i < polygon.path_ends.size(); ++i) sum += signed_twice_area(polygon.path(i));
      return sum;
    };
    const Box& box = land_outline_.box();
    const double reach = (box.max_lon - box.min_lon) + (box.max_lat - box.min_lat);
    return std::abs(planar(land_) - planar(a) - planar(b)) <= 64 * margin_.same * reach;
  }

  const Outline& land_outline_;
  const Outline& zone_outline_;
  const GeometryView land_, zone_;
  Bench& bench_;
  Margin margin_;
  std::uint32_t open_ = 0;
  bool unclear_ = false;
};

}  // namespace

std::optional<Halves> halves(const Outline& land, const Outline& zone) {
  thread_local Bench bench;
  return Cut(land, zone, bench).run();
}

std::optional<MeasuredHalves> measured_halves(const Outline& land, const Outline& zone) {
  thread_local Bench bench;
  return Cut(land, zone, bench).run_measuring();
}

}  // namespace caitu::geometry::detail
