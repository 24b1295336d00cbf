#include <fmt/format.h>

#include <cmath>

#include "geometry/detail/geos_handle.hpp"
#include "geometry/measure.hpp"
#include "geometry/ops.hpp"

namespace caitu::geometry {
namespace {

using detail::Geom;
using detail::geos;

struct ParamsDeleter {
  void operator()(GEOSMakeValidParams* params) const { GEOSMakeValidParams_destroy_r(geos(), params); }
};

/// A geometry that GEOS can be given, and what was done to make it so.
struct Tidied {
  Geometry geometry;
  std::size_t not_finite = 0, repeated = 0, closed = 0, short_paths = 0, outside_holes = 0;
};

/// Appends a path with its doubtful positions left out; false when too little of it remains.
bool append_tidied(Tidied& out, std::span<const Position> path, bool ring) {
  std::vector<Position>& positions = out.geometry.positions;
  const std::size_t begin = positions.size();
  for (const Position& p : path) {
    if (!std::isfinite(p.lon) || !std::isfinite(p.lat)) {
      ++out.not_finite;
    } else if (positions.size() > begin && positions.back() == p) {
      ++out.repeated;
    } else {
      positions.push_back(p);
    }
  }
  if (ring && positions.size() > begin && positions.back() != positions[begin]) {
    positions.push_back(Position(positions[begin]));
    ++out.closed;
  }
  if (positions.size() - begin >= (ring ? 4U : 2U)) {
    out.geometry.end_path();
    return true;
  }
  positions.resize(begin);
  ++out.short_paths;
  return false;
}

void append_tidied_part(Tidied& out, GeometryView polygon, std::size_t first, std::size_t last) {
  if (first == last) return;
  if (!append_tidied(out, polygon.path(first), true)) {
    out.short_paths += last - first - 1;  // holes of nothing
    return;
  }
  for (std::size_t i = first + 1; i < last; ++i) append_tidied(out, polygon.path(i), true);
  out.geometry.end_part();
}

Tidied tidied(GeometryView source) {
  Tidied out;
  out.geometry.kind = source.kind;
  if (source.kind == Kind::point) {
    for (const Position& p : source.positions) {
      const bool finite = std::isfinite(p.lon) && std::isfinite(p.lat);
      if (finite) out.geometry.positions.push_back(p);
      out.not_finite += finite ? 0 : 1;
    }
  } else if (source.kind == Kind::line) {
    for (std::size_t i = 0; i < source.path_ends.size(); ++i) append_tidied(out, source.path(i), false);
  } else if (source.kind == Kind::polygon) {
    for (std::size_t i = 0; i < source.part_ends.size(); ++i) {
      append_tidied_part(out, source, i == 0 ? 0 : source.part_ends[i - 1], source.part_ends[i]);
    }
  }
  if (out.geometry.empty()) out.geometry = {};
  return out;
}

Geom made_valid(const GEOSGeometry* geom, GEOSMakeValidMethods method) {
  const std::unique_ptr<GEOSMakeValidParams, ParamsDeleter> params(GEOSMakeValidParams_create_r(geos()));
  if (params == nullptr) detail::throw_geos("preparing a repair");
  GEOSMakeValidParams_setMethod_r(geos(), params.get(), method);
  GEOSMakeValidParams_setKeepCollapsed_r(geos(), params.get(), 0);
  return Geom(GEOSMakeValidWithParams_r(geos(), geom, params.get()));
}

Geom ring_polygon(std::span<const Position> ring) {
  const auto positions = static_cast<std::uint32_t>(ring.size());
  const std::uint32_t one = 1;
  return detail::to_geos({Kind::polygon, ring, {&positions, 1}, {&one, 1}});
}

/// The land that a ring encloses, valid; null when GEOS cannot tell.
Geom enclosed(std::span<const Position> ring) {
  return made_valid(ring_polygon(ring).get(), GEOS_MAKE_VALID_STRUCTURE);
}

bool outside(std::span<const Position> hole, const GEOSPreparedGeometry* shell) {
  const Geom land = enclosed(hole);
  if (land == nullptr || shell == nullptr) return false;
  return detail::answer(GEOSPreparedDisjoint_r(geos(), shell, land.get()), "placing a hole");
}

/// GEOS's structure method makes land of a hole that lies outside its shell. Whoever drew a hole meant "not
/// this", so such holes go first.
void drop_outside_holes(Tidied& out) {
  const Geometry source = std::move(out.geometry);
  const GeometryView view = source;
  Geometry& kept = out.geometry;
  kept = {};
  kept.kind = source.kind;
  const auto keep = [&](std::span<const Position> ring) {
    kept.positions.insert(kept.positions.end(), ring.begin(), ring.end());
    kept.end_path();
  };
  std::uint32_t first = 0;
  for (const std::uint32_t end : source.part_ends) {
    const bool holes = end - first > 1;
    const Geom shell = holes ? enclosed(view.path(first)) : nullptr;
    const detail::Prepared prepared(shell == nullptr ? nullptr : GEOSPrepare_r(geos(), shell.get()));
    keep(view.path(first));
    for (std::uint32_t i = first + 1; i < end; ++i) {
      if (outside(view.path(i), prepared.get())) {
        ++out.outside_holes;
      } else {
        keep(view.path(i));
      }
    }
    kept.end_part();
    first = end;
  }
}

/// Makes the land valid and says by which method.
std::string make_valid(Geometry& land) {
  const Geom geom = detail::to_geos(land);
  for (const auto& [method, name] : {std::pair(GEOS_MAKE_VALID_STRUCTURE, "made valid by structure"),
                                     std::pair(GEOS_MAKE_VALID_LINEWORK, "made valid by linework")}) {
    const Geom valid = made_valid(geom.get(), method);
    if (valid == nullptr) continue;
    Geometry kept = detail::from_geos(*valid, land.kind);
    if (flaw_of(kept)) continue;
    land = std::move(kept);
    return land.empty() ? "nothing with an area was left" : name;
  }
  detail::throw_geos("making a geometry valid");
}

void say(std::string& what, std::size_t count, std::string_view done, std::string_view one,
         std::string_view many) {
  if (count == 0) return;
  if (!what.empty()) what += "; ";
  what += fmt::format("{} {} {}", done, count, count == 1 ? one : many);
}

std::string reason_and_place(const Flaw& flaw) {
  if (!std::isfinite(flaw.at.lon) || !std::isfinite(flaw.at.lat)) return flaw.reason;
  return fmt::format("{} near {:.5f}, {:.5f}", flaw.reason, flaw.at.lon, flaw.at.lat);
}

}  // namespace

Repaired repaired(GeometryView geometry) {
  Repaired out;
  std::optional<Flaw> flaw = flaw_of(geometry);
  Tidied tidy = tidied(geometry);
  out.area_before_m2 = area_m2(tidy.geometry);
  std::string last;
  if (const auto deeper = flaw_of(tidy.geometry)) {
    flaw = deeper;
    drop_outside_holes(tidy);
    last = flaw_of(tidy.geometry) ? make_valid(tidy.geometry) : "";
  }
  if (flaw) out.what = reason_and_place(*flaw);
  const bool ring = geometry.kind == Kind::polygon;
  say(out.what, tidy.not_finite, "dropped", "position that is not finite", "positions that are not finite");
  say(out.what, tidy.closed, "closed", "ring", "rings");
  say(out.what, tidy.repeated, "dropped", "repeated position", "repeated positions");
  say(out.what, tidy.short_paths, "dropped", ring ? "ring without area" : "path without length",
      ring ? "rings without area" : "paths without length");
  say(out.what, tidy.outside_holes, "dropped", "hole outside its shell", "holes outside their shells");
  if (!last.empty()) out.what += "; " + last;
  out.geometry = std::move(tidy.geometry);
  out.area_after_m2 = area_m2(out.geometry);
  return out;
}

}  // namespace caitu::geometry
