#include "api/params.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "catalog/intake.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Where;

[[noreturn]] void refuse(std::string_view name, const std::string& message, std::int64_t position,
                         const std::string& hint = {}) {
  throw Error(Code::invalid, message, Where{.field = std::string(name), .position = position}, hint);
}

double parse_number(std::string_view name, std::string_view text, std::int64_t position) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    refuse(name, "\"" + std::string(text) + "\" is not a finite number", position);
  }
  return value;
}

std::string shown(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

}  // namespace

Params::Params(const http::Request& request, std::initializer_list<std::string_view> known)
    : request_(request) {
  const std::vector<std::string> names(known.begin(), known.end());
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string nearest = base::nearest_name(name, names);
      std::string list;
      for (const auto& each : names) list += (list.empty() ? "" : ", ") + each;
      refuse(name, "unknown parameter \"" + name + "\"", -1,
             nearest.empty() ? (list.empty() ? "this address takes none" : "this address takes " + list)
                             : "did you mean \"" + nearest + "\"?");
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      refuse(name, "the parameter \"" + name + "\" comes twice", -1);
    seen.push_back(name);
  }
}

std::optional<std::string> Params::text(std::string_view name) const {
  const auto value = request_.parameter(name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

std::optional<double> Params::number(std::string_view name, double least, double most) const {
  const auto value = request_.parameter(name);
  if (!value) return std::nullopt;
  const double number = parse_number(name, *value, 1);
  if (number < least || number > most) {
    refuse(name, shown(number) + " is outside " + shown(least) + " to " + shown(most), 1);
  }
  return number;
}

std::optional<std::int64_t> Params::integer(std::string_view name, std::int64_t least,
                                            std::int64_t most) const {
  const auto value = request_.parameter(name);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (value->empty() || error != std::errc{} || end != value->data() + value->size()) {
    refuse(name, "\"" + std::string(*value) + "\" is not a whole number", 1);
  }
  if (number < least || number > most) {
    refuse(name,
           std::to_string(number) + " is outside " + std::to_string(least) + " to " + std::to_string(most),
           1);
  }
  return number;
}

double Params::required_number(std::string_view name, double least, double most) const {
  const auto value = number(name, least, most);
  if (!value) refuse(name, "the parameter \"" + std::string(name) + "\" is missing", -1);
  return *value;
}

std::optional<geometry::Box> Params::bbox() const {
  const auto text = request_.parameter("bbox");
  if (!text) return std::nullopt;
  std::vector<double> numbers;
  for (std::size_t begin = 0; begin <= text->size();) {
    const std::size_t end = std::min(text->find(',', begin), text->size());
    numbers.push_back(
        parse_number("bbox", text->substr(begin, end - begin), static_cast<std::int64_t>(begin) + 1));
    begin = end + 1;
  }
  if (numbers.size() != 4 && numbers.size() != 6) {
    refuse("bbox",
           "four numbers are wanted (west,south,east,north), or six with heights; there are " +
               std::to_string(numbers.size()),
           1);
  }
  const std::size_t half = numbers.size() / 2;
  const geometry::Box box{numbers[0], numbers[1], numbers[half], numbers[half + 1]};
  if (box.min_lon < -180 || box.max_lon > 180 || box.min_lat < -90 || box.max_lat > 90) {
    refuse("bbox", "the box leaves the Earth's degrees", 1,
           "longitudes are -180 to 180, latitudes -90 to 90, longitude first");
  }
  if (box.min_lat > box.max_lat)
    refuse("bbox", "south lies north of north", 1, "the order is west,south,east,north");
  if (box.min_lon > box.max_lon)
    refuse("bbox", "a box over the 180° meridian is not offered", 1, "ask for its two halves");
  return box;
}

std::optional<geometry::Datum> Params::datum() const {
  const auto text = request_.parameter("datum");
  if (!text) return std::nullopt;
  const auto datum = geometry::parse_datum(*text);
  if (!datum)
    refuse("datum", "\"" + std::string(*text) + "\" is no datum that caitu knows", 1,
           "cgcs2000, wgs84, gcj02 or bd09");
  return datum;
}

std::optional<std::string> Params::date(std::string_view name) const {
  const auto text = request_.parameter(name);
  if (!text) return std::nullopt;
  if (!catalog::is_date(std::string(*text)))
    refuse(name, "\"" + std::string(*text) + "\" is not a date", 1, "write it as 2025-06-30");
  return std::string(*text);
}

}  // namespace caitu::api
