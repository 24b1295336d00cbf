#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// A coordinate reference system by its text: "EPSG:4527", WKT, PROJJSON, "+proj=…", "OGC:CRS84", a file name ending in
/// .wkt or .prj, or "+proj=pipeline …" that ends in EPSG:4490 degrees. Const-shared; holds no PROJ object.
class Crs {
 public:
  /// Throws Error(invalid) with PROJ's reason when the text is none.
  static Crs parse(const std::string& text);
  static const Crs& cgcs2000();  ///< EPSG:4490, the house's own

  const std::string& name() const { return name_; }        ///< "CGCS2000 / 3-degree Gauss-Kruger zone 39"
  const std::string& definition() const { return text_; }  ///< what PROJ is given; recorded with the edition
  const std::string& authority() const { return code_; }   ///< "EPSG:4527" or empty when nobody registered it
  bool geographic() const { return geographic_; }
  bool pipeline() const { return pipeline_; }
  /// Its authority says northing (or latitude) first: only outside interfaces care; inside x is always first.
  bool northing_first() const { return northing_first_; }
  /// The Gauss-Kruger zone that its false easting carries (38, 39, 40 …), if it has one.
  std::optional<int> zone() const { return zone_; }
  /// The datum when the CRS is one of caitu's own (a WKT named GCJ-02 or BD-09, as bureaus and map services write it).
  bool same_plane_as(const Crs& other) const;

 private:
  std::string name_, text_, code_;
  bool geographic_ = false, pipeline_ = false, northing_first_ = false;
  std::optional<int> zone_;
};

/// Coordinates from one CRS to another, always x (longitude, easting) first on both sides. One thread; a PROJ context
/// of its own. CGCS2000 and WGS 84 are taken as equal (FACTS 2.4).
class Transform {
 public:
  Transform(const Crs& from, const Crs& to);
  ~Transform();
  Transform(Transform&&) noexcept;
  Transform& operator=(Transform&&) noexcept;

  /// In place. Positions that cannot be transformed become infinite; returns how many.
  std::size_t apply(std::span<Position> positions) const;
  /// True when it changes nothing (both are degrees on CGCS2000 or WGS 84).
  bool identity() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A copy of `source` in the target's coordinates in which every edge stays within `tolerance_m` of the straight edge that
/// it was: edges are split where needed, at points computed from their ordered ends, so that neighbours get the same ones.
/// The target is degrees. `split` counts the points added.
struct Transformed {
  Geometry geometry;
  std::size_t split = 0;
  std::size_t failed = 0;  ///< positions without an image
};
Transformed transform_edges(GeometryView source, const Transform& transform, double tolerance_m = 0.001);

}  // namespace caitu::geometry
