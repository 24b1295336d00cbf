#pragma once

#include "analysis/coverage.hpp"
#include "geodata/snapshot_fixture.hpp"

namespace caitu::analysis::test {

using geometry::Geometry;
using geometry::Position;
using Ring = std::vector<Position>;

/// Places in metres east and north of 116.5° E 39.8° N, on a plane good for a few kilometres.
inline constexpr Position kOrigin{116.5, 39.8};
inline constexpr double kLonM = 85642.47, kLatM = 111030.79;  ///< of a degree there
inline Position at(double x, double y) { return {kOrigin.lon + x / kLonM, kOrigin.lat + y / kLatM}; }

/// Rings in metres, closed here; parts of rings, the shell first.
inline Geometry parts_of(const std::vector<std::vector<Ring>>& parts) {
  Geometry made;
  made.kind = geometry::Kind::polygon;
  for (const auto& part : parts) {
    for (const Ring& ring : part) {
      for (const Position p : ring) made.positions.push_back(at(p.lon, p.lat));
      made.positions.push_back(at(ring.front().lon, ring.front().lat));
      made.end_path();
    }
    made.end_part();
  }
  return made;
}
inline Geometry land(const Ring& ring) { return parts_of({{ring}}); }
inline Ring rectangle(double x, double y, double width, double height) {
  return {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}};
}

/// A snapshot of geometries with ids 1, 2, …, opened.
class Layer {
 public:
  explicit Layer(const std::vector<Geometry>& lands) {
    std::vector<geodata::Feature> features;
    for (std::size_t i = 0; i < lands.size(); ++i) {
      geodata::Feature& feature = features.emplace_back();
      feature.id = i + 1;
      feature.geometry = lands[i];
      feature.area_m2 = geometry::area_m2(lands[i]);
    }
    open(features);
  }
  explicit Layer(const std::vector<geodata::Feature>& features) { open(features); }
  const geodata::Snapshot& operator*() const { return *snapshot_; }
  const geodata::Snapshot* operator->() const { return snapshot_.get(); }
  std::vector<std::uint64_t> ids(const CoverageFinding& finding) const {
    std::vector<std::uint64_t> ids;
    for (const std::size_t item : finding.items) ids.push_back(snapshot_->id(item));
    return ids;
  }

 private:
  void open(const std::vector<geodata::Feature>& features) {
    geodata::Schema schema;
    schema.layer = "parcels";
    schema.kinds = {geometry::Kind::point, geometry::Kind::line, geometry::Kind::polygon};
    geodata::test::write_snapshot(folder_ / "s", features, schema);
    snapshot_ = geodata::Snapshot::open(folder_ / "s");
  }

  geodata::test::TempFolder folder_;
  std::shared_ptr<const geodata::Snapshot> snapshot_;
};

}  // namespace caitu::analysis::test
