#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace caitu::base {

/// For small documents: configuration, reports, posted bodies. Keeps the order of keys.
using Json = nlohmann::ordered_json;

/// Parses user text; throws Error(invalid) naming the byte, and refuses nesting past `max_depth`.
Json parse_json(std::string_view text, std::size_t max_depth = 64);

/// Appends JSON text straight to a string: for answers of many features. One thread; no look-back.
/// Numbers are finite or become null; doubles are shortest round-trip unless decimals are asked for.
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double value);
void append_json_number(std::string& out, std::int64_t value);
void append_json_number(std::string& out, std::uint64_t value);
/// At most `decimals` after the point, trailing zeros cut: coordinates.
void append_json_fixed(std::string& out, double value, int decimals);

/// JSON as text, on one line or indented. File names and what came from outside need not be UTF-8: such bytes
/// become U+FFFD instead of an error.
std::string json_text(const Json& json, int indent = -1);

}  // namespace caitu::base
