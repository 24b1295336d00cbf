#pragma once

#include <optional>

#include "catalog/delivery.hpp"
#include "catalog/quality.hpp"

namespace caitu::catalog {

/// For land that does not lie where its layer does: tries what surveyors get wrong (another zone's number, a
/// zone's number missing or too much, another zone's coordinates, axes exchanged), in source coordinates, and
/// returns a finding about the first change that brings it into `region`, with the land there as its
/// geometry; else one of rule "outside_region". `delivered` is finite and not empty. Thread-safe.
QualityFinding misplaced(const DeliveredFile& file, const geometry::Geometry& delivered,
                         const geometry::Box& region);

/// The land in EPSG:4490 with the positions that were delivered, no edge split; empty when some have no
/// place.
geometry::Geometry in_degrees(const DeliveredFile& file, const geometry::Geometry& delivered);

}  // namespace caitu::catalog
