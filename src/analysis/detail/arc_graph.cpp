#include "analysis/detail/arc_graph.hpp"

#include <algorithm>
#include <cmath>

namespace caitu::analysis::detail {
namespace {

/// Arcs by one of their ends.
void group(const Arcs& arcs, std::uint32_t Arc::*end, std::vector<std::uint32_t>& begins,
           std::vector<std::uint32_t>& grouped) {
  begins.assign(arcs.nodes.size() + 1, 0);
  for (const Arc& arc : arcs.arcs) ++begins[arc.*end + 1];
  for (std::size_t node = 1; node < begins.size(); ++node) begins[node] += begins[node - 1];
  std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
  grouped.resize(arcs.arcs.size());
  for (std::uint32_t i = 0; i < arcs.arcs.size(); ++i) grouped[next[arcs.arcs[i].*end]++] = i;
}

}  // namespace

ArcGraph::ArcGraph(const Arcs& arcs) : arcs_(arcs), next_(arcs.arcs.size(), kNone) {
  group(arcs, &Arc::from, out_begins_, out_);
  group(arcs, &Arc::to, in_begins_, in_);
  for (std::uint32_t node = 0; node < arcs.nodes.size(); ++node) link_node(node);
}

bool ArcGraph::plain(std::uint32_t node) const {
  return out_begins_[node + 1] - out_begins_[node] == 1 && in_begins_[node + 1] - in_begins_[node] == 1;
}

void ArcGraph::link_node(std::uint32_t node) {
  if (plain(node)) {
    next_[in_[in_begins_[node]]] = out_[out_begins_[node]];
    return;
  }
  struct Ray {
    double angle;
    bool leaves;
    std::uint32_t arc;
  };
  std::vector<Ray> rays;
  const auto ray = [&](std::uint32_t arc, std::uint32_t other, bool leaves) {
    const geometry::Position a = arcs_.nodes[node], b = arcs_.nodes[other];
    rays.push_back({std::atan2(b.lat - a.lat, b.lon - a.lon), leaves, arc});
  };
  for (std::uint32_t i = out_begins_[node]; i < out_begins_[node + 1]; ++i)
    ray(out_[i], arcs_.arcs[out_[i]].to, true);
  for (std::uint32_t i = in_begins_[node]; i < in_begins_[node + 1]; ++i)
    ray(in_[i], arcs_.arcs[in_[i]].from, false);
  std::sort(rays.begin(), rays.end(), [](const Ray& a, const Ray& b) { return a.angle < b.angle; });
  // Seen from the node, what lies to the right of an arc that arrives comes counter-clockwise after it.
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const Ray& after = rays[(i + 1) % rays.size()];
    if (!rays[i].leaves && after.leaves) next_[rays[i].arc] = after.arc;
  }
}

void ArcGraph::each_chain(const std::function<void(const Walk&)>& chain) const {
  std::vector<bool> seen(arcs_.arcs.size(), false);
  Walk walk;
  const auto from = [&](std::uint32_t arc) {
    walk.clear();
    while (!seen[arc]) {
      seen[arc] = true;
      walk.push_back(arc);
      const std::uint32_t node = arcs_.arcs[arc].to;
      if (!plain(node)) break;
      arc = out_[out_begins_[node]];
    }
    chain(walk);
  };
  for (std::uint32_t arc = 0; arc < arcs_.arcs.size(); ++arc) {
    if (!plain(arcs_.arcs[arc].from)) from(arc);
  }
  for (std::uint32_t arc = 0; arc < arcs_.arcs.size(); ++arc) {
    if (!seen[arc]) from(arc);
  }
}

std::vector<ArcGraph::Walk> ArcGraph::right_rings() const {
  std::vector<Walk> rings;
  std::vector<bool> seen(arcs_.arcs.size(), false);
  for (std::uint32_t start = 0; start < arcs_.arcs.size(); ++start) {
    Walk walk;
    std::uint32_t arc = start;
    while (arc != kNone && !seen[arc]) {
      seen[arc] = true;
      walk.push_back(arc);
      arc = next_[arc];
    }
    if (!walk.empty() && arc == start) rings.push_back(std::move(walk));
  }
  return rings;
}

}  // namespace caitu::analysis::detail
