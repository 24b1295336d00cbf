#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "geometry/geometry.hpp"

namespace caitu::geometry {

// What is read is only what the bytes say: rings may be open and coordinates not finite, which a later check
// finds. A geometry without positions is read as Kind::empty; empty members of a collection vanish.

/// ISO WKB, little-endian. A geometry of one part is written as the single type, else as the Multi type;
/// Kind::empty as an empty collection.
void append_wkb(std::string& out, GeometryView geometry);
/// Any byte order, ISO or EWKB, 2-D or with Z/M (dropped). Throws Error(invalid) at the byte that is wrong,
/// on more than `max_positions`, on a collection whose members differ in kind, on one nested deeper than 32,
/// and on bytes left over.
Geometry read_wkb(std::string_view wkb, std::size_t max_positions = 100'000'000);

/// WKT with shortest round-trip numbers, for people and spreadsheets; "GEOMETRYCOLLECTION EMPTY" when empty.
void append_wkt(std::string& out, GeometryView geometry);

/// The SpatiaLite BLOB of a geometry, always the Multi type, srid 4490. Nothing for an empty one: its column
/// is NULL.
void append_spatialite(std::string& out, GeometryView geometry);
/// Any class of SpatiaLite's but the compressed ones, with Z/M dropped, whatever the srid. Empty for an empty
/// blob. Throws as read_wkb does.
Geometry read_spatialite(std::string_view blob);

/// A GeoJSON geometry object (RFC 7946), at most `decimals` after the point; `null` when empty. Rings wind as
/// they do.
void append_geojson(std::string& out, GeometryView geometry, int decimals = 8);
/// Takes a geometry, a Feature, or a FeatureCollection or GeometryCollection of one kind (joined). Throws
/// Error(invalid) whose message begins with the member's path ("coordinates[0][2]: …"); past `max_positions`
/// Error(too_large). Rings are closed if they are not; whether longitudes and latitudes are in range is the
/// caller's affair.
Geometry read_geojson(const base::Json& json, std::size_t max_positions = 100'000);

}  // namespace caitu::geometry
