#include "geodata/feature.hpp"

#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace caitu::geodata {
namespace {

/// Counts stand before what they count and types before values, so that no two contents share their bytes.
template <typename T>
void append_counted(std::string& out, std::span<const T> values) {
  base::append_value(out, static_cast<std::uint64_t>(values.size()));
  out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

void append_canonical(std::string& out, geometry::GeometryView geometry) {
  out += static_cast<char>(geometry.kind);
  append_counted(out, geometry.positions);
  append_counted(out, geometry.path_ends);
  append_counted(out, geometry.part_ends);
}

void append_canonical(std::string& out, const Value& value) {
  out += static_cast<char>(value.index());
  std::visit(
      [&out](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string>) {
          append_counted(out, std::span<const char>(held));
        } else if constexpr (!std::is_same_v<Held, std::monostate>) {
          base::append_value(out, held);
        }
      },
      value);
}

/// One buffer a thread: digests are taken of every row of a delivery.
std::string& scratch() {
  thread_local std::string buffer;
  buffer.clear();
  return buffer;
}

}  // namespace

base::Digest128 content_digest(geometry::GeometryView geometry, const std::vector<Value>& values) {
  std::string& bytes = scratch();
  append_canonical(bytes, geometry);
  for (const Value& value : values) append_canonical(bytes, value);
  return base::digest128(bytes);
}

base::Digest128 geometry_digest(geometry::GeometryView geometry) {
  std::string& bytes = scratch();
  append_canonical(bytes, geometry);
  return base::digest128(bytes);
}

void append_json_value(std::string& out, const Value& value, FieldType type) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    base::append_json_string(out, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (type == FieldType::boolean) {
      out += *integer != 0 ? "true" : "false";
    } else {
      base::append_json_number(out, *integer);
    }
  } else if (const auto* real = std::get_if<double>(&value)) {
    base::append_json_number(out, *real);
  } else {
    out += "null";
  }
}

}  // namespace caitu::geodata
