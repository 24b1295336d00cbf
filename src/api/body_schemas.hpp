#pragma once

#include <string>

#include "base/json.hpp"
#include "http/message.hpp"

namespace caitu::api {

/// What the description of the interface says of one address beyond its row of the table.
struct DescribedBodies {
  base::Json request;           ///< JSON Schema of the body; null: whatever the row's kind says
  bool request_wanted = false;  ///< whether a body must come
  int status = 200;             ///< of an answer that went well
  std::string type = "application/json";
  base::Json response;       ///< JSON Schema of it; null: none
  bool conditional = false;  ///< wants If-Match
};

/// Null where there is nothing more to say.
const DescribedBodies* described_bodies(http::Method method, const std::string& pattern);

}  // namespace caitu::api
