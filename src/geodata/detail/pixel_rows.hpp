#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::geodata::detail {

/// Columns [first, end) of a row of pixels.
struct Stretch {
  std::int64_t first = 0;
  std::int64_t end = 0;
};

/// Which pixels of an endless grid have their middle in a polygon, row by row. Positions are in pixels: the
/// middle of pixel (column, row) is (column + ½, row + ½).
///
/// Guarantees: even-odd over all rings, so that holes are out. Of lands that share an edge with the same
/// ends, each middle on it or near it is in exactly one: what lies on an edge belongs to the land of greater
/// x, then y, and where an edge crosses a row is worked out from its lower end whoever asks. Needs finite
/// positions within ±2^52. Memory: 48 bytes an edge. One thread.
class PixelRows {
 public:
  explicit PixelRows(geometry::GeometryView polygon);

  /// Goes on to the next row that holds a middle; false when there is none.
  bool next();
  std::int64_t row() const { return row_; }
  /// Of this row: apart, from left to right, none of them empty.
  std::span<const Stretch> stretches() const { return stretches_; }

 private:
  /// Rows [first, end) have their middle between the ends; `low` is the end of lesser y.
  struct Edge {
    geometry::Position low, high;
    std::int64_t first = 0;
    std::int64_t end = 0;
  };
  void cross();

  std::vector<Edge> edges_;  ///< by their first rows
  std::size_t next_edge_ = 0;
  std::vector<std::size_t> active_;  ///< edges that cross the row
  std::int64_t row_ = 0;
  std::vector<double> crossings_;
  std::vector<Stretch> stretches_;
};

}  // namespace caitu::geodata::detail
