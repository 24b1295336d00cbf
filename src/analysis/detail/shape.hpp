#pragma once

#include <vector>

#include "geometry/geometry.hpp"

namespace caitu::analysis::detail {

/// Metres on the plane that touches the ellipsoid's sphere at a latitude: for lengths and directions of a few
/// hundred metres, never for areas.
class LocalMetres {
 public:
  explicit LocalMetres(double lat);
  double x(double lon_difference) const { return lon_difference * lon_m_; }
  double y(double lat_difference) const { return lat_difference * lat_m_; }
  double distance(geometry::Position a, geometry::Position b) const;
  geometry::Position moved(geometry::Position from, double x_m, double y_m) const {
    return {from.lon + x_m / lon_m_, from.lat + y_m / lat_m_};
  }
  geometry::Box grown(const geometry::Box& box, double by_m) const;

 private:
  double lon_m_, lat_m_;  ///< of one degree
};

/// Length in m of all rings, within 1 % (LocalMetres at each ring's own latitude).
double outline_m(geometry::GeometryView polygon);

/// The parts of a polygon by whether a disc of a width fits into them.
struct ByWidth {
  geometry::Geometry wide;                 ///< Geometry{} when there are none
  std::vector<geometry::Geometry> narrow;  ///< one by one
};
ByWidth by_width(geometry::GeometryView polygon, double width_m);
inline geometry::Geometry wide_parts(geometry::GeometryView polygon, double width_m) {
  return by_width(polygon, width_m).wide;
}

}  // namespace caitu::analysis::detail
