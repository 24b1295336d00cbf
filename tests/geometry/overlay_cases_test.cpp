#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "base/json.hpp"
#include "geometry/join.hpp"
#include "geometry/ops.hpp"
#include "geometry/zone.hpp"

using namespace caitu::geometry;

namespace {

/// Planar, in the unit of the coordinates.
double planar_area(const Geometry& polygon) {
  const Geometry turned = oriented(polygon);
  double twice = 0;
  for (std::size_t i = 0; i < turned.path_ends.size(); ++i) twice += signed_twice_area(turned.view().path(i));
  return twice / 2;
}

/// Whatever its rings are like.
void append_rings(const caitu::base::Json& rings, Geometry& polygon) {
  for (const auto& ring : rings) {
    for (const auto& place : ring) polygon.positions.push_back({place.at(0), place.at(1)});
    polygon.end_path();
  }
  polygon.end_part();
}

Geometry polygon_of(const caitu::base::Json& json) {
  Geometry polygon{Kind::polygon, {}, {}, {}};
  if (json.at("type") == "Polygon") {
    append_rings(json.at("coordinates"), polygon);
  } else {
    for (const auto& part : json.at("coordinates")) append_rings(part, polygon);
  }
  return polygon;
}

Geometry valid_polygon(const Geometry& polygon) {
  return polygon.empty() ? Geometry() : repaired(polygon).geometry;
}

Geometry inside(const Geometry& land, const Geometry& zone) {
  if (land.empty() || zone.empty()) return {};
  Cut cut = Zone(zone).cut(land);
  return cut.share == Share::all ? land : cut.inside;
}

Geometry outside(const Geometry& land, const Geometry& zone) {
  return land.empty() || zone.empty() ? land : Zone(zone).outside(land);
}

Geometry united_of(const std::vector<Geometry>& lands) {
  std::vector<GeometryView> views;
  for (const Geometry& land : lands) {
    if (!land.empty()) views.push_back(land);
  }
  return united(views);
}

Geometry made(const std::string& operation, const std::vector<Geometry>& of) {
  if (operation == "union") return united_of(of);
  Geometry result = of.at(0);
  for (std::size_t i = 1; i < of.size(); ++i) {
    if (operation == "intersection") result = inside(result, of[i]);
    if (operation == "difference") result = outside(result, of[i]);
    if (operation == "xor") result = united_of({outside(result, of[i]), outside(of[i], result)});
  }
  return result;
}

}  // namespace

// Run by tests/programs/overlay_cases.py with CAITU_OVERLAY_CASES.
TEST_CASE("Overlay cases of others come out as they expect", "[.][overlay_cases]") {
  const char* file = std::getenv("CAITU_OVERLAY_CASES");
  REQUIRE(file != nullptr);
  std::ifstream cases(file);
  for (std::string line; std::getline(cases, line);) {
    const auto json = caitu::base::Json::parse(line);
    const std::string operation = json.at("op");
    INFO(json.at("name").get<std::string>() << ": " << operation);
    std::vector<Geometry> of;
    double whole = 0, rounding = 0;
    for (const auto& one : json.at("of")) {
      const Geometry given = polygon_of(one);
      of.push_back(valid_polygon(given));
      if (!of.back().empty()) whole += planar_area(of.back());
      if (given.empty()) continue;
      const Box box = box_of(given);
      const double most = std::max(std::abs(box.max_lon), std::abs(box.max_lat));
      rounding += 1e-15 * most * static_cast<double>(given.positions.size()) *
                  (box.max_lon - box.min_lon + box.max_lat - box.min_lat);
    }
    if (operation == "parts") {
      if (of[0].empty() || of[1].empty()) continue;
      const double parts = planar_area(inside(of[0], of[1])) + planar_area(outside(of[0], of[1]));
      CHECK(std::abs(parts - planar_area(of[0])) <= 1e-9 * whole);
      CHECK(std::abs(planar_area(inside(of[0], of[1])) - planar_area(inside(of[1], of[0]))) <= 1e-9 * whole);
      continue;
    }
    const Geometry result = made(operation, of);
    if (!result.empty()) CHECK_FALSE(flaw_of(result));
    const double area = result.empty() ? 0 : planar_area(result);
    const double expected = json.contains("area") ? json.at("area").get<double>() : [&] {
      const Geometry land = valid_polygon(polygon_of(json.at("expected")));
      return land.empty() ? 0 : planar_area(land);
    }();
    // Areas alone are told with seven digits; land no wider than the rounding of
    // its coordinates may vanish.
    const double told = json.contains("area") ? 1e-6 * whole : 1e-7 * whole;
    CHECK(std::abs(area - expected) <= told + rounding);
  }
}
