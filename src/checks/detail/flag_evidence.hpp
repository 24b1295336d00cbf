#pragma once

#include <string_view>

#include "checks/result.hpp"

namespace caitu::checks::detail {

/// Fills in what `evidence_json` made of a finding and a flag kept. Somebody may have written it by hand:
/// what has not its form is left out. Of ids only those that it holds.
void read_evidence(std::string_view evidence, Finding& finding);

}  // namespace caitu::checks::detail
