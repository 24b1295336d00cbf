#include "analysis/detail/result_rows.hpp"

#include <algorithm>
#include <string_view>

#include "base/error.hpp"

namespace caitu::analysis::detail {

using base::Code;
using base::Error;
using base::Where;
using geodata::Field;
using geodata::FieldType;
using geodata::Value;
using geometry::Kind;

namespace {

std::string small(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return result;
}

bool named(const std::vector<Field>& fields, const std::string& name) {
  return std::ranges::any_of(fields, [&](const Field& field) { return small(field.name) == small(name); });
}

/// All fields of both, or of a alone, under the names that they have in the result.
std::vector<ResultColumn> all_columns(const InputLayer& a, const InputLayer& b, bool both) {
  std::vector<std::string> taken{"id", "mu", "a_fid", "b_fid", "area_m2"};
  const auto is_taken = [&](const std::string& name) {
    return std::ranges::find(taken, small(name)) != taken.end();
  };
  std::vector<ResultColumn> columns;
  const auto add = [&](const InputLayer& layer, const InputLayer& other, bool of_right) {
    for (std::size_t place = 0; place < layer.fields().size(); ++place) {
      ResultColumn& column = columns.emplace_back(layer.fields()[place], of_right, place);
      std::string& name = column.field.name;
      if (is_taken(name) || (both && named(other.fields(), name))) name = (of_right ? "b_" : "a_") + name;
      while (is_taken(name)) name += '_';
      taken.push_back(small(name));
      column.field.required = false;
    }
  };
  add(a, b, false);
  if (both) add(b, a, true);
  return columns;
}

std::vector<ResultColumn> chosen_columns(const InputLayer& a, const InputLayer& b, bool both,
                                         const std::vector<std::string>& wanted) {
  std::vector<ResultColumn> all = all_columns(a, b, both);
  if (wanted.empty()) return all;
  std::vector<std::string> names;
  for (const ResultColumn& column : all) names.push_back(column.field.name);
  std::vector<ResultColumn> chosen;
  for (const std::string& name : wanted) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) {
      const std::string nearest = base::nearest_name(name, names);
      throw Error(Code::usage, "the result has no field \"" + name + "\"", Where{.field = "--fields"},
                  nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
    }
    chosen.push_back(all[static_cast<std::size_t>(at - names.begin())]);
  }
  return chosen;
}

Value value_of(std::uint64_t id) { return id == kNoId ? Value() : Value(static_cast<std::int64_t>(id)); }

}  // namespace

ResultRows::ResultRows(const InputLayer& a, const InputLayer& b, bool both,
                       const std::vector<std::string>& wanted)
    : a_(a), b_(b), both_(both), columns_(chosen_columns(a, b, both, wanted)) {
  for (const ResultColumn& column : columns_)
    (column.of_right ? places_in_b_ : places_in_a_).push_back(column.place);
}

geodata::Schema ResultRows::schema() const {
  geodata::Schema schema;
  schema.layer = "overlay";
  schema.fields.push_back({.name = "a_fid", .type = FieldType::integer});
  if (both_) schema.fields.push_back({.name = "b_fid", .type = FieldType::integer});
  for (const ResultColumn& column : columns_) schema.fields.push_back(column.field);
  schema.fields.push_back({.name = "area_m2", .type = FieldType::real});
  for (std::size_t item = 0; item < a_.land().size(); ++item) {
    const Kind kind = a_.land().kind(item);
    if (kind != Kind::empty && !schema.allows(kind)) schema.kinds.push_back(kind);
  }
  if (both_ && !schema.allows(Kind::polygon)) schema.kinds.push_back(Kind::polygon);
  std::ranges::sort(schema.kinds);
  return schema;
}

std::vector<Value> ResultRows::values(const PieceHead& piece) const {
  std::vector<Value> of_a, of_b, values;
  if (piece.left_item != kNoItem) of_a = a_.values(piece.left_item, places_in_a_);
  if (piece.right_item != kNoItem) of_b = b_.values(piece.right_item, places_in_b_);
  values.reserve(columns_.size() + 3);
  values.push_back(value_of(piece.left_id));
  if (both_) values.push_back(value_of(piece.right_id));
  std::size_t next_of_a = 0, next_of_b = 0;
  for (const ResultColumn& column : columns_) {
    std::vector<Value>& from = column.of_right ? of_b : of_a;
    std::size_t& next = column.of_right ? next_of_b : next_of_a;
    values.push_back(from.empty() ? Value() : std::move(from[next++]));
  }
  values.emplace_back(piece.size);
  return values;
}

}  // namespace caitu::analysis::detail
