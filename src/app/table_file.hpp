#pragma once

#include <filesystem>
#include <string>

#include "analysis/tabulate.hpp"

namespace caitu::app {

/// In 亩, as .csv or .xlsx: a row for each value, a column for each value, and their totals. `corner` stands
/// over the rows' names.
void write_table(const std::filesystem::path& file, const analysis::Table& table, const std::string& corner);
/// What `caitu tabulate --json` prints; `rows` and `columns` as they were asked for.
base::Json to_json(const analysis::Table& table, const std::string& rows, const std::string& columns);

}  // namespace caitu::app
