#include "api/posted_land.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "geometry/ops.hpp"

namespace caitu::api {
namespace {

using base::Code;
using base::Error;
using base::Where;

/// Enough to find the place on a map.
constexpr int kPlaceDecimals = 6;

}  // namespace

void check_posted_polygon(const geometry::Geometry& land, const std::string& member) {
  if (land.kind != geometry::Kind::polygon) {
    throw Error(Code::invalid, "a polygon is wanted, and this is a " + std::string(geometry::name(land.kind)),
                Where{.field = member});
  }
  const geometry::Box box = geometry::box_of(land);
  if (!geometry::finite(land) || box.min_lon < -180 || box.max_lon > 180 || box.min_lat < -90 ||
      box.max_lat > 90) {
    throw Error(Code::invalid, "the polygon leaves the Earth's degrees", Where{.field = member},
                "longitude first, in degrees");
  }
  if (const auto flaw = geometry::flaw_of(land)) {
    std::string place;
    base::append_json_fixed(place, flaw->at.lon, kPlaceDecimals);
    place += ", ";
    base::append_json_fixed(place, flaw->at.lat, kPlaceDecimals);
    throw Error(Code::invalid, "the polygon is invalid: " + flaw->reason + " near " + place,
                Where{.field = member});
  }
}

}  // namespace caitu::api
