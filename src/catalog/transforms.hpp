#pragma once

#include <string>

#include "geometry/crs.hpp"

namespace caitu::catalog {

/// The way from a delivery's coordinates to EPSG:4490. Made once for each CRS and thread, for PROJ's objects
/// belong to one thread; a thread meets few. Error(refused) when there is none.
const geometry::Transform& to_cgcs2000(const geometry::Crs& crs);
/// Of a CRS as its definition says it ("EPSG:4527").
const geometry::Transform& to_cgcs2000(const std::string& definition);

}  // namespace caitu::catalog
