#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "catalog/intake.hpp"

namespace caitu::catalog {
namespace {

using geodata::FieldType;
using geodata::Value;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string number_text(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

bool whole(double value) {
  return std::isfinite(value) && std::abs(value) < 9e18 && std::trunc(value) == value;
}

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Value> to_integer(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) {
    if (!whole(*real)) return std::nullopt;
    return Value(static_cast<std::int64_t>(*real));
  }
  const std::string_view text = trimmed(std::get<std::string>(value));
  if (text.empty()) return Value();
  if (const auto integer = parse<std::int64_t>(text)) return Value(*integer);
  const auto real = parse<double>(text);
  if (!real || !whole(*real)) return std::nullopt;
  return Value(static_cast<std::int64_t>(*real));
}

std::optional<Value> to_real(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Value(static_cast<double>(*integer));
  const std::string_view text = trimmed(std::get<std::string>(value));
  if (text.empty()) return Value();
  const auto real = parse<double>(text);
  if (!real || !std::isfinite(*real)) return std::nullopt;
  return Value(*real);
}

std::optional<Value> to_boolean(const Value& value) {
  if (const auto* real = std::get_if<double>(&value)) {
    if (*real != 0 && *real != 1) return std::nullopt;
    return Value(static_cast<std::int64_t>(*real));
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (*integer != 0 && *integer != 1) return std::nullopt;
    return value;
  }
  const std::string_view text = trimmed(std::get<std::string>(value));
  if (text.empty()) return Value();
  for (const std::string_view yes : {"1", "true", "TRUE", "True", "T", "t", "Y", "y", "yes", "是"}) {
    if (text == yes) return Value(std::int64_t{1});
  }
  for (const std::string_view no : {"0", "false", "FALSE", "False", "F", "f", "N", "n", "no", "否"}) {
    if (text == no) return Value(std::int64_t{0});
  }
  return std::nullopt;
}

bool real_date(int year, int month, int day) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// The digit groups of a date, whatever stands between them ("-", "/", ".", "年", "月"); eight digits in a
/// row are 4+2+2.
std::optional<std::string> date_text(std::string_view text) {
  int groups[3] = {0, 0, 0}, count = 0;
  std::size_t i = 0;
  while (i < text.size() && count < 3) {
    const std::size_t begin = i;
    int number = 0;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9' && i - begin < 8)
      number = number * 10 + (text[i++] - '0');
    const std::size_t digits = i - begin;
    if (digits == 8 && count == 0) {
      groups[0] = number / 10000, groups[1] = number / 100 % 100, groups[2] = number % 100;
      count = 3;
      break;
    }
    if (digits == 0 || digits > 4 || (count == 0 && digits != 4)) return std::nullopt;
    groups[count++] = number;
    while (count < 3 && i < text.size() && (text[i] < '0' || text[i] > '9')) ++i;
  }
  std::string_view rest = text.substr(i);
  if (rest.substr(0, 3) == "日") rest.remove_prefix(3);
  const bool time_follows = !rest.empty() && (rest[0] == 'T' || rest[0] == ' ');
  if (count != 3 || (!rest.empty() && !time_follows) || !real_date(groups[0], groups[1], groups[2]))
    return std::nullopt;
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", groups[0], groups[1], groups[2]);
  return std::string(buffer);
}

std::optional<Value> to_text(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Value(std::to_string(*integer));
  return Value(number_text(std::get<double>(value)));
}

std::optional<Value> to_date(const Value& value) {
  std::string text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) text = std::to_string(*integer);
  if (const auto* given = std::get_if<std::string>(&value)) text = trimmed(*given);
  if (text.empty() && !std::holds_alternative<double>(value)) return Value();
  auto date = date_text(text);
  if (!date) return std::nullopt;
  return Value(std::move(*date));
}

}  // namespace

std::optional<Value> convert(const Value& value, FieldType type) {
  if (std::holds_alternative<std::monostate>(value)) return Value();
  const bool text = std::holds_alternative<std::string>(value);
  switch (type) {
    case FieldType::text:
    case FieldType::datetime:
      return text ? value : to_text(value);
    case FieldType::date:
      return to_date(value);
    case FieldType::boolean:
      return to_boolean(value);
    case FieldType::integer:
      return std::holds_alternative<std::int64_t>(value) ? value : to_integer(value);
    case FieldType::real:
      return std::holds_alternative<double>(value) ? value : to_real(value);
  }
  return std::nullopt;
}

}  // namespace caitu::catalog
