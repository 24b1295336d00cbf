#include "geometry/index.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <queue>

namespace caitu::geometry {
namespace {

constexpr std::uint32_t kGridBits = 16;

/// The place of a cell of the 2^16 × 2^16 grid along the Hilbert curve.
std::uint32_t hilbert(std::uint32_t x, std::uint32_t y) {
  std::uint32_t value = 0;
  for (std::uint32_t side = 1U << (kGridBits - 1); side > 0; side >>= 1) {
    const std::uint32_t right = (x & side) != 0 ? 1 : 0, upper = (y & side) != 0 ? 1 : 0;
    value = value << 2 | ((3 * right) ^ upper);
    // Turns the quadrant so that the curve enters and leaves it as it does the whole.
    if (upper == 0) {
      if (right == 1) {
        x = ~x;
        y = ~y;
      }
      std::swap(x, y);
    }
  }
  return value;
}

std::uint32_t cell(double value, double least, double width) {
  constexpr double kLast = (1U << kGridBits) - 1;
  const double scaled = (value - least) / width * kLast;
  return scaled > 0 ? static_cast<std::uint32_t>(std::min(scaled, kLast)) : 0;
}

constexpr std::size_t nodes_above(std::size_t count) { return (count + kTreeFanout - 1) / kTreeFanout; }

/// Where each level stands in one row of nodes: level 0 is the items themselves.
struct Levels {
  static constexpr std::size_t kMost = 18;  // 16^17 is past any count
  std::array<std::size_t, kMost> begin{}, count{};
  std::size_t height = 0;  ///< levels of nodes; the root is level `height`

  explicit Levels(std::size_t items) {
    count[0] = items;
    std::size_t at = 0;
    while (items > 0) {
      items = nodes_above(items);
      ++height;
      begin[height] = at;
      count[height] = items;
      at += items;
      if (items == 1) break;
    }
  }
};

double distance_squared(const Box& box, Position p, double lon_scale) {
  const double dx = std::max({box.min_lon - p.lon, 0.0, p.lon - box.max_lon}) * lon_scale;
  const double dy = std::max({box.min_lat - p.lat, 0.0, p.lat - box.max_lat});
  return dx * dx + dy * dy;
}

/// One query's walk over the tree, depth first in item order. Neighbouring runs of the same sort leave as
/// one.
class RunWalk {
 public:
  using Range = std::function<bool(std::size_t, std::size_t, bool)>;

  RunWalk(std::span<const Box> items, std::span<const Box> nodes, std::size_t met, const Box& box,
          const Range& range)
      : items_(items), nodes_(nodes), met_(met), box_(box), range_(range), levels_(items.size()) {}

  void run(std::size_t from) {
    from_ = from;
    if (from_ < met_ && visit(levels_.height, 0)) flush();
  }

 private:
  /// False when the receiver wants no more.
  bool visit(std::size_t level, std::size_t node) {
    const unsigned shift = 4 * static_cast<unsigned>(level);
    const std::size_t first = node << shift;
    const std::size_t last = std::min(met_, (node + 1) << shift);
    if (last <= from_) return true;
    const Box& bounds = level == 0 ? items_[node] : nodes_[levels_.begin[level] + node];
    if (!bounds.intersects(box_)) return true;
    const bool inside = box_.contains(bounds);
    if (inside || level == 0) return add(std::max(first, from_), last, inside);
    const std::size_t end = std::min(levels_.count[level - 1], (node + 1) * kTreeFanout);
    for (std::size_t child = node * kTreeFanout; child < end; ++child) {
      if (!visit(level - 1, child)) return false;
    }
    return true;
  }

  bool add(std::size_t first, std::size_t last, bool inside) {
    if (first == last_ && inside == inside_ && first_ < last_) {
      last_ = last;
      return true;
    }
    const bool more = flush();
    first_ = first;
    last_ = last;
    inside_ = inside;
    return more;
  }

  bool flush() {
    const bool more = first_ == last_ || range_(first_, last_, inside_);
    first_ = last_;
    return more;
  }

