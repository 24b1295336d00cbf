#include "analysis/layer_cut.hpp"

#include <algorithm>
#include <optional>

#include "analysis/detail/layer_cutter.hpp"
#include "base/error.hpp"
#include "geometry/measure.hpp"

namespace caitu::analysis {
namespace {

using geodata::Snapshot;

/// A run of features, near each other because items stand in Hilbert order.
struct Cell {
  std::size_t first = 0, last = 0;
};

struct CutCell {
  std::unique_ptr<CutTaker> taker;
  std::size_t last = 0;
};

constexpr std::size_t kMostItems = 1024;
constexpr std::size_t kMostPositions = 1 << 16;

Cell cell_from(const Snapshot& left, std::size_t first) {
  Cell cell{first, first};
  for (std::size_t positions = 0; cell.last < left.size() && cell.last - first < kMostItems; ++cell.last) {
    positions += left.geometry(cell.last).positions.size();
    if (positions > kMostPositions && cell.last > first) break;
  }
  return cell;
}

/// What adds up of an item; areas were measured when the snapshot was made.
double size_of(const Snapshot& left, std::size_t item) {
  return left.kind(item) == geometry::Kind::polygon ? left.area_m2(item)
                                                    : geometry::measure(left.geometry(item));
}

void cut_cell(const Snapshot& left, const Cell& cell, detail::LayerCutter& cutter, CutTaker& taker) {
  for (std::size_t item = cell.first; item < cell.last; ++item) {
    if (left.kind(item) == geometry::Kind::empty) continue;
    const double size = size_of(left, item);
    CutFeature feature;
    try {
      feature = cutter.cut(left.geometry(item), left.box(item), size);
    } catch (const base::Error& error) {
      if (error.code() != base::Code::internal) throw;
      feature = {};
      feature.size = size;
      feature.failure = error.what();
    }
    taker.take(item, std::move(feature));
  }
}

}  // namespace

PairCounts& PairCounts::operator+=(const PairCounts& other) {
  met += other.met;
  apart += other.apart;
  whole += other.whole;
  outlines += other.outlines;
  overlay += other.overlay;
  grid += other.grid;
  return *this;
}

void cut_layer(const Snapshot& left, const Snapshot& right, const LayerCutOptions& options,
               const std::function<std::unique_ptr<CutTaker>()>& make,
               const std::function<void(CutTaker& taker, std::size_t next)>& done,
               const base::Progress& progress) {
  const std::size_t threads = std::max<std::size_t>(1, options.threads);
  const std::uint64_t memory = options.memory / threads / 2;  // the other half is for what waits to be done
  right.tree();
  const std::size_t end = std::min(left.size(), options.last_item);
  std::size_t next = options.first_item;
  const auto produce = [&]() -> std::optional<Cell> {
    progress.check();
    if (next >= end) return std::nullopt;
    Cell cell = cell_from(left, next);
    cell.last = std::min(cell.last, end);
    next = cell.last;
    return cell;
  };
  const auto work = [&](Cell cell) {
    // The pipeline's threads are its own, and zones must end on the thread that made them.
    thread_local std::optional<detail::LayerCutter> cutter;
    if (!cutter) cutter.emplace(right, memory, options);
    CutCell result{make(), cell.last};
    cut_cell(left, cell, *cutter, *result.taker);
    return result;
  };
  const auto consume = [&](CutCell cell) {
    progress.check();
    done(*cell.taker, cell.last);
    progress.at("cutting", cell.last, end);
  };
  base::ordered_pipeline<Cell, CutCell>(produce, work, consume, threads, 4 * threads);
}

}  // namespace caitu::analysis
