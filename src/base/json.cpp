#include "base/json.hpp"

#include <charconv>
#include <cmath>

#include "base/error.hpp"

namespace caitu::base {
namespace {

/// Nesting is counted before parsing, because the parser recurses into what it builds and destroys.
void check_depth(std::string_view text, std::size_t max_depth) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) {
        throw Error(Code::invalid, "the JSON is nested deeper than " + std::to_string(max_depth) + " levels",
                    Where{.position = static_cast<std::int64_t>(i) + 1});
      }
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
}

template <typename Integer>
void append_integer(std::string& out, Integer value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace

Json parse_json(std::string_view text, std::size_t max_depth) {
  check_depth(text, max_depth);
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const auto byte = static_cast<std::int64_t>(error.byte);
    throw Error(Code::invalid, "this is not JSON: unexpected text at byte " + std::to_string(byte),
                Where{.position = byte});
  } catch (const Json::out_of_range&) {
    throw Error(Code::invalid, "the JSON holds a number that is too large for a double");
  }
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  std::size_t clean = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, clean, i - clean);
    clean = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kDigits[c >> 4];
        out += kDigits[c & 15];
    }
  }
  out.append(text, clean, text.size() - clean);
  out += '"';
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_json_number(std::string& out, std::int64_t value) { append_integer(out, value); }
void append_json_number(std::string& out, std::uint64_t value) { append_integer(out, value); }

void append_json_fixed(std::string& out, double value, int decimals) {
  static constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
  if (!std::isfinite(value) || decimals < 0 || decimals > 10 || std::abs(value) >= 9e8) {
    append_json_number(out, value);
    return;
  }
  auto scaled = std::llround(value * kPowers[decimals]);
  if (scaled < 0) {
    out += '-';
    scaled = -scaled;
  }
  const auto power = static_cast<long long>(kPowers[decimals]);
  append_integer(out, scaled / power);
  long long fraction = scaled % power;
  if (fraction == 0) return;
  int digits = decimals;
  while (fraction % 10 == 0) {
    fraction /= 10;
    --digits;
  }
  char buffer[12];
  for (int i = digits - 1; i >= 0; --i) {
    buffer[i] = static_cast<char>('0' + fraction % 10);
    fraction /= 10;
  }
  out += '.';
  out.append(buffer, static_cast<std::size_t>(digits));
}

std::string json_text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace caitu::base
