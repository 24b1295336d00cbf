#pragma once

#include <string>

#include "geodata/snapshot.hpp"

namespace caitu::api {

/// Decimals of degrees in answers: about 1 mm on the ground.
inline constexpr int kDegreeDecimals = 8;

/// A GeoJSON Feature: lasting id, geometry in CRS84 degrees, the layer's attributes, then `mu` of polygons.
/// Missing values are null; `extra` is an object.
void append_feature(std::string& out, const geodata::Snapshot& snapshot, std::size_t item);
/// The same properties without geometry, with `id` first: what cards show.
void append_properties(std::string& out, const geodata::Snapshot& snapshot, std::size_t item, bool with_id);

}  // namespace caitu::api
