#include "geodata/detail/gdal_geometry.hpp"

#include <algorithm>

namespace caitu::geodata::detail {
namespace {

using geometry::Geometry;
using geometry::Kind;
using geometry::Position;

class Reader {
 public:
  explicit Reader(bool swap) : swap_(swap) {}

  void add(const OGRGeometry& source);
  FromOgr finish();

 private:
  bool is(Kind kind);
  void add_point(const OGRPoint& point);
  void add_path(const OGRSimpleCurve& curve);
  void add_ring(const OGRLinearRing& ring);
  void add_polygon(const OGRPolygon& polygon);
  void add_parts(const OGRGeometryCollection& parts);
  void note_heights(const OGRSimpleCurve& curve);

  Geometry out_;
  bool swap_;
  bool heights_ = false, measures_ = false, stroked_ = false, collection_ = false, mixed_ = false,
       closed_ = false;
  bool unknown_ = false;
};

/// False when the geometry already holds parts of another kind.
bool Reader::is(Kind kind) {
  if (out_.kind == Kind::empty) out_.kind = kind;
  mixed_ = mixed_ || out_.kind != kind;
  return out_.kind == kind;
}

void Reader::add_point(const OGRPoint& point) {
  if (point.IsEmpty() || !is(Kind::point)) return;
  out_.positions.push_back({point.getX(), point.getY()});
  heights_ = heights_ || (point.Is3D() && point.getZ() != 0);
  measures_ = measures_ || (point.IsMeasured() && point.getM() != 0);
}

void Reader::note_heights(const OGRSimpleCurve& curve) {
  const int count = curve.getNumPoints();
  for (int i = 0; curve.Is3D() && !heights_ && i < count; ++i) heights_ = curve.getZ(i) != 0;
  for (int i = 0; curve.IsMeasured() && !measures_ && i < count; ++i) measures_ = curve.getM(i) != 0;
}

void Reader::add_path(const OGRSimpleCurve& curve) {
  const std::size_t before = out_.positions.size();
  out_.positions.resize(before + static_cast<std::size_t>(curve.getNumPoints()));
  Position* const first = out_.positions.data() + before;
  curve.getPoints(&first->lon, sizeof(Position), &first->lat, sizeof(Position));
  note_heights(curve);
}

void Reader::add_ring(const OGRLinearRing& ring) {
  const std::size_t before = out_.positions.size();
  add_path(ring);
  const Position first = out_.positions[before];
  if (out_.positions.back() != first) {
    out_.positions.push_back(first);
    closed_ = true;
  }
  out_.end_path();
}

void Reader::add_polygon(const OGRPolygon& polygon) {
  const OGRLinearRing* const shell = polygon.getExteriorRing();
  if (shell == nullptr || shell->IsEmpty() || !is(Kind::polygon)) return;
  add_ring(*shell);
  for (int i = 0; i < polygon.getNumInteriorRings(); ++i) {
    const OGRLinearRing* const hole = polygon.getInteriorRing(i);
    if (!hole->IsEmpty()) add_ring(*hole);
  }
  out_.end_part();
}

void Reader::add_parts(const OGRGeometryCollection& parts) {
  for (const OGRGeometry* part : parts) add(*part);
}

void Reader::add(const OGRGeometry& source) {
  if (source.hasCurveGeometry(FALSE)) {
    stroked_ = stroked_ || source.hasCurveGeometry(TRUE);
    const std::unique_ptr<OGRGeometry> linear(source.getLinearGeometry(kStrokeDegrees));
    if (linear && !linear->hasCurveGeometry(FALSE)) return add(*linear);
    unknown_ = true;
    return;
  }
  switch (wkbFlatten(source.getGeometryType())) {
    case wkbPoint:
      return add_point(*source.toPoint());
    case wkbLineString:
      if (source.IsEmpty() || !is(Kind::line)) return;
      add_path(*source.toLineString());
      return out_.end_path();
    case wkbTriangle:
    case wkbPolygon:
      return add_polygon(*source.toPolygon());
    case wkbMultiPoint:
    case wkbMultiLineString:
    case wkbMultiPolygon:
      return add_parts(*source.toGeometryCollection());
    case wkbGeometryCollection:
      collection_ = true;
      return add_parts(*source.toGeometryCollection());
    case wkbTIN:
    case wkbPolyhedralSurface:
      for (const OGRPolygon* face : *source.toPolyhedralSurface()) add_polygon(*face);
      return;
    default:
      unknown_ = true;
  }
}

FromOgr Reader::finish() {
  FromOgr result;
  if (mixed_) {
    result.flaw = "collection of mixed kinds";
  } else if (unknown_) {
    result.flaw = "geometry of an unknown type";
  } else if (out_.positions.empty()) {
    result.flaw = "no geometry";
  }
  const auto note = [&](bool said, const std::string& words) {
    if (said) result.note += (result.note.empty() ? "" : "; ") + words;
  };
  note(heights_, "heights dropped");
  note(measures_, "measures dropped");
  note(stroked_, "curves stroked to chords of 1 degree");
  note(closed_, "open rings closed");
  if (result.flaw.empty()) note(collection_, "collection of " + std::string(name(out_.kind)) + "s joined");
  if (swap_) {
    for (Position& p : out_.positions) std::swap(p.lon, p.lat);
  }
  result.geometry = std::move(out_);
  return result;
}

void set_points(OGRSimpleCurve& curve, std::span<const Position> path) {
  curve.setNumPoints(static_cast<int>(path.size()), FALSE);
  for (std::size_t i = 0; i < path.size(); ++i) curve.setPoint(static_cast<int>(i), path[i].lon, path[i].lat);
}

std::unique_ptr<OGRGeometry> to_polygons(geometry::GeometryView source) {
  auto all = std::make_unique<OGRMultiPolygon>();
  std::size_t path = 0;
  for (const std::uint32_t end : source.part_ends) {
    auto polygon = std::make_unique<OGRPolygon>();
    for (; path < end; ++path) {
      auto ring = std::make_unique<OGRLinearRing>();
      set_points(*ring, source.path(path));
      polygon->addRingDirectly(ring.release());
    }
    all->addGeometryDirectly(polygon.release());
  }
  return all;
}

}  // namespace

FromOgr from_ogr(const OGRGeometry* source, bool swap) {
  Reader reader(swap);
  if (source != nullptr) reader.add(*source);
  return reader.finish();
}

std::unique_ptr<OGRGeometry> to_ogr(geometry::GeometryView source) {
  switch (source.kind) {
    case Kind::point: {
      auto all = std::make_unique<OGRMultiPoint>();
      for (const Position p : source.positions) all->addGeometryDirectly(new OGRPoint(p.lon, p.lat));
      return all;
    }
    case Kind::line: {
      auto all = std::make_unique<OGRMultiLineString>();
      for (std::size_t i = 0; i < source.path_ends.size(); ++i) {
        auto line = std::make_unique<OGRLineString>();
        set_points(*line, source.path(i));
        all->addGeometryDirectly(line.release());
      }
      return all;
    }
    case Kind::polygon:
      return to_polygons(source);
    case Kind::empty:
      break;
  }
  return std::make_unique<OGRGeometryCollection>();
}

OGRwkbGeometryType ogr_type(geometry::Kind kind) {
  switch (kind) {
    case Kind::point:
      return wkbMultiPoint;
    case Kind::line:
      return wkbMultiLineString;
    case Kind::polygon:
      return wkbMultiPolygon;
    case Kind::empty:
      break;
  }
  return wkbUnknown;
}

}  // namespace caitu::geodata::detail
