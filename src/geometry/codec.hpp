#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// ISO WKB, little-endian. A geometry of one part is written as the single type, else as the Multi type.
void append_wkb(std::string& out, GeometryView geometry);
/// Any byte order, ISO or EWKB, 2-D or with Z/M (dropped). Throws Error(invalid) at the byte that is wrong, on more than
/// `max_positions`, and on a collection whose members differ in kind.
Geometry read_wkb(std::string_view wkb, std::size_t max_positions = 100'000'000);

/// The SpatiaLite BLOB of a geometry, always the Multi type, srid 4490.
void append_spatialite(std::string& out, GeometryView geometry);
Geometry read_spatialite(std::string_view blob);

/// A GeoJSON geometry object (RFC 7946), at most `decimals` after the point; `null` when empty.
void append_geojson(std::string& out, GeometryView geometry, int decimals = 8);
/// Takes a geometry, a Feature, or a FeatureCollection of one kind (joined). Throws Error(invalid) that names the
/// member; past `max_positions` Error(too_large). Rings are closed if they are not.
Geometry read_geojson(const base::Json& json, std::size_t max_positions = 100'000);

}  // namespace caitu::geometry
