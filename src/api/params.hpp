#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "geometry/china_offset.hpp"
#include "geometry/geometry.hpp"
#include "http/message.hpp"

namespace caitu::api {

/// The query parameters of one request. Each reader returns nullopt when the parameter is absent and throws
/// Error(invalid) with its name, the position of what is wrong and the way out when it cannot be read.
class Params {
 public:
  /// Throws for a parameter that is not among `known` (naming the nearest) and for one that comes twice.
  Params(const http::Request& request, std::initializer_list<std::string_view> known);

  std::optional<std::string> text(std::string_view name) const;
  std::optional<double> number(std::string_view name, double least, double most) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most) const;
  double required_number(std::string_view name, double least, double most) const;
  /// "a,b,c,d", or six numbers whose heights are passed over; degrees, longitude first.
  std::optional<geometry::Box> bbox() const;
  std::optional<geometry::Datum> datum() const;
  std::optional<std::string> date(std::string_view name) const;  ///< ISO 8601 date

 private:
  const http::Request& request_;
};

}  // namespace caitu::api
