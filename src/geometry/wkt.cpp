#include "geometry/codec.hpp"

namespace caitu::geometry {
namespace {

void append_path(std::string& out, std::span<const Position> path) {
  out += '(';
  for (const Position& p : path) {
    if (out.back() != '(') out += ", ";
    base::append_json_number(out, p.lon);
    out += ' ';
    base::append_json_number(out, p.lat);
  }
  out += ')';
}

void append_polygons(std::string& out, GeometryView geometry) {
  std::uint32_t path = 0;
  for (const std::uint32_t end : geometry.part_ends) {
    if (path > 0) out += ", ";
    out += '(';
    for (const std::uint32_t first = path; path < end; ++path) {
      if (path > first) out += ", ";
      append_path(out, geometry.path(path));
    }
    out += ')';
  }
}

}  // namespace

void append_wkt(std::string& out, GeometryView geometry) {
  if (geometry.empty()) {
    out += "GEOMETRYCOLLECTION EMPTY";
    return;
  }
  if (geometry.kind == Kind::point) {
    out += "MULTIPOINT ";
    append_path(out, geometry.positions);
    return;
  }
  out += geometry.kind == Kind::line ? "MULTILINESTRING (" : "MULTIPOLYGON (";
  if (geometry.kind == Kind::polygon) {
    append_polygons(out, geometry);
  } else {
    for (std::size_t i = 0; i < geometry.path_ends.size(); ++i) {
      if (i > 0) out += ", ";
      append_path(out, geometry.path(i));
    }
  }
  out += ')';
}

}  // namespace caitu::geometry
