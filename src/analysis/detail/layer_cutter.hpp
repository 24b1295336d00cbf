#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "analysis/layer_cut.hpp"
#include "geodata/snapshot.hpp"
#include "geometry/join.hpp"
#include "geometry/zone.hpp"

namespace caitu::analysis::detail {

/// Cuts features by the polygons of one layer. Keeps references to it and to the options. One thread; keeps
/// zones of the layer from feature to feature, up to `memory` bytes of them.
class LayerCutter {
 public:
  LayerCutter(const geodata::Snapshot& layer, std::uint64_t memory, const LayerCutOptions& options)
      : layer_(layer), memory_(memory), options_(options) {}

  /// Of a valid geometry with its measure. Throws Error(internal) when GEOS could not settle a pair even on
  /// its grid; the message names the partner's id.
  CutFeature cut(geometry::GeometryView land, const geometry::Box& box, double size);
  /// Only how much of a polygon each partner shares: visit(item, m²) for those that share any. No geometry is
  /// built.
  void measure(geometry::GeometryView land, const geometry::Box& box,
               const std::function<void(std::uint32_t item, double m2)>& visit);

 private:
  using Partners = std::vector<std::uint32_t>;
  /// What is left of a feature, in the parts into which it was divided.
  struct Divided {
    std::vector<geometry::Geometry> rests;
    std::vector<geometry::Seam> seams;
  };

  const geometry::Zone& zone(std::uint32_t item);
  Partners partners(const geometry::Box& box) const;
  geometry::Cut cut_by(std::uint32_t item, geometry::GeometryView land);
  void share(geometry::GeometryView land, const Partners& partners, CutFeature& result);
  /// What partners share with a large feature; returns those that do.
  Partners share_of_large(geometry::GeometryView land, const Partners& partners, CutFeature& result);
  void find_rest(geometry::GeometryView land, const Partners& partners, CutFeature& result);
  void take_off(geometry::Geometry land, const Partners& partners, int deepest, Divided& divided,
                CutFeature& result);
  /// Notes that partners cover this much more.
  void cover(geometry::GeometryView more, double size, CutFeature& result) const;
  void find_cover(geometry::GeometryView land, CutFeature& result) const;
  geometry::Geometry take_off_in_order(geometry::Geometry land, const Partners& partners, CutFeature& result);

  const geodata::Snapshot& layer_;
  std::uint64_t memory_, kept_ = 0;
  const LayerCutOptions& options_;
  std::unordered_map<std::uint32_t, geometry::Zone> zones_;
};

}  // namespace caitu::analysis::detail
