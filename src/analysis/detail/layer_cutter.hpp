#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/layer_cut.hpp"
#include "geodata/snapshot.hpp"
#include "geometry/zone.hpp"

namespace caitu::analysis::detail {

/// Cuts features by the polygons of one layer. One thread; keeps zones of the layer from feature to feature,
/// up to `memory` bytes of them.
class LayerCutter {
 public:
  LayerCutter(const geodata::Snapshot& layer, std::uint64_t memory) : layer_(layer), memory_(memory) {}

  /// Of a valid polygon with its measured area. Throws Error(internal) when GEOS could not settle a pair even
  /// on its grid; the message names the partner's id.
  CutFeature cut(geometry::GeometryView land, const geometry::Box& box, double area_m2);
  /// Since they were taken last.
  PairCounts take_counts() { return std::exchange(counts_, {}); }

 private:
  using Partners = std::vector<std::uint32_t>;

  const geometry::Zone& zone(std::uint32_t item);
  Partners partners(const geometry::Box& box) const;
  geometry::Cut cut_by(std::uint32_t item, geometry::GeometryView land);
  void count(const geometry::Cut& cut);
  void share(geometry::GeometryView land, const Partners& partners, CutFeature& result);
  void share_of_large(geometry::GeometryView land, const Partners& partners, CutFeature& result);
  void take_off(geometry::Geometry land, double area_m2, const Partners& partners, int deepest,
                CutFeature& result);
  void take_off_in_order(geometry::Geometry land, double area_m2, const Partners& partners,
                         CutFeature& result);

  const geodata::Snapshot& layer_;
  std::uint64_t memory_, kept_ = 0;
  std::unordered_map<std::uint32_t, geometry::Zone> zones_;
  PairCounts counts_;
};

}  // namespace caitu::analysis::detail
