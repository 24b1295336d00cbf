#include "api/posted_body.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "catalog/intake.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;

[[noreturn]] void refuse(std::string_view name, const std::string& message, const std::string& hint = {}) {
  throw Error(Code::invalid, message, Where{.field = std::string(name)}, hint);
}

/// As much of a value as a message holds.
std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 60;
  const std::string text = base::json_text(value);
  return text.size() <= kLongest ? text : "what stands there";
}

}  // namespace

PostedBody::PostedBody(const http::Request& request, std::initializer_list<std::string_view> known) {
  if (request.body.find_first_not_of(" \t\r\n") == std::string::npos) return;
  json_ = base::parse_json(request.body);
  if (!json_.is_object()) refuse("body", "the body is a JSON object", "{…}, or nothing");
  for (const auto& [name, value] : json_.items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string nearest = base::nearest_name(name, known);
    std::string all;
    for (const std::string_view one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    refuse(name, "the body has no member \"" + name + "\"",
           nearest.empty() ? "it has " + all : "did you mean \"" + nearest + "\"?");
  }
}

const Json* PostedBody::find(std::string_view name) const {
  const auto at = json_.find(name);
  return at == json_.end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::string> PostedBody::text(std::string_view name, std::size_t longest) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(name, shown(*value) + " is no text");
  std::string text = *value;
  if (text.size() > longest)
    refuse(name, "the text is longer than " + std::to_string(longest) + " bytes", "say it in fewer words");
  return text;
}

std::optional<double> PostedBody::number(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) refuse(name, shown(*value) + " is no number");
  return value->get<double>();
}

std::optional<std::int64_t> PostedBody::integer(std::string_view name, std::int64_t least,
                                                std::int64_t most) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const bool large =
      value->is_number_unsigned() &&
      value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!value->is_number_integer() || large) refuse(name, shown(*value) + " is no whole number");
  const std::int64_t number = *value;
  if (number < least || number > most)
    refuse(name, shown(*value) + " is out of range",
           "from " + std::to_string(least) + " to " + std::to_string(most));
  return number;
}

std::optional<std::string> PostedBody::date(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string() || !catalog::is_date(value->get<std::string>()))
    refuse(name, shown(*value) + " is no date", "write it as 2024-12-31");
  return value->get<std::string>();
}

}  // namespace caitu::api
