#pragma once

#include <optional>
#include <string>
#include <vector>

#include "geodata/source.hpp"
#include "geometry/china_offset.hpp"
#include "geometry/crs.hpp"
#include "geometry/ops.hpp"

namespace caitu::geodata {

/// Where a source's coordinates lie on the earth.
struct Placement {
  geometry::Crs crs = geometry::Crs::cgcs2000();
  geometry::Datum datum = geometry::Datum::cgcs2000;
  std::string basis = {};            ///< who said so: "the file", "--crs", "--datum"
  std::string crs_option = "--crs";  ///< what says it: for messages
};

/// What somebody says of it who knows better than the file.
struct SaidOfPlace {
  std::optional<geometry::Crs> crs;
  std::optional<geometry::Datum> datum;
  std::string command;  ///< what they typed, up to the file: for messages, as the options' names
  std::string crs_option = "--crs", datum_option = "--datum";
};

/// Throws Error(refused) with the way out when nobody says where: no CRS is ever guessed. Turns the axes of a
/// table that holds northings first. `name`: the source's, for messages.
Placement placement_of(Source& source, const std::string& name, const SaidOfPlace& said,
                       std::vector<std::string>& warnings);

/// Holds a source's first coordinates against its CRS: an easting that carries another zone, or none where
/// one is due, degrees where metres are due and the reverse, are Error(refused) naming the CRS that would fit
/// (DOMAIN 1, FACTS 2.4).
void check_placement(const Placement& placement, const std::string& name, const std::vector<SourceRow>& rows);

/// A geometry brought to EPSG:4490.
struct Placed {
  geometry::Geometry geometry;         ///< valid and canonical; empty with a refusal
  std::string refusal;                 ///< why there is none
  std::vector<std::string> notes;      ///< what was changed without loss
  geometry::Box box;                   ///< where it lies, if only to be refused; empty when it lies nowhere
  std::optional<geometry::Flaw> flaw;  ///< that was mended, in degrees
  std::string repair;                  ///< how
};

/// Transforms (edges split within 1 mm), shifts the datum, mends, winds. A drawing's closed outlines are
/// taken as polygons where `kinds` holds those and no lines. Never throws for the sake of one geometry, but
/// Error(refused) when no transformation leads from the CRS to EPSG:4490. Thread-safe.
Placed place(const Placement& placement, const std::string& driver, const geometry::Geometry& delivered,
             const std::vector<geometry::Kind>& kinds);

/// Longitude and latitude for a message: "116.4, 39.9".
std::string position_text(geometry::Position p);

}  // namespace caitu::geodata
