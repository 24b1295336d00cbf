#include "geometry/ops.hpp"

#include <proj.h>

#include <cmath>

#include "geometry/detail/geos_handle.hpp"
#include "geometry/detail/simple_ring.hpp"
#include "geometry/measure.hpp"

namespace caitu::geometry {
namespace {

using detail::answer;
using detail::Geom;
using detail::geos;
using detail::owned;
using detail::to_geos;

// About 0.1 mm: the grid on which a pair that floating overlay cannot solve is tried again (DESIGN 3).
constexpr double kRetryGridDeg = 1e-9;

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

Geom intersection_geos(const GEOSGeometry* a, const GEOSGeometry* b) {
  if (Geom shared{GEOSIntersection_r(geos(), a, b)}) return shared;
  return owned(GEOSIntersectionPrec_r(geos(), a, b, kRetryGridDeg), "intersecting");
}

Geom difference_geos(const GEOSGeometry* a, const GEOSGeometry* b) {
  if (Geom rest{GEOSDifference_r(geos(), a, b)}) return rest;
  return owned(GEOSDifferencePrec_r(geos(), a, b, kRetryGridDeg), "subtracting");
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
  return detail::from_geos(*intersection_geos(to_geos(a).get(), to_geos(b).get()), a.kind);
}

bool holds_disc(GeometryView polygon, double radius) {
  if (polygon.kind != Kind::polygon || polygon.empty()) return false;
  constexpr int kQuadrantSegments = 8;
  const Geom eroded =
      owned(GEOSBuffer_r(geos(), to_geos(polygon).get(), -radius, kQuadrantSegments), "eroding");
  return !answer(GEOSisEmpty_r(geos(), eroded.get()), "testing for land");
}

struct Zone::Impl {
  Geom geom;
  detail::Prepared prepared;  // looks into geom, so it is destroyed first
  Box box;

  Relation relation(const GEOSGeometry* other) const {
    if (answer(GEOSPreparedCovers_r(geos(), prepared.get(), other), "testing a zone"))
      return Relation::inside;
    const char met = GEOSPreparedIntersects_r(geos(), prepared.get(), other);
    return answer(met, "testing a zone") ? Relation::crossing : Relation::outside;
  }

  /// Measures `other` whole when it lies inside, its clipped part when it crosses.
  template <typename Measure>
  double inside(GeometryView other, Measure measure) const {
    if (!box.intersects(box_of(other))) return 0;
    const Geom land = to_geos(other);
    switch (relation(land.get())) {
      case Relation::inside:
        return measure(other);
      case Relation::crossing:
        return measure(detail::from_geos(*intersection_geos(geom.get(), land.get()), other.kind));
      case Relation::outside:
        break;
    }
    return 0;
  }
};

Zone::Zone(GeometryView polygon) : impl_(std::make_unique<Impl>()) {
  impl_->geom = to_geos(polygon);
  impl_->box = box_of(polygon);
  impl_->prepared.reset(GEOSPrepare_r(geos(), impl_->geom.get()));
  if (impl_->prepared == nullptr) detail::throw_geos("preparing a zone");
}

Zone::~Zone() = default;
Zone::Zone(Zone&&) noexcept = default;
Zone& Zone::operator=(Zone&&) noexcept = default;

Relation Zone::relation(GeometryView other) const {
  if (!impl_->box.intersects(box_of(other))) return Relation::outside;
  return impl_->relation(to_geos(other).get());
}

bool Zone::intersects(GeometryView other) const {
  if (!impl_->box.intersects(box_of(other))) return false;
  return answer(GEOSPreparedIntersects_r(geos(), impl_->prepared.get(), to_geos(other).get()),
                "testing a zone");
}

Geometry Zone::outside(GeometryView other) const {
  if (!impl_->box.intersects(box_of(other))) return copy(other);
  return detail::from_geos(*difference_geos(to_geos(other).get(), impl_->geom.get()), other.kind);
}

double Zone::area_inside_m2(GeometryView other) const {
  if (other.kind != Kind::polygon) return 0;
  return impl_->inside(other, [](GeometryView land) { return area_m2(land); });
}

double Zone::length_inside_m(GeometryView other) const {
  if (other.kind != Kind::line) return 0;
  return impl_->inside(other, [](GeometryView line) { return length_m(line); });
}

const Box& Zone::box() const { return impl_->box; }

}  // namespace caitu::geometry
