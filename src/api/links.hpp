#pragma once

#include <string>

#include "base/json.hpp"

namespace caitu::api {

/// An OGC link object.
inline base::Json link(const std::string& href, const std::string& rel, const std::string& type,
                       const std::string& title = {}) {
  base::Json json{{"href", href}, {"rel", rel}, {"type", type}};
  if (!title.empty()) json["title"] = title;
  return json;
}

}  // namespace caitu::api
