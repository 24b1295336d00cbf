#include "clusters_belts.hpp"

#include <fmt/format.h>
#include <ogr_geometry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "geometry/ops.hpp"
#include "places.hpp"
#include "plan_layers.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

using Type = Column::Type;

constexpr std::string_view kDaxing = "庞各庄镇、青云店镇、长子营镇、采育镇";
constexpr std::string_view kMiyun = "河南寨镇、西田各庄镇、巨各庄镇、十里堡镇";
constexpr std::string_view kPinggu = "马昌营镇、马坊镇、东高村镇";
constexpr std::array kBelts = {
    Belt{"庞安路延长线产业推进带", "110115", kDaxing, "庞安路延长线", "", false, false},
    Belt{"安采路产业推进带", "110115", kDaxing, "安采路", "", false, false},
    Belt{"漷永路产业推进带", "110112", "漷县镇、永乐店镇、于家务乡", "漷永路", "", false, true},
    Belt{"龙塘路产业推进带", "110113", "杨镇、北务镇、大孙各庄镇、李桥镇", "龙塘路", "", false, true},
    Belt{"长周路产业推进带", "110111", "琉璃河镇、长阳镇", "长周路", "", false, true},
    Belt{"顺密路产业推进带", "110118", kMiyun, "顺密路", "", false, false},
    Belt{"西统路产业推进带", "110118", kMiyun, "西统路", "", false, false},
    Belt{"延康路延永路产业推进带", "110119", "延庆镇、康庄镇、永宁镇", "延康路", "延永路", false, true},
    Belt{"密三路产业推进带", "110117", kPinggu, "密三路", "", false, false},
    Belt{"顺平南线北侧产业推进带", "110117", kPinggu, "顺平南线", "", true, false},
};

const Path& course(const CityMap& map, std::string_view road) {
  const auto& roads = plan_roads();
  const auto found =
      std::find_if(roads.begin(), roads.end(), [&](const Course& course) { return course.name == road; });
  if (found == roads.end())
    throw base::Error(base::Code::internal, fmt::format("No road of the plan is named {}.", road));
  return map.roads[static_cast<std::size_t>(found - roads.begin())].centre;
}

void append(const OGRPolygon& part, geometry::Geometry& to) {
  for (const OGRLinearRing* ring : part) {
    Path path;
    for (int i = 0; i + 1 < ring->getNumPoints(); ++i)
      path.push_back(on_grid({ring->getX(i), ring->getY(i)}));
    const auto degrees = to_degrees(path);
    to.positions.insert(to.positions.end(), degrees.begin(), degrees.end());
    to.positions.push_back(degrees.front());
    to.end_path();
  }
  to.end_part();
}

/// The land within kBeltWidth of the roads, in degrees.
geometry::Geometry along_roads(const CityMap& map, const Belt& belt) {
  OGRMultiLineString lines;
  for (const std::string_view road : {belt.first_road, belt.and_road}) {
    if (road.empty()) continue;
    OGRLineString line;
    for (const Point p : course(map, road)) line.addPoint(p.x, p.y);
    lines.addGeometry(&line);
  }
  constexpr int kQuarterSegments = 12;
  const std::unique_ptr<OGRGeometry> land(lines.Buffer(kBeltWidth, kQuarterSegments));
  if (land == nullptr) throw base::Error(base::Code::internal, fmt::format("{} has no land.", belt.name));
  geometry::Geometry result;
  result.kind = geometry::Kind::polygon;
  if (wkbFlatten(land->getGeometryType()) == wkbPolygon) {
    append(*land->toPolygon(), result);
  } else {
    for (const OGRPolygon* part : land->toMultiPolygon()) append(*part, result);
  }
  return result;
}

/// The land between a road that runs eastwards and the line kBeltWidth north of it.
geometry::Geometry north_of(const Path& road) {
  Path ring = road;
  const Path north = beside(road, kBeltWidth);
  std::transform(north.rbegin(), north.rend(), std::back_inserter(ring), on_grid);
  return geometry::repaired(polygon(to_degrees(ring))).geometry;
}

/// The towns of the belt's row that it lies in, for the plan lists them by row and not by belt.
std::string towns_met(const CityMap& map, const Belt& belt, const geometry::Geometry& land) {
  std::string met;
  for (std::size_t i = 0; i < towns().size(); ++i) {
    const Town& town = towns()[i];
    const bool of_row = town.in_plan && town.district == belt.district &&
                        belt.towns.find(town.name) != std::string_view::npos;
    if (!of_row || !geometry::intersects(land, polygon(to_degrees(map.town_rings[i])))) continue;
    met += met.empty() ? "" : "、";
    met += town.name;
  }
  return met;
}

}  // namespace

std::span<const Belt> belts() { return kBelts; }

void write_clusters(OutPackage& file, const CityMap& map) {
  const std::vector<Column> columns = {
      {Type::text, "name"}, {Type::text, "district"}, {Type::text, "town"}, {Type::text, "town_code"}};
  file.begin_layer("clusters_delivered", "规模提升群（报送）", geometry::Kind::polygon, columns);
  for (std::size_t i = 0; i < towns().size(); ++i) {
    const Town& town = towns()[i];
    if (!town.in_plan) continue;
    const std::string name = fmt::format("{}规模提升群", town.name);
    file.add(polygon(to_degrees(map.town_rings[i])),
             {name, district_name(town.district), town.name, town.code});
  }
}

void write_belts(OutPackage& file, const CityMap& map) {
  const std::vector<Column> columns = {{Type::text, "name"},  {Type::text, "district"},
                                       {Type::text, "towns"}, {Type::text, "roads"},
                                       {Type::text, "side"},  {Type::real, "width_m"}};
  file.begin_layer("belts_delivered", "产业推进带（报送）", geometry::Kind::polygon, columns);
  for (const Belt& belt : belts()) {
    std::size_t district = 0;
    while (districts()[district].code != belt.district) ++district;
    const geometry::Geometry whole =
        belt.north_only ? north_of(course(map, belt.first_road)) : along_roads(map, belt);
    const geometry::Geometry land = geometry::intersection(whole, district_outline(map, district));
    const std::string named = belt.alone ? std::string(belt.towns) : towns_met(map, belt, land);
    std::string roads(belt.first_road);
    if (!belt.and_road.empty()) roads += fmt::format("、{}", belt.and_road);
    file.add(land, {belt.name, district_name(belt.district), named, roads, belt.north_only ? "北侧" : "两侧",
                    kBeltWidth});
  }
}

}  // namespace caitu::demo
