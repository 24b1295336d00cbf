#pragma once

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

/// Of the parts of a polygon, those in which a disc `width_m` wide fits; Geometry{} when there are none.
geometry::Geometry wide_parts(geometry::GeometryView polygon, double width_m);

}  // namespace caitu::analysis::detail
