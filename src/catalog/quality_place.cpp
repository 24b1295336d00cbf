#include "catalog/quality_place.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "base/error.hpp"

namespace caitu::catalog {
namespace {

using geometry::Box;
using geometry::Crs;
using geometry::Geometry;
using geometry::Position;

constexpr double kZoneStep = 1e6;  ///< metres by which eastings of neighbouring zones differ
constexpr int kZonesTried = 2;     ///< … to both sides

/// A change of source coordinates and what it means.
struct Change {
  std::string_view rule;
  bool swap = false;
  double east = 0;       ///< added to eastings, after the swap
  std::string crs = {};  ///< read as this one instead of the file's
  std::string what = {}, what_zh = {};
};

int carried_zone(double easting) {
  const int zone = static_cast<int>(std::floor(easting / kZoneStep));
  return zone >= 13 && zone <= 60 ? zone : 0;
}

void add_zone_changes(const DeliveredFile& file, double easting, std::vector<Change>& changes) {
  const int carried = carried_zone(easting);
  const auto zone = file.placement.crs.zone();
  for (int step = -kZonesTried; step <= kZonesTried; ++step) {
    if (step == 0 || carried == 0) continue;
    changes.push_back(
        {.rule = "wrong_zone",
         .east = step * kZoneStep,
         .what = fmt::format("the eastings carry zone {}{}; {} with {:+.0f} m", carried,
                             zone ? fmt::format(" in a file of zone {}", *zone) : "", "it lies in the region",
                             step * kZoneStep),
         .what_zh = fmt::format("东坐标带号为 {}{}；平移 {:+.0f} 米后落入范围", carried,
                                zone ? fmt::format("，而文件为 {} 带", *zone) : "", step * kZoneStep)});
  }
  if (zone && carried == 0) {
    changes.push_back({.rule = "wrong_zone",
                       .east = *zone * kZoneStep,
                       .what = fmt::format("the eastings carry no zone in a file of zone {}; it lies in the "
                                           "region with {:+.0f} m",
                                           *zone, *zone * kZoneStep),
                       .what_zh = fmt::format("东坐标不带带号，而文件为 {} 带；平移 {:+.0f} 米后落入范围",
                                              *zone, *zone * kZoneStep)});
  }
  if (!zone && carried != 0) {
    changes.push_back(
        {.rule = "wrong_zone",
         .east = -carried * kZoneStep,
         .what = fmt::format("the eastings carry zone {} in a file without; it lies in the region "
                             "with {:+.0f} m",
                             carried, -carried * kZoneStep),
         .what_zh = fmt::format("东坐标带号为 {}，而文件不带带号；平移 {:+.0f} 米后落入范围", carried,
                                -carried * kZoneStep)});
  }
}

/// EPSG codes of the zones beside the file's: 4513 to 4533 carry their number, 4534 to 4554 do not.
void add_other_zones(const DeliveredFile& file, std::vector<Change>& changes) {
  const std::string& code = file.placement.crs.authority();
  if (!code.starts_with("EPSG:45") || code.size() != 9) return;
  const int number = std::stoi(code.substr(5));
  if (number < 4513 || number > 4554) return;
  for (const int other : {number - 1, number + 1, number - 2, number + 2}) {
    const std::string crs = "EPSG:" + std::to_string(other);
    changes.push_back({.rule = "wrong_zone",
                       .crs = crs,
                       .what = fmt::format("it lies in the region when read as {} instead of {}", crs, code),
                       .what_zh = fmt::format("按 {}（而非 {}）读取时落入范围", crs, code)});
  }
}

Geometry changed(const DeliveredFile& file, const Geometry& delivered, const Change& change) {
  Geometry land = delivered;
  for (Position& p : land.positions) {
    if (change.swap) std::swap(p.lon, p.lat);
    p.lon += change.east;
  }
  try {
    const geometry::Transform& way = change.crs.empty() ? geometry::to_cgcs2000(file.placement.crs) : geometry::to_cgcs2000(change.crs);
    if (way.apply(land.positions) > 0) return {};
  } catch (const base::Error&) {
    return {};  // no way leads from there to CGCS2000: the row was refused for it, and has no place to draw
  }
  geometry::shift(land.positions, file.placement.datum, geometry::Datum::cgcs2000);
  return land;
}

}  // namespace

Geometry in_degrees(const DeliveredFile& file, const Geometry& delivered) {
  return changed(file, delivered, {});
}

QualityFinding misplaced(const DeliveredFile& file, const Geometry& delivered, const Box& region) {
  std::vector<Change> changes;
  if (!region.empty() && !file.placement.crs.pipeline()) {
    changes.push_back(
        {.rule = "swapped_axes",
         .swap = true,
         .what = "the axes are exchanged: with the second coordinate first it lies in the region",
         .what_zh = "坐标轴颠倒：交换两坐标后落入范围"});
    if (!file.placement.crs.geographic()) {
      add_zone_changes(file, delivered.positions.front().lon, changes);
      add_other_zones(file, changes);
    }
  }
  for (Change& change : changes) {
    Geometry land = changed(file, delivered, change);
    if (land.empty() || !region.contains(geometry::box_of(land))) continue;
    QualityFinding finding = finding_of(change.rule, std::move(change.what), std::move(change.what_zh));
    finding.geometry = std::move(land);
    return finding;
  }
  QualityFinding finding = finding_of(
      "outside_region", "the land lies outside the layer's region, and no shift that was tried mends it",
      "位于图层范围之外，已试的改正均不能使其落入范围");
  Geometry there = in_degrees(file, delivered);
  const Box box = there.empty() ? Box{} : geometry::box_of(there);
  if (!box.empty() && Box{-180, -90, 180, 90}.contains(box)) finding.geometry = std::move(there);
  return finding;
}

}  // namespace caitu::catalog
