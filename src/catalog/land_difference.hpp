#pragma once

#include <cstddef>

#include "base/progress.hpp"
#include "catalog/edition_difference.hpp"

namespace caitu::catalog {

/// Fills the measures of land of all changes, on `threads` threads; those of points and lines stay 0.
void measure_land(EditionDifference& difference, std::size_t threads, const base::Progress& progress);

}  // namespace caitu::catalog
