#pragma once

#include <string>

#include "checks/pinned.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// Inline SVG of the land about one finding, north up: the parcels of the pinned edition in grey, those
/// beneath it in yellow with number and land class, parks, bases, facilities and buildings as thin lines,
/// what it is about as outlines, and its own land, hatched when it is a violation and dashed when it is for a
/// field check; with a scale bar and an arrow to the north. Empty when the finding has no place. Same
/// editions, same text; const-shared. Classes are those of the report's style.
std::string finding_map(const Pinned& pinned, const Finding& finding);

}  // namespace caitu::checks
