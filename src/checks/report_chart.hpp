#pragma once

#include <span>
#include <string>

#include "checks/result.hpp"

namespace caitu::checks {

/// Inline SVG: the union less confirmed use, against what the threshold needs for the residents, with the
/// shortfall or the surplus. Empty when the check has no such verdict.
std::string retention_chart(const CheckResult& retention);
/// Inline SVG of the reserve alone and with the land in use, which are no retention: drawn by itself, on a
/// scale of its own and without the threshold. Empty when the check has none.
std::string reserve_chart(const CheckResult& retention);
/// Inline SVG: each measure that has a value and a figure of the plan, as a share of that figure, with the
/// plan's own word and the verdict as a word, a pattern and a colour. Empty when there are none.
std::string targets_chart(std::span<const Measure> measures);

}  // namespace caitu::checks
