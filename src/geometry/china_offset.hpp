#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// The datums of map services in China. GCJ-02 and BD-09 have no EPSG code: caitu names them itself (DOMAIN
/// 1).
enum class Datum : std::uint8_t { cgcs2000, gcj02, bd09 };

std::string_view name(Datum datum);
/// "cgcs2000", "wgs84" (the same at this precision), "gcj02", "bd09", in any case and with "-"; nullopt for
/// others.
std::optional<Datum> parse_datum(std::string_view text);

/// Moves degrees from one datum to another. The way from GCJ-02 or BD-09 is iterative: a round trip stays
/// below 1 mm. Outside China (by the published formula's own rectangle, 72.004–137.8347 E, 0.8293–55.8271 N)
/// GCJ-02 equals WGS 84; within 2 km outside that rectangle the way back is ambiguous and is answered for the
/// place inside. BD-09 is its formula on GCJ-02 everywhere.
Position shift(Position p, Datum from, Datum to);
void shift(std::span<Position> positions, Datum from, Datum to);

}  // namespace caitu::geometry
