#include "analysis/detail/node_set.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "analysis/detail/shape.hpp"

namespace caitu::analysis::detail {

using geometry::Position;

NodeSet::NodeSet(double tolerance_m, const geometry::Box& extent, std::size_t expected)
    : tolerance_m_(tolerance_m),
      origin_{extent.min_lon, extent.min_lat},
      table_(std::bit_ceil(2 * expected + 2), kFree) {
  // A degree is shortest where the extent is farthest from the equator (longitude) and nearest (latitude).
  const double far = std::min(89.0, std::max(std::abs(extent.min_lat), std::abs(extent.max_lat)));
  cell_lon_ = 2 * tolerance_m / LocalMetres(far).x(1);
  cell_lat_ = 2 * tolerance_m / LocalMetres(0).y(1);
}

std::uint64_t NodeSet::cell(double lon, double lat) const {
  const auto column = static_cast<std::int64_t>(std::floor((lon - origin_.lon) / cell_lon_));
  const auto row = static_cast<std::int64_t>(std::floor((lat - origin_.lat) / cell_lat_));
  return (static_cast<std::uint64_t>(column) << 32) + static_cast<std::uint64_t>(row);
}

std::size_t NodeSet::slot(std::uint64_t cell) const {
  std::uint64_t mixed = cell * 0x9e3779b97f4a7c15ULL;
  mixed ^= mixed >> 32;
  mixed *= 0xd6e8feb86659fd93ULL;
  return (mixed ^ mixed >> 32) & (table_.size() - 1);
}

std::uint32_t NodeSet::node(Position p) {
  const LocalMetres local(p.lat);
  const Position low = local.moved(p, -tolerance_m_, -tolerance_m_);
  const Position high = local.moved(p, tolerance_m_, tolerance_m_);
  std::uint64_t cells[4] = {cell(low.lon, low.lat), cell(high.lon, low.lat), cell(low.lon, high.lat),
                            cell(high.lon, high.lat)};
  std::uint32_t nearest = kFree;
  double least = tolerance_m_;
  for (std::size_t i = 0; i < 4; ++i) {
    if (std::find(cells, cells + i, cells[i]) != cells + i) continue;
    for (std::size_t at = slot(cells[i]); table_[at] != kFree; at = (at + 1) & (table_.size() - 1)) {
      const double distance = local.distance(p, positions_[table_[at]]);
      if (distance > least || (distance == least && table_[at] >= nearest)) continue;
      least = distance;
      nearest = table_[at];
    }
  }
  if (nearest != kFree) return nearest;
  positions_.push_back(p);
  if (2 * positions_.size() > table_.size()) grow();
  put(static_cast<std::uint32_t>(positions_.size() - 1));
  return static_cast<std::uint32_t>(positions_.size() - 1);
}

void NodeSet::put(std::uint32_t node) {
  std::size_t at = slot(cell(positions_[node].lon, positions_[node].lat));
  while (table_[at] != kFree) at = (at + 1) & (table_.size() - 1);
  table_[at] = node;
}

void NodeSet::grow() {
  table_.assign(2 * table_.size(), kFree);
  for (std::uint32_t node = 0; node + 1 < positions_.size(); ++node) put(node);
}

}  // namespace caitu::analysis::detail
