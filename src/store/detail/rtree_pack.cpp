#include "store/detail/rtree_pack.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "geometry/index.hpp"

namespace caitu::store::detail {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kCellBytes = 24;

float round_down(double value) {
  const float nearest = static_cast<float>(value);
  return static_cast<double>(nearest) <= value
             ? nearest
             : std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

float round_up(double value) {
  const float nearest = static_cast<float>(value);
  return static_cast<double>(nearest) >= value
             ? nearest
             : std::nextafter(nearest, std::numeric_limits<float>::infinity());
}

template <typename Unsigned>
char* put_big_endian(char* at, Unsigned value) {
  for (int shift = static_cast<int>(sizeof(Unsigned)) * 8 - 8; shift >= 0; shift -= 8) {
    *at++ = static_cast<char>(static_cast<unsigned char>(value >> shift));
  }
  return at;
}

char* put_cell(char* at, const RtreeEntry& cell) {
  at = put_big_endian(at, static_cast<std::uint64_t>(cell.row_id));
  for (const float bound : {cell.min_x, cell.max_x, cell.min_y, cell.max_y}) {
    at = put_big_endian(at, std::bit_cast<std::uint32_t>(bound));
  }
  return at;
}

void write_node(PackedRtree& tree, std::int64_t number, std::uint16_t depth,
                std::span<const RtreeEntry> cells, std::vector<PackedRtree::Link>& links) {
  char* at = tree.nodes.data() + static_cast<std::size_t>(number - 1) * tree.node_bytes;
  at = put_big_endian(at, depth);
  at = put_big_endian(at, static_cast<std::uint16_t>(cells.size()));
  for (const RtreeEntry& cell : cells) {
    at = put_cell(at, cell);
    links.push_back({cell.row_id, number});
  }
}

RtreeEntry cover(std::span<const RtreeEntry> cells, std::int64_t id) {
  RtreeEntry whole = cells.front();
  whole.row_id = id;
  for (const RtreeEntry& cell : cells) {
    whole.min_x = std::min(whole.min_x, cell.min_x);
    whole.max_x = std::max(whole.max_x, cell.max_x);
    whole.min_y = std::min(whole.min_y, cell.min_y);
    whole.max_y = std::max(whole.max_y, cell.max_y);
  }
  return whole;
}

std::vector<RtreeEntry> along_hilbert(std::span<const RtreeEntry> entries) {
  std::vector<geometry::Box> boxes;
  std::vector<std::uint64_t> ids;
  boxes.reserve(entries.size());
  ids.reserve(entries.size());
  for (const RtreeEntry& entry : entries) {
    boxes.push_back({entry.min_x, entry.min_y, entry.max_x, entry.max_y});
    ids.push_back(static_cast<std::uint64_t>(entry.row_id));
  }
  std::vector<RtreeEntry> sorted;
  sorted.reserve(entries.size());
  for (const std::uint32_t place : geometry::hilbert_order(boxes, ids)) sorted.push_back(entries[place]);
  return sorted;
}

}  // namespace

RtreeEntry rtree_entry(std::int64_t row_id, const geometry::Box& box) {
  return {row_id, round_down(box.min_lon), round_up(box.max_lon), round_down(box.min_lat),
          round_up(box.max_lat)};
}

PackedRtree pack_rtree(std::span<const RtreeEntry> entries, std::size_t node_bytes) {
  const std::size_t capacity = (node_bytes - kHeaderBytes) / kCellBytes;
  // A few free cells a node, so that the next small import splits few of them.
  const std::size_t fill = capacity - capacity / 10;

  PackedRtree tree;
  tree.node_bytes = node_bytes;
  // The root has number 1 and is written last, when it is known above which level nothing stands.
  tree.nodes.assign(node_bytes, '\0');
  tree.rows.reserve(entries.size());
  std::vector<RtreeEntry> level = along_hilbert(entries);
  std::uint16_t depth = 0;
  for (; level.size() > capacity; ++depth) {
    std::vector<RtreeEntry> above;
    const std::size_t nodes = (level.size() + fill - 1) / fill;
    for (std::size_t i = 0; i < nodes; ++i) {
      // Shared out evenly: no node is left nearly empty.
      const std::size_t first = level.size() * i / nodes;
      const std::size_t last = level.size() * (i + 1) / nodes;
      const std::span<const RtreeEntry> cells = std::span(level).subspan(first, last - first);
      tree.nodes.resize(tree.nodes.size() + node_bytes, '\0');
      const auto number = static_cast<std::int64_t>(tree.node_count());
      write_node(tree, number, 0, cells, depth == 0 ? tree.rows : tree.parents);
      above.push_back(cover(cells, number));
    }
    level = std::move(above);
  }
  write_node(tree, 1, depth, level, depth == 0 ? tree.rows : tree.parents);
  std::sort(tree.rows.begin(), tree.rows.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return tree;
}

}  // namespace caitu::store::detail
