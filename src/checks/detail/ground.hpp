#pragma once

#include <string>
#include <vector>

#include "checks/pinned.hpp"
#include "checks/result.hpp"
#include "geodata/land_classes.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks::detail {

/// What land lies beneath something, by the survey's parcels.
struct Beneath {
  double cropland_m2 = 0, facility_m2 = 0, other_m2 = 0;
  std::vector<Subject> parcels;  ///< by the land that they share with it, the most first
  std::vector<std::string> owner_units, location_units;  ///< of those parcels, each once

  double surveyed_m2() const { return cropland_m2 + facility_m2 + other_m2; }
};

/// Parcels, whose classes are read by each one's own code system. Const-shared; keeps references to both.
class Ground {
 public:
  Ground(const Pinned& pinned, const geodata::LandClasses& classes);
  bool surveyed() const { return parcels_ != nullptr; }
  /// Of a polygon. A parcel that shares less than `least_m2` with it is passed over: two borders that were
  /// meant to be one.
  Beneath beneath(geometry::GeometryView polygon, double least_m2 = 0.01) const;

 private:
  const geodata::Snapshot* parcels_ = nullptr;
  const geodata::LandClasses& classes_;
};

/// m² of a polygon inside the polygons of a layer, each square metre once when they do not overlap; and which
/// of them those are, the most first.
struct Inside {
  double m2 = 0;
  std::vector<std::size_t> items;
};
Inside inside(const geodata::Snapshot& layer, geometry::GeometryView polygon, double least_m2 = 0.01);

}  // namespace caitu::checks::detail
