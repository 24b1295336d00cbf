#pragma once

#include "checks/context.hpp"
#include "checks/derive.hpp"

namespace caitu::checks::detail {

/// The clusters and belts of the plan, derived from the layers that a run has pinned and by its rules.
Derived clusters_of(const Context& context);
Derived belts_of(const Context& context);

/// A derived feature beside the one of a layer of delivered ones ("belts_delivered") that has most land in
/// common with it: its name, both areas' common 亩 and their intersection over union; told without them when
/// none has any. Null when nothing was delivered. By land, for names are written in many ways.
base::Json beside_delivered(const Context& context, const std::string& layer,
                            const Derived::Feature& feature);

}  // namespace caitu::checks::detail
