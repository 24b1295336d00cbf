#pragma once

#include "analysis/layer_cut.hpp"

namespace caitu::analysis::detail {

/// Takes the slivers off the pieces of a cut feature: drops them, or gives each to that one of the other
/// pieces, the rest among them, with which it has the longest border in common; one without a neighbour
/// stays. A `cover` that is there is all that is looked at. Notes in `feature.slivers` what it did;
/// `rest_size` and `covered` stay what they were before. `right`: the layer that the feature was cut by.
/// Pieces that are all of a feature are no slivers.
void settle_slivers(const Slivers& slivers, const geodata::Snapshot& right, CutFeature& feature);

}  // namespace caitu::analysis::detail
