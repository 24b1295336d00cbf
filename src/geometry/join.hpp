#pragma once

#include <optional>
#include <span>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// The land to the left of edges, two positions each, which cross nowhere and meet at their ends only: valid
/// and canonical. nullopt when they bound none, or overlap.
std::optional<Geometry> land_left_of(std::span<const Position> edges);

/// The union of lands that do not overlap and whose common borders have the same positions to the last bit:
/// valid and canonical. Where they do not keep to that, GEOS makes the best of it.
Geometry united(std::span<const GeometryView> parts);

/// A meridian or a parallel along which land was divided.
struct Seam {
  bool meridian = true;
  double at = 0;  ///< its longitude or latitude

  double across(Position p) const { return meridian ? p.lon : p.lat; }
  double along(Position p) const { return meridian ? p.lat : p.lon; }
  bool holds(Position p) const { return across(p) == at; }
};

/// Disjoint parts of land that was divided along seams, grown together where they meet there; places that
/// only the dividing made, on what was a straight edge, are gone again. Valid and canonical. The parts are
/// valid and canonical, their borders lie on a seam to the last bit (as `Zone::cut` leaves them).
Geometry joined(std::span<const Geometry> parts, std::span<const Seam> seams);

}  // namespace caitu::geometry
