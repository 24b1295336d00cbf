#include "subdivision.hpp"

#include <algorithm>
#include <cmath>

namespace caitu::demo {

Subdivision::Subdivision(std::span<const Point> ring, Border border)
    : border_(border), points_(ring.begin(), ring.end()) {
  const Edge count = static_cast<Edge>(ring.size());
  for (Edge i = 0; i < count; ++i) {
    const Edge after = (i + 1) % count, before = (i + count - 1) % count;
    edges_.push_back({i, 2 * after, 2 * before, 0});
    edges_.push_back({after, 2 * before + 1, 2 * after + 1, kOutside});
  }
  first_edge_.push_back(0);
}

std::vector<Subdivision::Vertex> Subdivision::ring(Face face) const {
  std::vector<Vertex> result;
  const Edge start = first_edge(face);
  Edge e = start;
  do {
    result.push_back(origin(e));
    e = next(e);
  } while (e != start);
  return result;
}

Path Subdivision::path(Face face) const {
  Path result;
  const Edge start = first_edge(face);
  Edge e = start;
  do {
    result.push_back(from(e));
    e = next(e);
  } while (e != start);
  return result;
}

double Subdivision::area(Face face) const { return ring_area(path(face)); }

std::vector<Subdivision::Hit> Subdivision::hits(Face face, const Path& path) const {
  std::vector<Hit> found;
  const Edge start = first_edge(face);
  Edge e = start;
  do {
    const Point a = from(e), b = to(e);
    const double west = std::min(a.x, b.x), east = std::max(a.x, b.x);
    const double south = std::min(a.y, b.y), north = std::max(a.y, b.y);
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const Point p = path[i], q = path[i + 1];
      if (std::max(p.x, q.x) < west || std::min(p.x, q.x) > east || std::max(p.y, q.y) < south ||
          std::min(p.y, q.y) > north) {
        continue;
      }
      if (const auto c = crossing(p, q, a, b)) {
        found.push_back({static_cast<double>(i) + c->on_first, e, c->on_second, p + c->on_first * (q - p)});
      }
    }
    e = next(e);
  } while (e != start);
  std::sort(found.begin(), found.end(), [](const Hit& x, const Hit& y) { return x.along < y.along; });
  return found;
}

Subdivision::End Subdivision::end_at(const Hit& hit, double snap) const {
  const double length = distance(from(hit.edge), to(hit.edge));
  const double before = hit.share * length, after = length - before;
  if (frozen(hit.edge)) snap = length;
  if (before <= snap && before <= after) return {hit.edge, true, from(hit.edge)};
  if (after <= snap) return {next(hit.edge), true, to(hit.edge)};
  return {hit.edge, false, on_grid(hit.at)};
}

std::optional<Subdivision::Plan> Subdivision::plan(Face face, const Path& path, const Rules& rules) const {
  const std::vector<Hit> found = hits(face, path);
  if (found.size() < 2 || found.size() % 2 != 0) return std::nullopt;
  const double middle = static_cast<double>(path.size() - 1) / 2;
  std::size_t chosen = found.size();
  double longest = 0;
  for (std::size_t i = 0; i < found.size(); i += 2) {
    const double length = found[i + 1].along - found[i].along;
    const bool fits = rules.anywhere || (found[i].along < middle && middle < found[i + 1].along);
    if (!fits || length <= longest) continue;
    longest = length;
    chosen = i;
  }
  if (chosen == found.size()) return std::nullopt;

  const Hit &first = found[chosen], &last = found[chosen + 1];
  Plan plan{end_at(first, rules.snap), end_at(last, rules.snap), {}};
  if (plan.from.edge == plan.to.edge || plan.from.at == plan.to.at) return std::nullopt;
  // A vertex just beside an end would make a kink there.
  const double near_from = 0.3 + rules.snap + 1.3 * distance(first.at, plan.from.at);
  const double near_to = 0.3 + rules.snap + 1.3 * distance(last.at, plan.to.at);
  for (std::size_t i = static_cast<std::size_t>(first.along) + 1; static_cast<double>(i) < last.along; ++i) {
    if (distance(path[i], plan.from.at) > near_from && distance(path[i], plan.to.at) > near_to) {
      plan.inner.push_back(on_grid(path[i]));
    }
  }
  if (!clear_of_borders(face, plan, rules.clearance) || !leaves_enough(plan, rules)) return std::nullopt;
  return plan;
}

