#include "geometry/detail/geos_handle.hpp"

#include <fmt/format.h>

#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace caitu::geometry::detail {
namespace {

static_assert(sizeof(Position) == 2 * sizeof(double) && std::is_standard_layout_v<Position>,
              "positions are handed to GEOS as interleaved doubles");

struct Context {
  std::string message;
  GEOSContextHandle_t handle = GEOS_init_r();

  Context() {
    GEOSContext_setErrorMessageHandler_r(
        handle, [](const char* text, void* self) { static_cast<Context*>(self)->message = text; }, this);
    GEOSContext_setNoticeMessageHandler_r(
        handle, [](const char*, void*) {}, nullptr);
  }
  ~Context() { GEOS_finish_r(handle); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

Context& context() {
  thread_local Context of_thread;
  return of_thread;
}

GEOSCoordSequence* sequence(std::span<const Position> path) {
  GEOSCoordSequence* made = GEOSCoordSeq_copyFromBuffer_r(
      geos(), reinterpret_cast<const double*>(path.data()), static_cast<unsigned>(path.size()), 0, 0);
  if (made == nullptr) throw_geos("copying coordinates");
  return made;
}

// GEOS takes over its arguments whether or not a constructor succeeds, so they are released into the call.
std::vector<GEOSGeometry*> release(std::vector<Geom>& geometries) {
  std::vector<GEOSGeometry*> raw;
  raw.reserve(geometries.size());
  for (Geom& geometry : geometries) raw.push_back(geometry.release());
  return raw;
}

Geom make_polygon(GeometryView view, std::size_t first, std::size_t last) {
  if (first == last) return owned(GEOSGeom_createEmptyPolygon_r(geos()), "making a polygon");
  std::vector<Geom> rings;
  for (std::size_t i = first; i < last; ++i) {
    rings.push_back(owned(GEOSGeom_createLinearRing_r(geos(), sequence(view.path(i))), "making a ring"));
  }
  std::vector<GEOSGeometry*> raw = release(rings);
  return owned(
      GEOSGeom_createPolygon_r(geos(), raw.front(), raw.data() + 1, static_cast<unsigned>(raw.size() - 1)),
      "making a polygon");
}

std::vector<Geom> make_parts(GeometryView view) {
  std::vector<Geom> parts;
  switch (view.kind) {
    case Kind::empty:
      break;
    case Kind::point:
      for (const Position& p : view.positions) {
        parts.push_back(owned(GEOSGeom_createPointFromXY_r(geos(), p.lon, p.lat), "making a point"));
      }
      break;
    case Kind::line:
      for (std::size_t i = 0; i < view.path_ends.size(); ++i) {
        parts.push_back(owned(GEOSGeom_createLineString_r(geos(), sequence(view.path(i))), "making a line"));
      }
      break;
    case Kind::polygon:
      for (std::size_t i = 0; i < view.part_ends.size(); ++i) {
        parts.push_back(make_polygon(view, i == 0 ? 0 : view.part_ends[i - 1], view.part_ends[i]));
      }
      break;
  }
  return parts;
}

int multi_type(Kind kind) {
  switch (kind) {
    case Kind::point:
      return GEOS_MULTIPOINT;
    case Kind::line:
      return GEOS_MULTILINESTRING;
    case Kind::polygon:
      return GEOS_MULTIPOLYGON;
    case Kind::empty:
      break;
  }
  return GEOS_GEOMETRYCOLLECTION;
}

void append_positions(Geometry& out, const GEOSGeometry& simple) {
  const GEOSCoordSequence* from = GEOSGeom_getCoordSeq_r(geos(), &simple);
  unsigned size = 0;
  if (from == nullptr || GEOSCoordSeq_getSize_r(geos(), from, &size) == 0) throw_geos("reading coordinates");
  const std::size_t begin = out.positions.size();
  out.positions.resize(begin + size);
  double* to = reinterpret_cast<double*>(out.positions.data() + begin);
  if (size > 0 && GEOSCoordSeq_copyToBuffer_r(geos(), from, to, 0, 0) == 0) throw_geos("reading coordinates");
}

void append_polygon(Geometry& out, const GEOSGeometry& polygon) {
  append_positions(out, *GEOSGetExteriorRing_r(geos(), &polygon));
  out.end_path();
  const int holes = GEOSGetNumInteriorRings_r(geos(), &polygon);
  for (int i = 0; i < holes; ++i) {
    append_positions(out, *GEOSGetInteriorRingN_r(geos(), &polygon, i));
    out.end_path();
  }
  out.end_part();
}

void append_parts(Geometry& out, const GEOSGeometry& geometry) {
  if (answer(GEOSisEmpty_r(geos(), &geometry), "reading a geometry")) return;
  switch (GEOSGeomTypeId_r(geos(), &geometry)) {
    case GEOS_POINT:
      if (out.kind == Kind::point) append_positions(out, geometry);
      return;
    case GEOS_LINESTRING:
    case GEOS_LINEARRING:
      if (out.kind != Kind::line) return;
      append_positions(out, geometry);
      out.end_path();
      return;
    case GEOS_POLYGON:
      if (out.kind == Kind::polygon) append_polygon(out, geometry);
      return;
    default:
      for (int i = 0; i < GEOSGetNumGeometries_r(geos(), &geometry); ++i) {
        append_parts(out, *GEOSGetGeometryN_r(geos(), &geometry, i));
      }
  }
}

}  // namespace

GEOSContextHandle_t geos() { return context().handle; }

void throw_geos(std::string_view doing) {
  std::string message;
  message.swap(context().message);
  if (message.empty()) message = "no message";
  throw base::Error(base::Code::internal, fmt::format("GEOS failed while {}: {}.", doing, message));
}

bool answer(char tri_state, std::string_view doing) {
  if (tri_state == 2) throw_geos(doing);
  return tri_state == 1;
}

Geom owned(GEOSGeometry* geometry, std::string_view doing) {
  if (geometry == nullptr) throw_geos(doing);
  return Geom(geometry);
}

Geom to_geos(GeometryView view) {
  std::vector<Geom> parts = make_parts(view);
  if (parts.size() == 1) return std::move(parts.front());
  std::vector<GEOSGeometry*> raw = release(parts);
  return owned(GEOSGeom_createCollection_r(geos(), multi_type(view.kind), raw.data(),
                                           static_cast<unsigned>(raw.size())),
               "making a collection");
}

Geometry from_geos(const GEOSGeometry& geometry, Kind kind) {
  Geometry out;
  out.kind = kind;
  append_parts(out, geometry);
  if (out.empty()) return {};
  return out;
}

}  // namespace caitu::geometry::detail
