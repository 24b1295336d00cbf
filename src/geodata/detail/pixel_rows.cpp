#include "geodata/detail/pixel_rows.hpp"

#include <algorithm>
#include <cmath>

namespace caitu::geodata::detail {
namespace {

/// The first pixel whose middle is not before `position`: of columns and of rows alike.
std::int64_t first_from(double position) { return static_cast<std::int64_t>(std::ceil(position - 0.5)); }

}  // namespace

PixelRows::PixelRows(geometry::GeometryView polygon) {
  for (std::size_t i = 0; i < polygon.path_ends.size(); ++i) {
    const auto ring = polygon.path(i);
    for (std::size_t at = 1; at < ring.size(); ++at) {
      Edge edge{ring[at - 1], ring[at]};
      if (edge.high.lat < edge.low.lat) std::swap(edge.low, edge.high);
      edge.first = first_from(edge.low.lat);
      edge.end = first_from(edge.high.lat);
      if (edge.first < edge.end) edges_.push_back(edge);
    }
  }
  std::ranges::sort(edges_, {}, &Edge::first);
}

bool PixelRows::next() {
  for (++row_;; ++row_) {
    std::erase_if(active_, [this](std::size_t edge) { return edges_[edge].end <= row_; });
    if (active_.empty()) {
      if (next_edge_ == edges_.size()) return false;
      row_ = edges_[next_edge_].first;
    }
    for (; next_edge_ < edges_.size() && edges_[next_edge_].first == row_; ++next_edge_)
      active_.push_back(next_edge_);
    cross();
    if (!stretches_.empty()) return true;
  }
}

void PixelRows::cross() {
  const double middle = static_cast<double>(row_) + 0.5;
  crossings_.clear();
  for (const std::size_t i : active_) {
    const auto& [low, high, first, end] = edges_[i];
    crossings_.push_back(low.lon + (middle - low.lat) / (high.lat - low.lat) * (high.lon - low.lon));
  }
  std::ranges::sort(crossings_);
  stretches_.clear();
  for (std::size_t i = 0; i + 1 < crossings_.size(); i += 2) {
    const Stretch stretch{first_from(crossings_[i]), first_from(crossings_[i + 1])};
    if (stretch.first >= stretch.end) continue;
    if (!stretches_.empty() && stretches_.back().end == stretch.first) {
      stretches_.back().end = stretch.end;
    } else {
      stretches_.push_back(stretch);
    }
  }
}

}  // namespace caitu::geodata::detail
