#include "checks/detail/places.hpp"

#include <optional>

#include "checks/detail/attributes.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;

/// The first polygon of a layer that holds a place.
std::optional<std::size_t> holding(const Snapshot& snapshot, geometry::Position at) {
  std::optional<std::size_t> found;
  snapshot.tree().query({at.lon, at.lat, at.lon, at.lat}, 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last && !found; ++item) {
      if (snapshot.kind(item) == geometry::Kind::polygon && geometry::covers(snapshot.geometry(item), at))
        found = item;
    }
    return !found;
  });
  return found;
}

std::optional<std::size_t> with_text(const Snapshot& snapshot, std::string_view field,
                                     std::string_view value) {
  const FieldOf texts(snapshot, field);
  for (std::size_t item = 0; item < snapshot.size(); ++item) {
    if (texts.text(item) == value) return item;
  }
  return {};
}

}  // namespace

Place Places::of(geometry::GeometryView geometry, std::string_view base_id) const {
  Place place;
  const geometry::Position at = geometry::point_on(geometry);
  const auto text = [](const Snapshot& snapshot, std::string_view field, std::size_t item) {
    return std::string(FieldOf(snapshot, field).text(item));
  };
  if (const auto* towns = pinned_.find("towns")) {
    if (const auto item = holding(*towns->snapshot, at)) {
      place.town = text(*towns->snapshot, "name", *item);
      place.town_code = text(*towns->snapshot, "code", *item);
      place.district = text(*towns->snapshot, "district", *item);
      place.district_code = text(*towns->snapshot, "district_code", *item);
    }
  }
  if (const auto* districts = pinned_.find("districts")) {
    if (const auto item = holding(*districts->snapshot, at)) {
      place.district = text(*districts->snapshot, "name", *item);
      place.district_code = text(*districts->snapshot, "code", *item);
    }
  }
  if (place.district_code.starts_with("11")) {
    place.province = "北京市";
    return place;
  }
  if (const auto* bases = pinned_.find("ring_bases")) {
    auto item = holding(*bases->snapshot, at);
    if (!item && !base_id.empty()) item = with_text(*bases->snapshot, "base_id", base_id);
    if (item) {
      place.province = text(*bases->snapshot, "province", *item);
      place.county = text(*bases->snapshot, "county", *item);
    }
  }
  return place;
}

}  // namespace caitu::checks::detail
