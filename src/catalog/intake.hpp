#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/delivery.hpp"
#include "catalog/identity.hpp"
#include "geodata/feature.hpp"
#include "store/findings.hpp"

namespace caitu::catalog {

class RowAudit;

/// A value that has no reading in its field's type; it went to `extra`.
struct UnreadValue {
  std::size_t field = 0;
  std::string text;
};

/// What became of one delivered row: a feature with its claim to an id, or a refusal that keeps all that
/// came.
struct TakenRow {
  std::int64_t row = 0;
  std::optional<geodata::Feature> feature;
  Claim claim;
  std::string refusal;      ///< why there is no feature
  std::string repair;       ///< what was wrong with the geometry and how it was mended, or empty
  std::string repair_kind;  ///< the reason alone, for counting
  geometry::Position repair_at;
  std::vector<std::string>
      notes;  ///< what was changed without loss: heights dropped, edges split, odd values moved to `extra`
  std::vector<UnreadValue> unread;
  std::vector<store::Finding> findings;  ///< of the quality audit, about this row alone
  bool outside_region = false;
  geometry::Geometry delivered;  ///< of a refused row, in source coordinates
  std::string attributes;        ///< of a refused row: JSON object
};

/// Turns a delivered row into a feature of the layer: source CRS → EPSG:4490, datum shift, validity, repair,
/// winding, area, values in the schema's types. Never throws for the sake of one row. Thread-safe: each
/// thread keeps its own transformations. `audit` looks at what came of it; null: nobody does.
TakenRow take_row(const geodata::Declaration& declaration, const std::vector<std::size_t>& key_fields,
                  const DeliveredFile& file, geodata::SourceRow&& row, const RowAudit* audit = nullptr);

/// A value in a field's type; nullopt when it has no such reading ("abc" for a number, "2023-02-31" for a
/// date). Dates are read as 2023-10-31, 2023/10/31, 20231031, 2023年10月31日; booleans as 1/0, true/false,
/// Y/N, 是/否.
std::optional<geodata::Value> convert(const geodata::Value& value, geodata::FieldType type);

/// True for an ISO 8601 date that the calendar has: "2025-06-30", not "2025-06-31", nor any other way to
/// write it.
bool is_date(const std::string& text);

}  // namespace caitu::catalog
