#pragma once

#include <string>
#include <vector>

#include "geodata/query.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::geodata {

/// What of a layer lies in each unit (town, district), and what in none.
///
/// Guarantees: Σ units + elsewhere = the edition's area, to 1e-9 of it; the sum is of features, so land under
/// two features counts twice. The same snapshots give the same bits on any number of threads. Areas: m² on
/// the CGCS2000 ellipsoid. `features` counts a feature in every unit that holds a piece of it; pieces below
/// kLeastPieceM2 go to the feature's other piece.
struct Totals {
  std::vector<ClassSum> units;  ///< by the units' item
  ClassSum elsewhere;
};

/// By place: polygons are cut at the units' outlines, lines and points belong where geometry::point_on
/// stands. Where outlines overlap, the unit that stands first in item order has the land, so that nothing
/// counts twice for that. Features without a geometry are elsewhere. Works on up to `threads` threads.
Totals totals_by_outline(const Snapshot& layer, const Snapshot& units, std::size_t threads);

/// By code: a feature belongs whole to the unit with whose code the text in `field` begins; of several the
/// longest. Codes are 6, 9 or 12 digits; the trailing zeros of a 12-digit code ("110115104000") say nothing.
Totals totals_by_code(const Snapshot& layer, std::size_t field, const Snapshot& units, std::size_t unit_code);

}  // namespace caitu::geodata
