#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "http/message.hpp"

namespace caitu::api {

/// The members of a posted JSON object, as Params are those of a query. Each reader returns nothing when the
/// member is absent or null, and throws Error(invalid) with its name when it cannot be read.
class PostedBody {
 public:
  /// An empty body is an object without members. Throws for what is no JSON object and for a member that is
  /// not among `known` (naming the nearest).
  PostedBody(const http::Request& request, std::initializer_list<std::string_view> known);

  const base::Json& json() const { return json_; }
  const base::Json* find(std::string_view name) const;
  std::optional<std::string> text(std::string_view name, std::size_t longest) const;
  std::optional<double> number(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name,
                                      std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                                      std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  std::optional<std::string> date(std::string_view name) const;  ///< ISO 8601 date

 private:
  base::Json json_ = base::Json::object();
};

}  // namespace caitu::api
