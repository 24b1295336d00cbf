#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "geometry/china_offset.hpp"
#include "geometry/geometry.hpp"

namespace caitu::geometry {

/// A coordinate reference system by its text: "EPSG:4527", WKT, PROJJSON, "+proj=…", "OGC:CRS84", a file name
/// ending in .wkt or .prj, or "+proj=pipeline …". Const-shared; holds no PROJ object.
///
/// A pipeline is used as it stands, without a change of axes: it takes x, y as the file holds them and must
/// end in EPSG:4490 degrees, longitude first ("… +step +proj=unitconvert +xy_in=rad +xy_out=deg").
class Crs {
 public:
  /// Throws Error(invalid) with PROJ's reason when the text is none, Error(io) when a file cannot be read. A
  /// plane that is not tied to the earth (a local grid without parameters) is none. Heights are left out.
  static Crs parse(const std::string& text);
  static const Crs& cgcs2000();  ///< EPSG:4490, the house's own

  const std::string& name() const { return name_; }  ///< "CGCS2000 / 3-degree Gauss-Kruger zone 39"
  const std::string& definition() const {
    return text_;
  }  ///< the text, or the file's; recorded with the edition
  const std::string& authority() const { return code_; }  ///< "EPSG:4527" or empty when nobody registered it
  bool geographic() const { return geographic_; }
  bool pipeline() const { return pipeline_; }
  /// Its authority says northing (or latitude) first: only outside interfaces care; inside x is always first.
  bool northing_first() const { return northing_first_; }
  /// The Gauss-Kruger zone that its false easting carries (38, 39, 40 …), if it has one.
  std::optional<int> zone() const { return zone_; }
  /// GCJ-02 or BD-09 when the CRS or its datum is named so (a WKT, as bureaus and map services write it).
  /// `Transform` leaves that shift to the caller (`shift`): to it, such degrees are degrees.
  std::optional<Datum> datum() const { return datum_; }
  /// Equal coordinates mean equal places, the order of axes aside. Degrees on CGCS2000 and WGS 84 are the
  /// same.
  bool same_plane_as(const Crs& other) const;

 private:
  std::string name_, text_, code_;
  bool geographic_ = false, pipeline_ = false, northing_first_ = false;
  std::optional<int> zone_;
  std::optional<Datum> datum_;
};

struct Transformed {
  Geometry geometry;
  std::size_t split = 0;   ///< positions added
  std::size_t failed = 0;  ///< positions without an image
};

/// Coordinates from one CRS to another, always x (longitude, easting) first on both sides. One thread; a PROJ
/// context of its own; never the network.
///
/// No datum shift is made between CGCS2000 and WGS 84 (FACTS 2.4), nor from degrees whose CRS names no datum:
/// they stand as they are. Between other datums the best transformation that holds over the whole of their
/// area is used, for all positions alike; one that holds only in part of it, or that PROJ would have to
/// guess, is not.
class Transform {
 public:
  /// Throws Error(refused) when there is no such transformation, Error(unsupported) when `to` is a pipeline.
  Transform(const Crs& from, const Crs& to);
  ~Transform();
  Transform(Transform&&) noexcept;
  Transform& operator=(Transform&&) noexcept;

  /// In place. Positions that cannot be transformed become infinite; returns how many.
  std::size_t apply(std::span<Position> positions) const;
  /// True when it changes nothing (both are degrees on CGCS2000 or WGS 84).
  bool identity() const;

 private:
  friend Transformed transform_edges(GeometryView source, const Transform& transform, double tolerance_m);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The way to EPSG:4490. Made once for each CRS and thread, for PROJ's objects belong to one thread; a thread
/// meets few. Error(refused) when there is none.
const Transform& to_cgcs2000(const Crs& crs);
/// Of a CRS as its definition says it ("EPSG:4527").
const Transform& to_cgcs2000(const std::string& definition);

/// A copy of `source` in the target's coordinates in which every edge stays within `tolerance_m` of the
/// straight edge that it was: edges are split where needed, at points computed from their ordered ends, so
/// that neighbours get the same ones. The target must be degrees (else Error(internal)); metres are those on
/// the ground there.
Transformed transform_edges(GeometryView source, const Transform& transform, double tolerance_m = 0.001);

}  // namespace caitu::geometry
