#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "geometry/geometry.hpp"

namespace caitu::geodata {

/// Dates are ISO 8601 text ("2023-10-31"), so that they sort; booleans are the integers 0 and 1.
enum class FieldType : std::uint8_t { text, integer, real, boolean, date, datetime };
std::string_view name(FieldType type);
std::optional<FieldType> parse_field_type(std::string_view text);
/// text, date and datetime are kept as text.
constexpr bool textual(FieldType type) {
  return type == FieldType::text || type == FieldType::date || type == FieldType::datetime;
}

/// One attribute of one feature: missing, a whole number or boolean, a real number, or text in UTF-8.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

struct Field {
  std::string name;        ///< as the standard writes it: "DLBM", "supplied_daily_t"
  std::string title = {};  ///< Chinese: "地类编码"
  FieldType type = FieldType::text;
  int width = 0;                          ///< characters, 0 when free
  std::string unit = {};                  ///< "m2", "mu", "t" … or empty
  std::vector<std::string> aliases = {};  ///< names that deliveries use for it, compared without case
  bool required = false;
  friend bool operator==(const Field&, const Field&) = default;
};

/// What a layer is: its name, what its features are made of, and what tells two of them apart. A value.
/// The last field of every layer is `extra` (text): a JSON object of source fields that the layer does not
/// declare, so that nothing delivered is lost.
struct Schema {
  std::string layer;
  std::string title, title_en;
  std::vector<geometry::Kind> kinds;
  std::vector<Field> fields;
  std::vector<std::string> key;  ///< field names; empty: features are told apart by geometry
  std::string class_field;       ///< by which summaries are grouped (DLBM), or empty
  std::string label_field;       ///< what a person calls a feature by, or empty
  bool living = false;           ///< edited one feature at a time

  std::optional<std::size_t> index_of(std::string_view field) const;  ///< exact name
  bool allows(geometry::Kind kind) const;
  friend bool operator==(const Schema&, const Schema&) = default;
};

inline constexpr std::string_view kExtraField = "extra";

base::Json to_json(const Schema& schema);
Schema schema_from_json(const base::Json& json);  ///< throws Error(corrupt)

}  // namespace caitu::geodata
