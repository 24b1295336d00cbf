#pragma once

#include <string>
#include <string_view>

#include "checks/pinned.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks::detail {

/// Where something lies, by the outlines of towns, districts and ring bases; what is not known is empty.
struct Place {
  std::string district, district_code, town, town_code;
  std::string province, county;  ///< 北京市 inside its districts, else those of the ring base beneath it
};

/// Const-shared; keeps a reference to what is pinned.
class Places {
 public:
  explicit Places(const Pinned& pinned) : pinned_(pinned) {}
  /// By `point_on` of the geometry. `base_id` names the ring base that it belongs to where it lies in none.
  Place of(geometry::GeometryView geometry, std::string_view base_id = {}) const;

 private:
  const Pinned& pinned_;
};

}  // namespace caitu::checks::detail
