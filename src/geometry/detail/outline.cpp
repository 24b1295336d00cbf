#include "geometry/detail/outline.hpp"

#include <cmath>

namespace caitu::geometry::detail {
namespace {

constexpr std::size_t kFewEdges = 24;     // up to here bands cost more than they save
constexpr double kMostEntriesAnEdge = 3;  // and more of them than this
constexpr std::size_t kMostBands = 1 << 16;

}  // namespace

Outline::Outline(GeometryView polygon) : polygon_(polygon), box_(box_of(polygon)) {
  if (edges() <= kFewEdges) return;
  double climbed = 0;
  each_edge(polygon_, [&](std::uint32_t i) {
    climbed += std::abs(polygon_.positions[i + 1].lat - polygon_.positions[i].lat);
  });
  const double height = box_.max_lat - box_.min_lat, count = static_cast<double>(edges());
  if (!(height > 0)) return;
  const double bands = std::min(count / 2, kMostEntriesAnEdge * count * height / climbed);
  begins_.assign(std::clamp<std::size_t>(static_cast<std::size_t>(bands), 1, kMostBands) + 1, 0);
  per_degree_ = static_cast<double>(begins_.size() - 1) / height;

  const auto each_entry = [&](const auto& enter) {
    each_edge(polygon_, [&](std::uint32_t i) {
      const std::size_t last = band(std::max(polygon_.positions[i].lat, polygon_.positions[i + 1].lat));
      for (std::size_t b = first_band(i); b <= last; ++b) enter(b, i);
    });
  };
  each_entry([this](std::size_t b, std::uint32_t) { ++begins_[b + 1]; });
  for (std::size_t b = 1; b < begins_.size(); ++b) begins_[b] += begins_[b - 1];
  edges_.resize(begins_.back());
  std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
  each_entry([&](std::size_t b, std::uint32_t i) { edges_[next[b]++] = i; });
}

Side Outline::side(Position at, double clear) const {
  SideOf side(at, clear);
  const auto add = [&](std::uint32_t i) { side.edge(polygon_.positions[i], polygon_.positions[i + 1]); };
  if (begins_.empty()) {
    each_edge(polygon_, add);
    return side.side();
  }
  if (at.lat < box_.min_lat - clear || at.lat > box_.max_lat + clear) return Side::outside;
  // What lies near in a neighbouring band counts, but an edge that is in two of them counts once.
  const std::size_t first = band(at.lat - clear), last = band(at.lat + clear);
  for (std::size_t b = first; b <= last; ++b) {
    for (std::uint32_t i = begins_[b]; i < begins_[b + 1]; ++i) {
      if (std::max(first_band(edges_[i]), first) == b) add(edges_[i]);
    }
  }
  return side.side();
}

}  // namespace caitu::geometry::detail
