#include "analysis/detail/arcs.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <tuple>

#include "analysis/detail/node_set.hpp"
#include "analysis/detail/shape.hpp"
#include "base/workers.hpp"
#include "geometry/index.hpp"

namespace caitu::analysis::detail {
namespace {

using geometry::Box;
using geometry::Position;

constexpr std::size_t kEdgesAtOnce = 4096;

struct Ends {
  std::uint32_t from, to;
  bool has(std::uint32_t node) const { return node == from || node == to; }
};

/// A place at which an edge is cut: `along` it, from 0 to 1.
struct Cut {
  std::uint32_t edge;
  double along;
  std::uint32_t node;
};

struct Crossing {
  std::uint32_t first, second;
  double along_first, along_second;
  Position at;
};

/// Where two segments cross, neither at an end of its own.
std::optional<std::pair<double, double>> crossing(Position a, Position b, Position c, Position d) {
  const double abx = b.lon - a.lon, aby = b.lat - a.lat, cdx = d.lon - c.lon, cdy = d.lat - c.lat;
  const double turn = abx * cdy - aby * cdx;
  if (turn == 0) return std::nullopt;
  const double acx = c.lon - a.lon, acy = c.lat - a.lat;
  const double on_ab = (acx * cdy - acy * cdx) / turn, on_cd = (acx * aby - acy * abx) / turn;
  if (on_ab <= 0 || on_ab >= 1 || on_cd <= 0 || on_cd >= 1) return std::nullopt;
  return std::pair(on_ab, on_cd);
}

/// How far along a segment a place lies that is within the tolerance of it and between its ends.
std::optional<double> along(Position a, Position b, Position p, double tolerance_m) {
  const LocalMetres local(a.lat);
  const double x = local.x(b.lon - a.lon), y = local.y(b.lat - a.lat);
  const double px = local.x(p.lon - a.lon), py = local.y(p.lat - a.lat);
  const double squared = x * x + y * y, t = (px * x + py * y) / squared;
  if (!(t > 0 && t < 1)) return std::nullopt;
  const double off = px * y - py * x;
  if (off * off > tolerance_m * tolerance_m * squared) return std::nullopt;
  return t;
}

/// Finds where edges come near each other. Const-shared but for `met`.
class Contacts {
 public:
  struct Found {
    std::vector<Cut> cuts;
    std::vector<Crossing> crossings;
  };

  Contacts(const std::vector<Edge>& edges, const std::vector<Ends>& ends, const std::vector<Position>& nodes,
           double tolerance_m)
      : edges_(edges), ends_(ends), nodes_(nodes), tolerance_m_(tolerance_m), met(edges.size()) {
    boxes_.reserve(edges.size());
    for (const Ends& e : ends) {
      Box box;
      box.grow(nodes[e.from]);
      box.grow(nodes[e.to]);
      boxes_.push_back(box);
    }
    tree_ = geometry::build_tree(boxes_);
  }

  Found of_run(std::size_t run) const {
    Found found;
    const geometry::TreeView tree(boxes_, tree_);
    const std::size_t end = std::min(edges_.size(), (run + 1) * kEdgesAtOnce);
    for (std::size_t e = run * kEdgesAtOnce; e < end; ++e) {
      if (ends_[e].from == ends_[e].to) continue;
      const Box box = LocalMetres(boxes_[e].min_lat).grown(boxes_[e], tolerance_m_);
      tree.query(box, e + 1, [&](std::size_t first, std::size_t last, bool) {
        for (std::size_t f = first; f < last; ++f)
          meet(static_cast<std::uint32_t>(e), static_cast<std::uint32_t>(f), found);
        return true;
      });
    }
    return found;
  }

 private:
  void meet(std::uint32_t e, std::uint32_t f, Found& found) const {
    const Ends a = ends_[e], b = ends_[f];
    if (b.from == b.to) return;
    if (edges_[e].item != edges_[f].item) {
      met[e].store(1, std::memory_order_relaxed);
      met[f].store(1, std::memory_order_relaxed);
    }
    const bool touch =
        cut(e, b.from, found) | cut(e, b.to, found) | cut(f, a.from, found) | cut(f, a.to, found);
    if (touch || a.has(b.from) || a.has(b.to)) return;
    const auto t = crossing(nodes_[a.from], nodes_[a.to], nodes_[b.from], nodes_[b.to]);
    if (!t) return;
    const Position p = nodes_[a.from], q = nodes_[a.to];
    found.crossings.push_back({e,
                               f,
                               t->first,
                               t->second,
                               {p.lon + t->first * (q.lon - p.lon), p.lat + t->first * (q.lat - p.lat)}});
  }

  bool cut(std::uint32_t edge, std::uint32_t node, Found& found) const {
    const Ends e = ends_[edge];
    if (e.has(node)) return false;
    const auto t = along(nodes_[e.from], nodes_[e.to], nodes_[node], tolerance_m_);
    if (t) found.cuts.push_back({edge, *t, node});
    return t.has_value();
  }

