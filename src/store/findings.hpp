#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "geometry/geometry.hpp"

namespace caitu::store {

enum class Severity : std::uint8_t { error, warning, note };
std::string_view name(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

/// Something wrong with what was delivered, kept with its edition: where it is, and what to do about it.
struct Finding {
  std::string rule;
  Severity severity = Severity::error;
  std::string file;                      ///< as the import named it; empty when it is of the delivery
  std::int64_t row = 0;                  ///< as delivered, counted from 1; 0 when it is of the file
  std::string key;                       ///< the layer's key as delivered, values joined by "/"
  std::uint64_t feature = 0, other = 0;  ///< ids in the edition; 0 when there is none
  std::string other_place;               ///< "file row 12" of the other row, or what else is meant, or empty
  std::string field;
  std::string what, what_zh;        ///< sentences
  std::string way_out, way_out_zh;  ///< what the surveyor does
  std::optional<double> measured, allowed;
  std::string unit;
  geometry::Geometry geometry;  ///< EPSG:4490, what to draw; empty when there is nothing
};

}  // namespace caitu::store
