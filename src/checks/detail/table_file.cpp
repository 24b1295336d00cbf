#include "checks/detail/table_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace caitu::checks::detail {
namespace {

using base::Code;
using base::Error;

constexpr std::string_view kWideSpace = "\u3000", kListComma = "、", kByteOrderMark = "\xEF\xBB\xBF";

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    cells.emplace_back(trimmed(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

/// Bytes that a lead byte announces are there; enough to tell GBK, which is what spreadsheets save here.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    const int more = lead < 0x80         ? 0
                     : lead >> 5 == 0x6  ? 1
                     : lead >> 4 == 0xe  ? 2
                     : lead >> 3 == 0x1e ? 3
                                         : -1;
    if (more < 0) return false;
    for (int k = 0; k < more; ++k, ++i) {
      if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return false;
    }
  }
  return true;
}

std::string joined(const std::vector<std::string>& columns) {
  std::string all;
  for (const std::string& column : columns) all += (all.empty() ? "" : ",") + column;
  return all;
}

void check_head(const std::string& file, std::int64_t line, const std::vector<std::string>& head,
                const std::vector<std::string>& columns) {
  if (head == columns) return;
  const auto missing = std::ranges::find_if(
      columns, [&](const std::string& column) { return std::ranges::count(head, column) == 0; });
  const std::string what = missing == columns.end() ? "The columns of the table are not those that it has."
                                                    : fmt::format("The table has no column {}.", *missing);
  const std::string field = missing == columns.end() ? std::string() : *missing;
  throw Error(Code::usage, what, base::Where{.file = file, .row = line, .field = field},
              "Its first line is " + joined(columns));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  for (bool again = true; again;) {
    again = false;
    if (!text.empty() && is_space(text.front())) text.remove_prefix(1), again = true;
    if (!text.empty() && is_space(text.back())) text.remove_suffix(1), again = true;
    if (text.starts_with(kWideSpace)) text.remove_prefix(kWideSpace.size()), again = true;
    if (text.ends_with(kWideSpace)) text.remove_suffix(kWideSpace.size()), again = true;
  }
  return text;
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(kListComma, at), text.size());
    const std::string_view part = trimmed(text.substr(at, end - at));
    if (!part.empty()) parts.emplace_back(part);
    at = end == text.size() ? end + 1 : end + kListComma.size();
  }
  return parts;
}

TableRow::TableRow(std::string file, std::int64_t line, const std::vector<std::string>& columns,
                   std::vector<std::string> cells)
    : file_(std::move(file)), line_(line) {
  for (std::size_t i = 0; i < columns.size(); ++i) cells_.emplace(columns[i], std::move(cells[i]));
}

void TableRow::fail(std::string_view column, const std::string& message, const std::string& hint) const {
  throw Error(Code::usage, message, base::Where{.file = file_, .row = line_, .field = std::string(column)},
              hint);
}

const std::string& TableRow::text(std::string_view column) const {
  const auto at = cells_.find(column);
  if (at == cells_.end())
    throw Error(Code::internal, fmt::format("The table {} has no column {}.", file_, column));
  return at->second;
}

const std::string& TableRow::required(std::string_view column) const {
  const std::string& cell = text(column);
  if (cell.empty()) fail(column, "The cell is empty.", "Every row has one.");
  return cell;
}

std::vector<std::string> TableRow::list(std::string_view column) const {
  std::vector<std::string> parts = parts_of(text(column));
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    if (std::find(parts.begin(), part, *part) != part)
      fail(column, fmt::format("{} stands twice in the cell.", *part), "Write it once.");
  }
  return parts;
}

std::int64_t TableRow::whole(std::string_view column, std::int64_t least, std::int64_t most) const {
  const std::string& cell = text(column);
  std::int64_t number = 0;
  const char* end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < least || number > most) {
    fail(column, fmt::format("\"{}\" is no whole number from {} to {}.", cell, least, most),
         "Write digits alone, without separators.");
  }
  return number;
}

const std::string& TableRow::digits(std::string_view column, std::size_t count) const {
  const std::string& cell = text(column);
  const bool only = std::ranges::all_of(cell, [](char c) { return c >= '0' && c <= '9'; });
  if (!only || cell.size() != count)
    fail(column, fmt::format("\"{}\" is no code.", cell), fmt::format("A code here has {} digits.", count));
  return cell;
}

std::vector<TableRow> read_table(const std::filesystem::path& file, const std::vector<std::string>& columns) {
  std::ifstream in(file);
  const std::string name = file.string();
  if (!in) {
    throw Error(Code::usage, "The table cannot be read.", base::Where{.file = name},
                "The tables of the plan come with caitu, in geodata/plan.");
  }
  std::vector<TableRow> rows;
  std::string text;
  bool headed = false;
  for (std::int64_t line = 1; std::getline(in, text); ++line) {
    std::string_view rest = text;
    if (line == 1 && rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
    rest = trimmed(rest);
    if (rest.empty() || rest.front() == '#') continue;
    if (!is_utf8(rest)) {
      throw Error(Code::usage, "The line is not UTF-8.", base::Where{.file = name, .row = line},
                  "Save the table as CSV in UTF-8; spreadsheets here write GBK unless they are told.");
    }
    std::vector<std::string> cells = cells_of(rest);
    if (!headed) {
      check_head(name, line, cells, columns);
      headed = true;
      continue;
    }
    if (rest.find('"') != std::string_view::npos || cells.size() != columns.size()) {
      const std::string column = cells.size() < columns.size() ? columns[cells.size()] : columns.back();
      throw Error(Code::usage,
                  fmt::format("A line of the table has {} cells, this one {}.", columns.size(), cells.size()),
                  base::Where{.file = name, .row = line, .field = column},
                  "Cells are parted by commas and hold neither commas nor quotation marks.");
    }
    rows.emplace_back(name, line, columns, std::move(cells));
  }
  if (rows.empty()) {
    throw Error(Code::usage, "The table has no rows.", base::Where{.file = name},
                headed ? "Bring the one that comes with caitu." : "Its first line is " + joined(columns));
  }
  return rows;
}

}  // namespace caitu::checks::detail