  const std::vector<Edge>& edges_;
  const std::vector<Ends>& ends_;
  const std::vector<Position>& nodes_;
  double tolerance_m_;
  std::vector<Box> boxes_, tree_;

 public:
  mutable std::vector<std::atomic<std::uint8_t>> met;  ///< by edge
};

/// A piece of an edge by its ends in order.
struct Piece {
  std::uint32_t low, high, item;
  bool backward, met;
  auto key() const { return std::tuple(low, high, backward, item); }
};

std::vector<Piece> pieces_of(const std::vector<Edge>& edges, const std::vector<Ends>& ends,
                             const std::vector<Cut>& cuts,
                             const std::vector<std::atomic<std::uint8_t>>& met) {
  std::vector<Piece> pieces;
  pieces.reserve(edges.size() + cuts.size());
  auto next = cuts.begin();
  for (std::uint32_t e = 0; e < edges.size(); ++e) {
    const bool near = met[e].load(std::memory_order_relaxed) != 0;
    std::uint32_t from = ends[e].from;
    const auto piece_to = [&](std::uint32_t to) {
      if (from != to)
        pieces.push_back({std::min(from, to), std::max(from, to), edges[e].item, to < from, near});
      from = to;
    };
    for (; next != cuts.end() && next->edge == e; ++next) piece_to(next->node);
    piece_to(ends[e].to);
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.key() < b.key(); });
  return pieces;
}

void add_pairs(std::vector<Piece>::const_iterator first, std::vector<Piece>::const_iterator last,
               std::vector<ItemPair>& pairs) {
  for (auto a = first; a != last; ++a) {
    for (auto b = a + 1; b != last; ++b) {
      if (a->item != b->item) pairs.emplace_back(a->item, b->item);
    }
  }
}

/// One group of pieces between the same two nodes: what is left of it once opposite ones are taken off.
void settle(std::vector<Piece>::const_iterator first, std::vector<Piece>::const_iterator last, Arcs& made) {
  const auto middle = std::find_if(first, last, [](const Piece& p) { return p.backward; });
  add_pairs(first, middle, made.doubled);
  add_pairs(middle, last, made.doubled);
  if (middle - first == last - middle) return;
  const bool backward = middle - first < last - middle;
  const Piece& piece = backward ? *middle : *first;
  const bool met = std::any_of(first, last, [](const Piece& p) { return p.met; });
  made.arcs.push_back(
      {backward ? piece.high : piece.low, backward ? piece.low : piece.high, piece.item, met});
}

Box extent_of(const std::vector<Edge>& edges) {
  Box extent;
  for (const Edge& edge : edges) extent.grow(edge.from);
  return extent;
}

std::vector<Cut> all_cuts(const Contacts& contacts, std::size_t edges, NodeSet& nodes, std::size_t threads,
                          const base::Progress& progress) {
  std::vector<Contacts::Found> found((edges + kEdgesAtOnce - 1) / kEdgesAtOnce);
  base::parallel_for(found.size(), threads, [&](std::size_t run) {
    progress.check();
    found[run] = contacts.of_run(run);
  });
  std::vector<Cut> cuts;
  for (const Contacts::Found& some : found) {
    cuts.insert(cuts.end(), some.cuts.begin(), some.cuts.end());
    for (const Crossing& c : some.crossings) {
      const std::uint32_t node = nodes.node(c.at);
      cuts.push_back({c.first, c.along_first, node});
      cuts.push_back({c.second, c.along_second, node});
    }
  }
  std::sort(cuts.begin(), cuts.end(), [](const Cut& a, const Cut& b) {
    return std::tie(a.edge, a.along, a.node) < std::tie(b.edge, b.along, b.node);
  });
  return cuts;
}

}  // namespace

Arcs noded(const std::vector<Edge>& edges, double tolerance_m, std::size_t threads,
           const base::Progress& progress) {
  NodeSet nodes(tolerance_m, extent_of(edges), edges.size());
  std::vector<Ends> ends;
  ends.reserve(edges.size());
  for (const Edge& edge : edges) {
    const std::uint32_t from = nodes.node(edge.from);
    ends.push_back({from, nodes.node(edge.to)});
  }
  const std::vector<Position> corners = nodes.positions();
  const Contacts contacts(edges, ends, corners, tolerance_m);
  const std::vector<Cut> cuts = all_cuts(contacts, edges.size(), nodes, threads, progress);
  const std::vector<Piece> pieces = pieces_of(edges, ends, cuts, contacts.met);
  Arcs made;
  for (auto first = pieces.begin(); first != pieces.end();) {
    const auto last = std::find_if(
        first, pieces.end(), [&](const Piece& p) { return p.low != first->low || p.high != first->high; });
    settle(first, last, made);
    first = last;
  }
  made.nodes = nodes.positions();
  return made;
}

}  // namespace caitu::analysis::detail
