#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/context.hpp"
#include "checks/result.hpp"

namespace caitu::checks::detail {

/// Why a layer has no edition, a sentence.
std::string why_missing(const Context& context, const std::string& layer);
/// Says that the edition of a layer holds no feature; nothing when it does, or when there is none.
std::optional<std::string> holds_nothing(const Context& context, const std::string& layer);

/// Says that a rule is not run when a layer that it needs has no edition; "a|b" needs one of the two.
std::optional<NotRun> missing_layers(const Context& context, const Rule& rule);
/// Of the layers that a rule needs, those that hold nothing, one sentence each: 0 of nothing is told as such.
std::vector<std::string> empty_layers(const Context& context, const Rule& rule);

}  // namespace caitu::checks::detail