bool Subdivision::clear_of_borders(Face face, const Plan& plan, double clearance) const {
  Path line{plan.from.at};
  line.insert(line.end(), plan.inner.begin(), plan.inner.end());
  line.push_back(plan.to.at);
  const auto meets = [this](const End& end, Edge e) {
    return end.at_origin ? from(e) == end.at || to(e) == end.at : e == end.edge;
  };
  const Edge start = first_edge(face);
  Edge e = start;
  do {
    const Point a = from(e), b = to(e);
    const double west = std::min(a.x, b.x) - clearance, east = std::max(a.x, b.x) + clearance;
    const double south = std::min(a.y, b.y) - clearance, north = std::max(a.y, b.y) + clearance;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const Point p = line[i], q = line[i + 1];
      if (std::max(p.x, q.x) < west || std::min(p.x, q.x) > east || std::max(p.y, q.y) < south ||
          std::min(p.y, q.y) > north) {
        continue;
      }
      const bool at_first = i == 0, at_last = i + 2 == line.size();
      if ((at_first && meets(plan.from, e)) || (at_last && meets(plan.to, e))) continue;
      if (crossing(p, q, a, b)) return false;
      if (!at_first && distance_to_segment(p, a, b) < clearance) return false;
      if (!at_last && distance_to_segment(q, a, b) < clearance) return false;
      if (!at_first && !at_last && distance_to_segment(a, p, q) < clearance) return false;
    }
    e = next(e);
  } while (e != start);
  return true;
}

bool Subdivision::leaves_enough(const Plan& plan, const Rules& rules) const {
  // Left of the path: along it, then on the border from its end back to its beginning.
  Path left{plan.from.at}, right;
  left.insert(left.end(), plan.inner.begin(), plan.inner.end());
  right.assign(left.rbegin(), left.rend());
  right.insert(right.begin(), plan.to.at);
  left.push_back(plan.to.at);
  for (Edge e = next(plan.to.edge); e != plan.from.edge; e = next(e)) left.push_back(from(e));
  if (!plan.from.at_origin) left.push_back(from(plan.from.edge));
  for (Edge e = next(plan.from.edge); e != plan.to.edge; e = next(e)) right.push_back(from(e));
  if (!plan.to.at_origin) right.push_back(from(plan.to.edge));
  const auto enough = [](const Path& ring, double area, double least) {
    return ring_area(ring) >= area && roundness(ring) >= least;
  };
  return enough(left, rules.left_area, rules.left_roundness) &&
         enough(right, rules.right_area, rules.right_roundness);
}

Subdivision::Vertex Subdivision::add_point(Point p) {
  points_.push_back(p);
  return static_cast<Vertex>(points_.size() - 1);
}

Subdivision::Edge Subdivision::split(Edge edge, Point p) {
  const Vertex middle = add_point(p);
  const Edge twin = edge ^ 1, rest = static_cast<Edge>(edges_.size()), rest_twin = rest ^ 1;
  edges_.push_back({middle, half(edge).next, edge, half(edge).face});
  edges_.push_back({half(twin).origin, twin, half(twin).prev, half(twin).face});
  half(half(edge).next).prev = rest;
  half(half(twin).prev).next = rest_twin;
  half(edge).next = rest;
  half(twin).prev = rest_twin;
  half(twin).origin = middle;
  return rest;
}

Subdivision::Face Subdivision::apply(Face face, const Plan& plan) {
  const Edge begin = plan.from.at_origin ? plan.from.edge : split(plan.from.edge, plan.from.at);
  const Edge end = plan.to.at_origin ? plan.to.edge : split(plan.to.edge, plan.to.at);
  const Face left = static_cast<Face>(first_edge_.size());
  const Edge before_begin = half(begin).prev, before_end = half(end).prev;
  Edge forward = before_begin, backward = begin;
  Vertex at_vertex = origin(begin);
  for (std::size_t i = 0; i <= plan.inner.size(); ++i) {
    const Vertex to_vertex = i == plan.inner.size() ? origin(end) : add_point(plan.inner[i]);
    const Edge e = static_cast<Edge>(edges_.size());
    edges_.push_back({at_vertex, -1, forward, left});
    edges_.push_back({to_vertex, backward, -1, face});
    half(forward).next = e;
    half(backward).prev = e ^ 1;
    forward = e;
    backward = e ^ 1;
    at_vertex = to_vertex;
  }
  half(forward).next = end;
  half(end).prev = forward;
  half(before_end).next = backward;
  half(backward).prev = before_end;
  for (Edge e = end; half(e).face == face; e = next(e)) half(e).face = left;
  first_edge_.push_back(forward);
  first_edge_[static_cast<std::size_t>(face)] = backward;
  return left;
}

std::optional<Subdivision::Face> Subdivision::cut(Face face, const Path& path, const Rules& rules) {
  const auto planned = plan(face, path, rules);
  if (!planned) return std::nullopt;
  return apply(face, *planned);
}

std::optional<Subdivision::Strip> Subdivision::cut_strip(Face face, const Path& centre, double width,
                                                         const Rules& rules) {
  const Path left_side = beside(centre, width / 2), right_side = beside(centre, -width / 2);
  Rules tight = rules;
  tight.snap = std::min(rules.snap, width / 3);
  tight.clearance = std::min(rules.clearance, width / 3);
  const auto first = plan(face, left_side, tight);
  if (!first) return std::nullopt;
  Rules beyond = tight;
  beyond.left_area = 0;
  beyond.left_roundness = 0;
  if (!plan(face, right_side, tight)) return std::nullopt;
  const Face left = apply(face, *first);
  const auto second = plan(face, right_side, beyond);
  if (!second) return Strip{left, face, kOutside};
  return Strip{left, face, apply(face, *second)};
}

}  // namespace caitu::demo
