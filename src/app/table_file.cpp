#include "app/table_file.hpp"

#include <fmt/format.h>

#include "base/units.hpp"
#include "geodata/sink.hpp"

namespace caitu::app {
namespace {

using analysis::ExactSum;
using analysis::Table;
using geodata::Value;

constexpr const char* kTotal = "合计";

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  return "（无）";
}

double mu(const ExactSum& m2) { return base::mu_from_m2(m2.value()); }

ExactSum row_sum(const Table& table, std::size_t row) {
  ExactSum sum;
  for (std::size_t column = 0; column < table.columns.size(); ++column) sum.add(table.at(row, column));
  return sum;
}

ExactSum column_sum(const Table& table, std::size_t column) {
  ExactSum sum;
  for (std::size_t row = 0; row < table.rows.size(); ++row) sum.add(table.at(row, column));
  return sum;
}

}  // namespace

void write_table(const std::filesystem::path& file, const Table& table, const std::string& corner) {
  geodata::Schema schema;
  schema.layer = "亩";
  schema.fields.push_back({.name = corner});
  for (const Value& column : table.columns)
    schema.fields.push_back({.name = text_of(column), .type = geodata::FieldType::real});
  schema.fields.push_back({.name = kTotal, .type = geodata::FieldType::real});
  geodata::SinkOptions options;
  options.own_columns = false;
  options.table = true;
  geodata::Sink sink(file, schema, options);
  std::uint64_t number = 0;
  const auto write = [&](const std::string& name, const auto& cell, const ExactSum& total) {
    std::vector<Value> values{name};
    for (std::size_t column = 0; column < table.columns.size(); ++column)
      values.emplace_back(mu(cell(column)));
    values.emplace_back(mu(total));
    sink.write(++number, {}, values, 0);
  };
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    write(
        text_of(table.rows[row]), [&](std::size_t column) { return table.at(row, column); },
        row_sum(table, row));
  write(
      kTotal, [&](std::size_t column) { return column_sum(table, column); }, table.common_m2);
  sink.finish();
}

base::Json to_json(const Table& table, const std::string& rows, const std::string& columns) {
  base::Json json{{"operation", "tabulate"}, {"rows", rows}, {"cols", columns}, {"unit", "mu"}};
  base::Json& cells = json["table"] = base::Json::array();
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      if (table.at(row, column) == ExactSum{}) continue;
      cells.push_back({{"row", text_of(table.rows[row])},
                       {"col", text_of(table.columns[column])},
                       {"mu", mu(table.at(row, column))},
                       {"m2", table.at(row, column).value()}});
    }
  }
  json["pairs"] = table.pairs;
  json["common_mu"] = mu(table.common_m2);
  for (const auto& [letter, input, sum] :
       {std::tuple("a", &table.a, &table.a_m2), std::tuple("b", &table.b, &table.b_m2)})
    json[letter] = {{"name", input->name},
                    {"digest", input->digest},
                    {"features", input->features},
                    {"mu", mu(*sum)},
                    {"intake", analysis::to_json(input->intake)}};
  return json;
}

}  // namespace caitu::app
