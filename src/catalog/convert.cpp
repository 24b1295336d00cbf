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
  if (text.starts_with("+-")) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
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
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// Takes up to `most` digits from the front of the text; nullopt when there are none.
std::optional<int> take_digits(std::string_view& text, std::size_t most) {
  int number = 0;
  std::size_t digits = 0;
  for (; digits < most && digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    number = number * 10 + (text[digits] - '0');
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

/// Year, month and day as people write them: one separator throughout, the Chinese signs, or eight digits in
/// a row. A time may follow.
std::optional<std::string> date_text(std::string_view text) {
  const bool compact = text.size() >= 8 && text.find_first_not_of("0123456789") >= 8;
  const auto year = take_digits(text, 4);
  if (!year || *year < 1000) return std::nullopt;
  std::string_view separator;
  for (const std::string_view one : {"-", "/", ".", "年"}) {
    if (separator.empty() && take(text, one)) separator = one;
  }
  if (separator.empty() && !compact) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, separator == "年" ? "月" : separator)) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !real_date(*year, *month, *day)) return std::nullopt;
  if (separator == "年") take(text, "日");
  if (!text.empty() && !((take(text, "T") || take(text, " ")) && take_digits(text, 2))) return std::nullopt;
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", *year, *month, *day);
  return std::string(buffer);
}

std::optional<Value> to_text(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Value(std::to_string(*integer));
  return Value(number_text(std::get<double>(value)));
}

std::optional<Value> to_date(const Value& value) {
  std::string text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) text = std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) text = number_text(*real);
  if (const auto* given = std::get_if<std::string>(&value)) text = trimmed(*given);
  if (text.empty()) return Value();
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

bool is_date(const std::string& text) { return convert(text, FieldType::date) == Value(text); }

}  // namespace caitu::catalog
