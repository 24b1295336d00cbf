#pragma once

#include <map>
#include <string>
#include <vector>

#include "delivery_reader.hpp"
#include "geometry/ops.hpp"

/// The planted sites of the test delivery, and measures of where they lie.
namespace caitu::demo::test {

/// A layer, read once.
inline const std::vector<Feature>& layer_of(const std::string& package, const std::string& layer) {
  static std::map<std::string, std::vector<Feature>> layers;
  const auto found = layers.find(layer);
  if (found != layers.end()) return found->second;
  return layers.emplace(layer, package == "plan" ? plan(layer) : land(layer)).first->second;
}

struct Site {
  std::string id, rule, expected, layer;
  geometry::Position at;
  Feature feature;
};

inline std::vector<Site> all_sites() {
  std::map<std::string, std::pair<std::string, Feature>> features;
  for (const auto& [layer, id] : {std::pair("structures", "structure_id"),
                                  {"facilities", "facility_id"},
                                  {"greenhouses", "greenhouse_id"},
                                  {"spots", "JCBH"},
                                  {"rectified", "case_id"}}) {
    for (const Feature& feature : layer_of("land", layer)) {
      INFO(feature[id]);
      const bool fresh = features.emplace(feature[id], std::pair(layer, feature)).second;
      CHECK(fresh);
    }
  }
  std::vector<Site> sites;
  for (const auto& [id, lon, lat, rule, expected] : truth()) {
    INFO(id);
    const auto found = features.find(id);
    REQUIRE(found != features.end());
    sites.push_back(
        {id, rule, expected, found->second.first, {std::stod(lon), std::stod(lat)}, found->second.second});
  }
  return sites;
}
inline const std::vector<Site>& sites() {
  static const std::vector<Site> all = all_sites();
  return all;
}

/// The sites of one rule.
inline std::vector<Site> sites_of(const std::string& rule, const std::string& expected = "") {
  std::vector<Site> some;
  for (const Site& site : sites()) {
    if (site.rule == rule && (expected.empty() || site.expected == expected)) some.push_back(site);
  }
  return some;
}

inline bool boxes_meet(const Geometry& a, const Geometry& b) {
  const auto first = geometry::box_of(a), second = geometry::box_of(b);
  return first.min_lon <= second.max_lon && second.min_lon <= first.max_lon &&
         first.min_lat <= second.max_lat && second.min_lat <= first.max_lat;
}

/// The share of a polygon that lies inside features which do not overlap.
inline double share_inside(const Geometry& shape, const std::vector<Feature>& zones) {
  double m2 = 0;
  for (const Feature& zone : zones) {
    if (boxes_meet(shape, zone.shape)) m2 += geometry::area_m2(geometry::intersection(shape, zone.shape));
  }
  return m2 / geometry::area_m2(shape);
}

/// Fields in use for vegetables, each square metre once: cropland, every one 0102.
inline const std::vector<Feature>& fields() {
  static const std::vector<Feature> once = [] {
    std::vector<Feature> some;
    for (const Feature& field : layer_of("land", "vegetable_land")) {
      if (field["plot_id"].starts_with("CD-")) some.push_back(field);
    }
    return some;
  }();
  return once;
}

/// Least distance in m from a polygon's border to the nearest feature, infinite beyond 2 km or so.
inline double distance_to(const Geometry& shape, const std::vector<Feature>& features) {
  double nearest = 1e300;
  for (const Feature& feature : features) {
    if (std::abs(feature.shape.positions[0].lon - shape.positions[0].lon) > 0.03 ||
        std::abs(feature.shape.positions[0].lat - shape.positions[0].lat) > 0.03)
      continue;
    for (const auto p : shape.positions) nearest = std::min(nearest, geometry::distance_m(p, feature.shape));
    for (const auto p : feature.shape.positions) nearest = std::min(nearest, geometry::distance_m(p, shape));
  }
  return nearest;
}

inline bool non_farm(const Feature& structure) {
  static const std::vector<std::string> kinds = {"residence", "shop", "restaurant", "lodging", "leisure"};
  return std::find(kinds.begin(), kinds.end(), structure["kind"]) != kinds.end();
}

}  // namespace caitu::demo::test
