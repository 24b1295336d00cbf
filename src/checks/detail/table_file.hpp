#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace caitu::checks::detail {

/// One line of a table, its cells by column. Whatever it does not like is Error(usage) with file, line,
/// column and the way out.
class TableRow {
 public:
  TableRow(std::string file, std::int64_t line, const std::vector<std::string>& columns,
           std::vector<std::string> cells);

  std::int64_t line() const { return line_; }
  /// Without spaces at its ends; may be empty.
  const std::string& text(std::string_view column) const;
  const std::string& required(std::string_view column) const;
  /// The parts between 、; none of an empty cell, and no part is empty or comes twice.
  std::vector<std::string> list(std::string_view column) const;
  std::int64_t whole(std::string_view column, std::int64_t least, std::int64_t most) const;
  /// So many digits.
  const std::string& digits(std::string_view column, std::size_t count) const;
  template <typename T>
  T one_of(std::string_view column, const std::vector<std::pair<std::string_view, T>>& words) const {
    for (const auto& [word, value] : words) {
      if (word == text(column)) return value;
    }
    std::string all;
    for (const auto& known : words) all += (all.empty() ? "" : ", ") + std::string(known.first);
    fail(column, "\"" + text(column) + "\" is none of the words of this column.",
         "Write one of: " + all + ".");
  }
  [[noreturn]] void fail(std::string_view column, const std::string& message,
                         const std::string& hint = {}) const;

 private:
  std::string file_;
  std::int64_t line_;
  std::map<std::string, std::string, std::less<>> cells_;
};

/// A table in UTF-8 whose cells hold no comma and no quotation mark: a head that names the columns, and rows.
/// Empty lines and those that begin with # say what it is. Returns the rows in their order, at least one.
std::vector<TableRow> read_table(const std::filesystem::path& file, const std::vector<std::string>& columns);

/// Without spaces at its ends, the wide one of Chinese text (U+3000) among them.
std::string_view trimmed(std::string_view text);
/// The parts between 、, trimmed; empty ones are left out.
std::vector<std::string> parts_of(std::string_view text);

}  // namespace caitu::checks::detail
