#pragma once

#include <string>

namespace caitu::base {

std::string utc_now();    ///< "2025-06-30T12:34:56Z"
std::string utc_today();  ///< "2025-06-30"

}  // namespace caitu::base
