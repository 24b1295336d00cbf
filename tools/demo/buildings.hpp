#pragma once

#include <optional>

#include "park.hpp"
#include "pieces.hpp"
#include "plane.hpp"

namespace caitu::demo {

inline constexpr double kFromBorder = 1.5;  ///< m between a building and its field's border

/// A rectangle in a frame turned by `angle`, on the plane: its west, east, south and north sides.
Path rectangle(double angle, double west, double east, double south, double north);
/// True when the building lies in the field, kFromBorder or more off its border.
bool fits(const Path& field, const Path& building);

struct Sides {
  double length, depth;  ///< m
};
/// A building about the middle of a piece of land, its length along `angle`; nullopt when it does not fit.
std::optional<Ring> building_on(const Piece& land, double angle, Sides sides);

/// Shares of a rectangular building's length (from the west) and depth (from the south).
struct Part {
  double west, east, south, north;
};
Ring part_of(const Ring& building, const Part& part);
/// Makes a rectangle longer or shorter towards the south until it has `m2`; false, and nothing done, when
/// that needs more than `deepest` m.
bool resize(Ring& building, double m2, double deepest);
double depth_m(const Ring& building);
/// The place `metres` south of the middle of a rectangle's southern wall.
Position south_of(const Ring& building, double metres);

}  // namespace caitu::demo
