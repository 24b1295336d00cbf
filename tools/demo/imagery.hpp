#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "park.hpp"
#include "pieces.hpp"
#include "planting.hpp"

namespace caitu::demo {

/// Classes of the land cover raster; the file names them.
enum class Cover : std::uint8_t { unknown, crops, film, bare, hardened, building };

inline constexpr double kCoverPixel = 2;  ///< m
inline constexpr int kCoverSide = 600;    ///< pixels
inline constexpr const char* kCoverDate = "2024-10-05";

/// imagery.tif: land cover about planting.imaged and some parks around it, as a satellite would show it: a
/// GeoTIFF of one band, EPSG:4527, kCoverSide pixels of kCoverPixel a side, 0 where nothing is known.
/// Greenhouses show their film, those of planting.hard_floors a floor hardened by the share that they say.
void write_imagery(const std::filesystem::path& file, const Planting& planting, std::span<const Park> parks,
                   std::span<const Piece> fields, std::uint64_t seed);

}  // namespace caitu::demo
