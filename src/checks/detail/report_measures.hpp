#pragma once

#include <string>

#include "checks/result.hpp"

namespace caitu::checks::detail {

/// The section of a check that measures: what it was held against, its chart where there is one, its tables
/// by town, base, belt or layer, and its notes. HTML; one function for each check.
void append_retention(std::string& page, const CheckResult& result);
void append_targets(std::string& page, const CheckResult& result);
void append_belts(std::string& page, const CheckResult& result);
void append_bases(std::string& page, const CheckResult& result);
void append_quality(std::string& page, const CheckResult& result);

/// 假定与说明 of a check; nothing when it has none.
void append_notes(std::string& page, const CheckResult& result);

}  // namespace caitu::checks::detail
