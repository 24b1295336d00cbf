#pragma once

#include <string>
#include <vector>

#include "catalog/quality.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::catalog {

/// A finding and the number that it bears in the report.
struct NumberedFinding {
  std::size_t number = 0;
  const QualityFinding* finding = nullptr;
};

/// Where a layer and its findings lie, but for rows that lie elsewhere; empty when nothing has a place.
geometry::Box whole_of(const geodata::Snapshot& snapshot, const std::vector<QualityFinding>& findings);
/// The surroundings of all findings, when they are so much smaller than `whole` that a map of their own shows
/// more; else empty.
geometry::Box part_of(const geometry::Box& whole, const std::vector<QualityFinding>& findings);

/// Inline SVG of a layer in grey, inside `box`, with the place of every finding; those of `numbered` bear
/// their numbers. Features smaller than two pixels become cells of one, so that land does not vanish and a
/// million of them fit. Coordinates in the page have a tenth of a pixel. Same snapshot, same text.
std::string overview_svg(const geodata::Snapshot& snapshot, const std::vector<QualityFinding>& findings,
                         const std::vector<NumberedFinding>& numbered, const geometry::Box& box);

/// Inline SVG of the land about one finding, with a scale; empty when it has no place.
std::string detail_svg(const geodata::Snapshot& snapshot, const QualityFinding& finding);

}  // namespace caitu::catalog
