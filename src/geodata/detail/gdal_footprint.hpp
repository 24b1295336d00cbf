#pragma once

#include "geodata/detail/gdal_open.hpp"
#include "geodata/raster.hpp"

namespace caitu::geodata::detail {

/// A raster as a layer "footprint" of one polygon, in its own CRS: what it says of itself are the fields.
/// What it does not say has no value.
Opened footprint_layer(const RasterInfo& raster);

}  // namespace caitu::geodata::detail
