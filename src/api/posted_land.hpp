#pragma once

#include <cstddef>
#include <string>

#include "geometry/geometry.hpp"

namespace caitu::api {

/// Positions that one body may hold.
inline constexpr std::size_t kMaxPostedPositions = 100'000;

/// Error(invalid) at Where::field = `member` unless it is a valid polygon within the Earth's degrees.
void check_posted_polygon(const geometry::Geometry& land, const std::string& member);

}  // namespace caitu::api
