#include "geodata/query.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "base/error.hpp"
#include "geodata/detail/box_test.hpp"
#include "geometry/measure.hpp"

namespace caitu::geodata {
namespace {

using geometry::Box;
using geometry::GeometryView;
using geometry::Kind;
using geometry::Position;

bool matches(const Snapshot& snapshot, std::size_t item, const Box& box) {
  return box.contains(snapshot.box(item)) || detail::meets(snapshot.geometry(item), box);
}

/// The nearest found so far, the farthest of them on top.
class NearestFew {
 public:
  explicit NearestFew(std::size_t limit) : limit_(limit) {}

  void offer(std::size_t item, std::uint64_t id, double distance_m) {
    const Found found{distance_m, id, item};
    if (full() && !(found < heap_.front())) return;
    if (full()) {
      std::ranges::pop_heap(heap_);
      heap_.pop_back();
    }
    heap_.push_back(found);
    std::ranges::push_heap(heap_);
  }
  bool full() const { return heap_.size() == limit_; }
  double farthest_m() const { return heap_.front().distance_m; }
  std::vector<Near> in_order() && {
    std::ranges::sort_heap(heap_);
    std::vector<Near> nearest;
    for (const Found& found : heap_) nearest.push_back({found.item, found.distance_m});
    return nearest;
  }

 private:
  struct Found {
    double distance_m;
    std::uint64_t id;
    std::size_t item;
    auto operator<=>(const Found&) const = default;
  };
  std::size_t limit_;
  std::vector<Found> heap_;
};

/// What one feature gives to a summary; no features when it lies outside, or only touches.
ClassSum part_inside(const Snapshot& snapshot, const geometry::Zone& zone, std::size_t item) {
  const GeometryView view = snapshot.geometry(item);
  const geometry::Relation relation = zone.relation(view);
  const bool inside = relation == geometry::Relation::inside;
  if (relation == geometry::Relation::outside) return {};
  switch (view.kind) {
    case Kind::polygon: {
      const double area = inside ? snapshot.area_m2(item) : zone.area_inside_m2(view);
      if (inside || area > kLeastPieceM2) return {1, area, 0};
      return {};
    }
    case Kind::line: {
      const double length = inside ? geometry::length_m(view) : zone.length_inside_m(view);
      if (inside || length > kLeastPieceM) return {1, 0, length};
      return {};
    }
    case Kind::point:
      return {1, 0, 0};
    case Kind::empty:
      break;
  }
  return {};
}

const Column* class_column(const Snapshot& snapshot, std::optional<std::size_t> field) {
  if (!field) return nullptr;
  const Column& column = snapshot.column(*field);
  if (!textual(column.type())) {
    throw base::Error(
        base::Code::invalid, "A summary groups by a text field, and this one is not.",
        base::Where{.layer = snapshot.info().layer, .field = snapshot.schema().fields[*field].name});
  }
  return &column;
}

}  // namespace

Page run(const Snapshot& snapshot, const Query& query) {
  Page page;
  const auto take = [&](std::size_t item) {
    if (page.items.size() == query.limit) {
      page.next = item;
      return false;
    }
    page.items.push_back(item);
    return true;
  };
  if (!query.box) {
    for (std::size_t item = query.from; item < snapshot.size() && take(item); ++item) {
    }
    return page;
  }
  snapshot.tree().query(*query.box, query.from, [&](std::size_t first, std::size_t last, bool inside) {
    for (std::size_t item = first; item < last; ++item) {
      if ((inside || matches(snapshot, item, *query.box)) && !take(item)) return false;
    }
    return true;
  });
  return page;
}

std::uint64_t count(const Snapshot& snapshot, const std::optional<Box>& box) {
  if (!box) return snapshot.size();
  std::uint64_t matching = 0;
  snapshot.tree().query(*box, 0, [&](std::size_t first, std::size_t last, bool inside) {
    if (inside) {
      matching += last - first;
    } else {
      for (std::size_t item = first; item < last; ++item) matching += matches(snapshot, item, *box) ? 1 : 0;
    }
    return true;
  });
  return matching;
}

std::vector<std::size_t> at(const Snapshot& snapshot, Position p, double reach_m) {
  std::vector<std::size_t> found;
  const auto holds = [&](std::size_t item) {
    if (snapshot.kind(item) == Kind::polygon) {
      return snapshot.box(item).contains(p) && geometry::covers(snapshot.geometry(item), p);
    }
    return geometry::distance_m(p, snapshot.geometry(item)) <= reach_m;
  };
  snapshot.tree().query(geometry::box_around(p, reach_m), 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last; ++item) {
      if (holds(item)) found.push_back(item);
    }
    return true;
  });
  return found;
}

std::vector<Near> near(const Snapshot& snapshot, Position p, double radius_m, std::size_t limit) {
  // A degree of latitude is nowhere shorter, nor is a degree of longitude once scaled by the least cosine
  // within the radius; so what the tree says is never more than the true distance. The slack is for rounding
  // in measuring it.
  constexpr double kLeastMetresPerDegree = 110574.0;
  constexpr double kSlackM = 0.01;
  if (limit == 0 || !(radius_m >= 0)) return {};
  const Box around = geometry::box_around(p, radius_m);
  const double polewards = std::max(std::abs(around.min_lat), std::abs(around.max_lat));
  NearestFew nearest(limit);
  snapshot.tree().nearest(p, std::cos(polewards * M_PI / 180), [&](std::size_t item, double least_squared) {
    const double least_m = std::sqrt(least_squared) * kLeastMetresPerDegree - kSlackM;
    if (least_m > radius_m || (nearest.full() && least_m > nearest.farthest_m())) return false;
    const double distance = geometry::distance_m(p, snapshot.geometry(item));
    if (distance <= radius_m) nearest.offer(item, snapshot.id(item), distance);
    return true;
  });
  return std::move(nearest).in_order();
}

std::map<std::string, ClassSum> summary(const Snapshot& snapshot, const geometry::Zone& zone,
                                        std::optional<std::size_t> class_field) {
  const Column* classes = class_column(snapshot, class_field);
  std::unordered_map<std::uint32_t, ClassSum> by_code;
  snapshot.tree().query(zone.box(), 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last; ++item) {
      const ClassSum part = part_inside(snapshot, zone, item);
      if (part.features > 0) by_code[classes ? classes->code(item) : Column::kNoText] += part;
    }
    return true;
  });
  std::map<std::string, ClassSum> by_class;
  for (const auto& [code, sum] : by_code) {
    by_class[code == Column::kNoText ? std::string() : std::string(classes->text(code))] += sum;
  }
  return by_class;
}

}  // namespace caitu::geodata
