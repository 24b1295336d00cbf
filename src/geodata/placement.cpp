#include "geodata/placement.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace caitu::geodata {
namespace {

using base::Code;
using base::Error;
using base::Where;

struct File {
  const Placement& placement;
  const std::string& name;
};

[[noreturn]] void refuse_coordinates(const File& file, const SourceRow& row, const std::string& message,
                                     const std::string& hint) {
  throw Error(Code::refused, message, Where{.file = file.name, .row = row.row}, hint);
}

/// The CGCS2000 code of a Gauss-Kruger zone: 13 to 23 are of 6 degrees, 25 to 45 of 3; with the zone in the
/// easting or without.
std::string zone_code(int zone, bool carried = true) {
  const int first = zone < 25 ? (carried ? 4491 : 4502) - 13 : (carried ? 4513 : 4534) - 25;
  return "EPSG:" + std::to_string(first + zone);
}

/// The zone that an easting of eight digits carries, or 0.
int carried_zone(geometry::Position p) {
  const int zone = p.lon >= 1.3e7 && p.lon < 4.6e7 ? static_cast<int>(p.lon / 1e6) : 0;
  return zone == 24 ? 0 : zone;
}

/// What mends an easting of another zone. Only CGCS2000's codes are told: on another datum the zone is said,
/// for a code of CGCS2000 would move the land.
std::string fitting_zone(const File& file, int zone, bool carried) {
  const std::string code = file.placement.crs_option + " " + zone_code(zone, carried);
  if (file.placement.crs.name().find("CGCS2000") != std::string::npos) return "read it with " + code;
  return "read it with the " + file.placement.crs_option + " of zone " + std::to_string(zone) +
         (carried ? "" : " without its prefix") + " on the datum that the file is in (CGCS2000: " + code +
         ")";
}

/// The axes of these coordinates stand the wrong way round: x is a northing of China and y an easting of the
/// CRS, and not the reverse. In a survey's own notation X is the northing.
bool northing_first(const geometry::Crs& crs, geometry::Position p) {
  constexpr double kSouth = 1.8e6, kNorth = 6.0e6;  // 16 and 54 degrees of latitude
  const bool easting = crs.zone() ? carried_zone({p.lat, p.lon}) == *crs.zone() : p.lat > 0 && p.lat < 1e6;
  return !crs.geographic() && !crs.pipeline() && easting && p.lon > kSouth && p.lon < kNorth;
}

void turn_table_axes(Source& source, const std::string& name, const geometry::Crs& crs,
                     std::vector<std::string>& warnings) {
  if (!source.is_table()) return;
  const auto first = source.first_position();
  if (!first || !northing_first(crs, *first)) return;
  source.swap_axes();
  warnings.push_back(name + ": X holds northings and Y eastings, as surveyors write them; they were read so");
}

void check_projected(const File& file, const SourceRow& row, geometry::Position p) {
  const std::string says = file.placement.crs.name() + " (" + file.placement.basis + ")";
  if (northing_first(file.placement.crs, p)) {
    refuse_coordinates(
        file, row,
        "x holds the northing and y the easting, the reverse of what the CRS " + says + " has in a file",
        "export it again with the easting first");
  }
  if (std::abs(p.lon) <= 180 && std::abs(p.lat) <= 90) {
    refuse_coordinates(file, row,
                       "the coordinates are degrees, but the CRS is " + says + ", which is in metres",
                       "if they are longitude and latitude on CGCS2000, read it with " +
                           file.placement.crs_option + " EPSG:4490");
  }
  const auto zone = file.placement.crs.zone();
  const int carried = carried_zone(p);
  if (zone && carried != 0 && carried != *zone) {
    refuse_coordinates(file, row,
                       "the eastings carry zone " + std::to_string(carried) + ", but the CRS is " + says,
                       fitting_zone(file, carried, true));
  }
  if (zone && carried == 0 && p.lon > 0 && p.lon < 1e6) {
    refuse_coordinates(file, row, "the eastings carry no zone, but the CRS is " + says,
                       fitting_zone(file, *zone, false) + " if they lie in that zone");
  }
  if (!zone && carried != 0 && file.placement.crs.authority().starts_with("EPSG:45")) {
    refuse_coordinates(file, row,
                       "the eastings carry zone " + std::to_string(carried) + ", but the CRS is " + says,
                       fitting_zone(file, carried, true));
  }
}

/// Drawings have no polygons: their outlines are lines that end where they begin.
bool closed_outline(const geometry::Geometry& line) {
  if (line.kind != geometry::Kind::line) return false;
  constexpr std::size_t kTriangle = 4;
  for (std::size_t i = 0; i < line.path_ends.size(); ++i) {
    const auto path = geometry::GeometryView(line).path(i);
    if (path.size() < kTriangle || path.front() != path.back()) return false;
  }
  return true;
}

bool is_drawing(const std::string& driver) { return driver == "DXF" || driver == "DGN"; }

/// A drawing's closed lines as polygons, one part for each.
geometry::Geometry filled(const geometry::Geometry& line) {
  geometry::Geometry area;
  area.kind = geometry::Kind::polygon;
  area.positions = line.positions;
  area.path_ends = line.path_ends;
  for (std::uint32_t i = 1; i <= area.path_ends.size(); ++i) area.part_ends.push_back(i);
  return area;
}

bool holds(const std::vector<geometry::Kind>& kinds, geometry::Kind kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

}  // namespace

Placement placement_of(Source& source, const std::string& name, const SaidOfPlace& said,
                       std::vector<std::string>& warnings) {
  const auto declared = source.crs();
  const auto declared_datum = source.datum();
  Placement placement{.crs_option = said.crs_option};
  if (said.crs) {
    placement.crs = *said.crs;
    placement.basis = said.crs_option;
    if (declared && !declared->same_plane_as(*said.crs)) {
      warnings.push_back(name + ": the file says " + declared->name() + "; " + said.crs_option + " " +
                         said.crs->name() + " was used");
    }
  } else if (said.datum && (!declared || declared->geographic())) {
    placement.basis = said.datum_option;
  } else if (declared_datum) {
    placement.basis = "the file";
  } else if (declared) {
    placement.crs = *declared;
    placement.basis = "the file";
  } else {
    throw Error(Code::refused,
                "the file does not say which coordinate system it is in, and caitu does not guess",
                Where{.file = name},
                "say it: " + said.command + " " + name + " " + said.crs_option +
                    " EPSG:4527 (or the code, .wkt file or PROJ pipeline that fits; " + said.datum_option +
                    " gcj02 or bd09 for map-service degrees)");
  }
  // A map service's datum is one of degrees; a surveyor's projected file beside it stays what it says.
  const bool degrees = placement.crs.geographic();
  if (said.datum && degrees) {
    placement.datum = *said.datum;
  } else if (!said.crs && declared_datum) {
    placement.datum = *declared_datum;
  }
  if (said.datum && !degrees) {
    warnings.push_back(name + ": it is in " + placement.crs.name() + ", so " + said.datum_option +
                       " does not concern it");
  }
  turn_table_axes(source, name, placement.crs, warnings);
  return placement;
}

void check_placement(const Placement& placement, const std::string& name,
                     const std::vector<SourceRow>& rows) {
  const File file{placement, name};
  const auto row = std::find_if(rows.begin(), rows.end(), [](const auto& r) {
    return !r.geometry.empty() && std::isfinite(r.geometry.positions[0].lon) &&
           std::isfinite(r.geometry.positions[0].lat);
  });
  if (row == rows.end() || file.placement.crs.pipeline()) return;
  const geometry::Position p = row->geometry.positions[0];
  if (!file.placement.crs.geographic()) {
    check_projected(file, *row, p);
    return;
  }
  if (std::abs(p.lon) > 360 || std::abs(p.lat) > 360) {
    const int carried = carried_zone(p);
    refuse_coordinates(
        file, *row,
        "the coordinates are metres, but the CRS is " + file.placement.crs.name() + ", which is in degrees",
        carried == 0 ? "read it with the " + file.placement.crs_option + " that they are in"
                     : "the eastings carry zone " + std::to_string(carried) + ": read it with " +
                           file.placement.crs_option + " " + zone_code(carried) + " if they are on CGCS2000");
  }
}

Placed place(const Placement& placement, const std::string& driver, const geometry::Geometry& delivered,
             const std::vector<geometry::Kind>& kinds) {
  Placed placed;
  if (is_drawing(driver) && closed_outline(delivered) && !holds(kinds, geometry::Kind::line) &&
      holds(kinds, geometry::Kind::polygon)) {
    placed = place(placement, driver, filled(delivered), kinds);
    placed.notes.insert(placed.notes.begin(), "closed outlines of a drawing taken as polygons");
    return placed;
  }
  if (!holds(kinds, delivered.kind)) {
    placed.refusal = "the geometry is a " + std::string(geometry::name(delivered.kind)) +
                     ", which this layer does not hold";
    return placed;
  }
  if (!geometry::finite(delivered)) {
    placed.refusal = "a coordinate is not a finite number";
    return placed;
  }
  auto moved = geometry::transform_edges(delivered, geometry::to_cgcs2000(placement.crs));
  if (moved.failed > 0) {
    placed.refusal = "the coordinates have no place in " + placement.crs.name() + ", near " +
                     position_text(delivered.positions[0]) + " (" + std::to_string(moved.failed) +
                     " positions)";
    return placed;
  }
  if (moved.split > 0) placed.notes.emplace_back("edges split to stay within 1 mm of the source");
  geometry::Geometry geometry = std::move(moved.geometry);
  geometry::shift(geometry.positions, placement.datum, geometry::Datum::cgcs2000);
  const geometry::Box box = geometry::box_of(geometry);
  if (box.min_lon < -180 || box.max_lon > 180 || box.min_lat < -90 || box.max_lat > 90) {
    placed.refusal =
        "the coordinates lie outside the Earth's degrees, near " + position_text(geometry.positions[0]);
    return placed;
  }
  placed.box = box;
  placed.flaw = geometry::flaw_of(geometry);
  if (placed.flaw) {
    geometry::Repaired mended = geometry::repaired(geometry);
    placed.repair = mended.what;
    geometry = std::move(mended.geometry);
    if (geometry.empty()) {
      placed.refusal =
          "the geometry is invalid (" + placed.flaw->reason + ") and nothing of it is left after repair";
      return placed;
    }
  }
  placed.geometry = geometry::oriented(geometry);
  return placed;
}

std::string position_text(geometry::Position p) {
  std::string text;
  base::append_json_fixed(text, p.lon, 6);
  text += ", ";
  base::append_json_fixed(text, p.lat, 6);
  return text;
}

}  // namespace caitu::geodata