  std::span<const Box> items_, nodes_;
  std::size_t met_, from_ = 0;
  const Box& box_;
  const Range& range_;
  Levels levels_;
  std::size_t first_ = 0, last_ = 0;
  bool inside_ = false;
};

}  // namespace

static_assert(kTreeFanout == 16, "the walk shifts by four bits a level");

std::vector<std::uint32_t> hilbert_order(std::span<const Box> boxes,
                                         std::span<const std::uint64_t> tiebreak) {
  struct Key {
    std::uint32_t place, item;
  };
  const auto by_tie = [&](std::uint32_t a, std::uint32_t b) {
    return tiebreak.empty() || tiebreak[a] == tiebreak[b] ? a < b : tiebreak[a] < tiebreak[b];
  };
  Box extent;
  for (const Box& box : boxes) {
    if (!box.empty()) extent.grow(box);
  }
  const double width = extent.max_lon - extent.min_lon, height = extent.max_lat - extent.min_lat;
  std::vector<Key> keys;
  keys.reserve(boxes.size());
  std::vector<std::uint32_t> nowhere, order;
  for (std::uint32_t item = 0; item < boxes.size(); ++item) {
    const Box& box = boxes[item];
    if (box.empty()) {
      nowhere.push_back(item);
      continue;
    }
    const double lon = box.min_lon + (box.max_lon - box.min_lon) / 2;
    const double lat = box.min_lat + (box.max_lat - box.min_lat) / 2;
    keys.push_back({hilbert(cell(lon, extent.min_lon, width), cell(lat, extent.min_lat, height)), item});
  }
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    return a.place != b.place ? a.place < b.place : by_tie(a.item, b.item);
  });
  std::sort(nowhere.begin(), nowhere.end(), by_tie);
  order.reserve(boxes.size());
  for (const Key& key : keys) order.push_back(key.item);
  order.insert(order.end(), nowhere.begin(), nowhere.end());
  return order;
}

std::vector<Box> build_tree(std::span<const Box> boxes) {
  std::vector<Box> nodes;
  nodes.reserve(tree_size(boxes.size()));
  const Levels levels(boxes.size());
  for (std::size_t level = 1; level <= levels.height; ++level) {
    for (std::size_t node = 0; node < levels.count[level]; ++node) {
      Box box;
      const std::size_t end = std::min(levels.count[level - 1], (node + 1) * kTreeFanout);
      for (std::size_t child = node * kTreeFanout; child < end; ++child) {
        box.grow(level == 1 ? boxes[child] : nodes[levels.begin[level - 1] + child]);
      }
      nodes.push_back(box);
    }
  }
  return nodes;
}

std::size_t tree_size(std::size_t items) {
  const Levels levels(items);
  return levels.begin[levels.height] + levels.count[levels.height] * (levels.height > 0 ? 1 : 0);
}

TreeView::TreeView(std::span<const Box> items, std::span<const Box> nodes) : items_(items), nodes_(nodes) {
  const auto first_empty =
      std::partition_point(items.begin(), items.end(), [](const Box& box) { return !box.empty(); });
  met_ = static_cast<std::size_t>(first_empty - items.begin());
}

void TreeView::query(
    const Box& box, std::size_t from,
    const std::function<bool(std::size_t first, std::size_t last, bool inside)>& range) const {
  RunWalk(items_, nodes_, met_, box, range).run(from);
}

void TreeView::nearest(Position centre, double lon_scale,
                       const std::function<bool(std::size_t item, double least_squared)>& visit) const {
  struct Candidate {
    double least;
    std::size_t level, index;
    /// "Farther than", for a queue that yields the nearest. At equal distance nodes go before items, so that
    /// items come in their order.
    bool operator<(const Candidate& other) const {
      if (least != other.least) return least > other.least;
      if (level != other.level) return level < other.level;
      return index > other.index;
    }
  };
  const Levels levels(items_.size());
  std::priority_queue<Candidate> queue;
  const auto push = [&](std::size_t level, std::size_t index) {
    const Box& box = level == 0 ? items_[index] : nodes_[levels.begin[level] + index];
    if (!box.empty()) queue.push({distance_squared(box, centre, lon_scale), level, index});
  };
  if (levels.height > 0) push(levels.height, 0);
  while (!queue.empty()) {
    const Candidate next = queue.top();
    queue.pop();
    if (next.level == 0) {
      if (!visit(next.index, next.least)) return;
      continue;
    }
    const std::size_t end = std::min(levels.count[next.level - 1], (next.index + 1) * kTreeFanout);
    for (std::size_t child = next.index * kTreeFanout; child < end; ++child) push(next.level - 1, child);
  }
}

const Box& TreeView::extent() const {
  static const Box kNone;
  return nodes_.empty() ? kNone : nodes_.back();
}

}  // namespace caitu::geometry
