#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace caitu::api {

inline constexpr std::string_view kGeoJson = "application/geo+json";
inline constexpr std::string_view kCrs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// An OGC link object.
inline base::Json link(const std::string& href, const std::string& rel, const std::string& type,
                       const std::string& title = {}) {
  base::Json json{{"href", href}, {"rel", rel}, {"type", type}};
  if (!title.empty()) json["title"] = title;
  return json;
}

}  // namespace caitu::api
