#include "geometry/ops.hpp"

#include <proj.h>

#include <cmath>

#include "geometry/detail/geos_overlay.hpp"
#include "geometry/detail/simple_ring.hpp"

namespace caitu::geometry {
namespace {

using detail::answer;
using detail::Geom;
using detail::geos;
using detail::owned;
using detail::to_geos;

// GEOS's own words, for the flaws that are found before GEOS is asked.
constexpr const char* kNotFinite = "Invalid Coordinate";
constexpr const char* kTooFew = "Too few points in geometry component";
constexpr const char* kNotClosed = "Ring is not closed";

std::optional<Flaw> path_flaw(std::span<const Position> path, bool ring) {
  for (const Position& p : path) {
    if (!std::isfinite(p.lon) || !std::isfinite(p.lat)) return Flaw{kNotFinite, p};
  }
  const Position at = path.empty() ? Position{} : path.front();
  if (ring && !path.empty() && path.front() != path.back()) return Flaw{kNotClosed, at};
  if (ring) return path.size() < 4 ? std::optional(Flaw{kTooFew, at}) : std::nullopt;
  for (const Position& p : path) {
    if (p != at) return std::nullopt;
  }
  return Flaw{kTooFew, at};
}

/// What GEOS would refuse to build, or what decides the validity of points and lines altogether.
std::optional<Flaw> structural_flaw(GeometryView geometry) {
  if (geometry.kind == Kind::point) {
    for (std::size_t i = 0; i < geometry.positions.size(); ++i) {
      const Position p = geometry.positions[i];
      if (!std::isfinite(p.lon) || !std::isfinite(p.lat)) return Flaw{kNotFinite, p};
    }
    return std::nullopt;
  }
  for (std::size_t i = 0; i < geometry.path_ends.size(); ++i) {
    if (auto flaw = path_flaw(geometry.path(i), geometry.kind == Kind::polygon)) return flaw;
  }
  return std::nullopt;
}

std::optional<Flaw> polygon_flaw(GeometryView polygon) {
  const Geom geom = to_geos(polygon);
  char* reason = nullptr;
  GEOSGeometry* location = nullptr;
  const char valid = GEOSisValidDetail_r(geos(), geom.get(), 0, &reason, &location);
  const detail::GeosString owned_reason(reason);
  const Geom owned_location(location);
  if (answer(valid, "checking validity")) return std::nullopt;
  Flaw flaw;
  flaw.reason = reason == nullptr ? "Invalid" : reason;
  if (location != nullptr) {
    const Geometry at = detail::from_geos(*location, Kind::point);
    if (!at.empty()) flaw.at = at.positions.front();
  }
  return flaw;
}

}  // namespace

std::string library_versions() {
  return std::string("GEOS ") + GEOSversion() + ", PROJ " + proj_info().version;
}

std::optional<Flaw> flaw_of(GeometryView geometry) {
  if (geometry.empty()) return std::nullopt;
  if (auto flaw = structural_flaw(geometry)) return flaw;
  if (geometry.kind != Kind::polygon) return std::nullopt;
  if (geometry.path_ends.size() == 1 && detail::proved_simple(geometry.path(0))) return std::nullopt;
  return polygon_flaw(geometry);
}

bool intersects(GeometryView a, GeometryView b) {
  if (!box_of(a).intersects(box_of(b))) return false;
  return answer(GEOSIntersects_r(geos(), to_geos(a).get(), to_geos(b).get()), "testing an intersection");
}

Geometry intersection(GeometryView a, GeometryView b) {
  if (!box_of(a).intersects(box_of(b))) return {};
  return detail::from_geos(*detail::intersection_of(to_geos(a).get(), to_geos(b).get()).geom, a.kind);
}

bool holds_disc(GeometryView polygon, double radius) {
  if (polygon.kind != Kind::polygon || polygon.empty()) return false;
  constexpr int kQuadrantSegments = 8;
  const Geom eroded =
      owned(GEOSBuffer_r(geos(), to_geos(polygon).get(), -radius, kQuadrantSegments), "eroding");
  return !answer(GEOSisEmpty_r(geos(), eroded.get()), "testing for land");
}

}  // namespace caitu::geometry
