#pragma once

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "dltb_row.hpp"
#include "random.hpp"

namespace caitu::demo {

/// Breaks outlines in a coverage of parcels whose borders are shared vertex by vertex. Metres of EPSG:4527 on
/// the grid of 0.1 mm. One thread.
class FaultShapes {
 public:
  /// Keeps a reference to the rows, which must all have an outline of one counter-clockwise ring.
  FaultShapes(std::vector<DltbRow>& rows, Random& random);

  /// Breaks one row, and takes it and its neighbours out of what may be broken after it. False when the row
  /// does not suit: it lies at the coverage's border, has no long straight side, or was taken before.
  bool plant(std::string_view kind, std::size_t row);
  /// The strip that the last sliver was divided off as; its numbers are those of the row that it came from.
  DltbRow take_sliver() { return std::move(sliver_); }
  /// True for rows that a fault of geometry was planted in or beside.
  bool taken(std::size_t row) const { return taken_[row]; }

 private:
  using Ring = std::vector<geometry::Position>;  ///< open
  struct Side {
    std::size_t first;      ///< vertex at which it begins
    std::size_t neighbour;  ///< on its other side
    double length;
  };

  std::optional<std::vector<std::size_t>> neighbours(std::size_t row) const;
  std::optional<Side> longest_side(std::size_t row) const;
  bool apply(std::string_view kind, std::size_t row, const Side& side);
  bool bulge(std::size_t row, const Side& side, double depth);
  bool divide_off(std::size_t row, const Side& side);
  bool tie(std::size_t row, const Side& side);
  bool spike(std::size_t row);
  bool keeps_to(std::size_t row, const geometry::Geometry& shape, std::size_t allowed) const;

  std::vector<DltbRow>& rows_;
  Random& random_;
  std::map<std::array<double, 4>, std::size_t> edges_;  ///< directed, to the row on their left
  std::vector<bool> taken_;
  DltbRow sliver_;
};

}  // namespace caitu::demo
