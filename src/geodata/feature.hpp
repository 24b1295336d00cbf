#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"
#include "geometry/geometry.hpp"
#include "geodata/schema.hpp"

namespace caitu::geodata {

/// One feature of one layer, as it is stored: EPSG:4490 degrees, values in the order of the schema's fields.
struct Feature {
  std::uint64_t id = 0;  ///< lasting, 53 bits
  geometry::Geometry geometry;
  std::vector<Value> values;
  double area_m2 = 0;  ///< geometry::area_m2 of the geometry
};

/// Tells whether two versions of a feature hold the same land and attributes (the id does not count).
base::Digest128 content_digest(geometry::GeometryView geometry, const std::vector<Value>& values);
/// Of the geometry alone.
base::Digest128 geometry_digest(geometry::GeometryView geometry);

void append_json_value(std::string& out, const Value& value, FieldType type);

}  // namespace caitu::geodata
