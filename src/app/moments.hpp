#pragma once

#include <string>

namespace caitu::app {

/// Moments as people give them to a command: "2025-06-30T12:34:56Z" is itself, a date is a day in Beijing
/// (UTC+8). Both give UTC as base::utc_now() writes it, which sorts as text. Error(usage) names `option` and
/// how to write it.
std::string start_of(const std::string& text, const std::string& option);  ///< the day's first second
std::string end_of(const std::string& text, const std::string& option);    ///< the first second after the day

}  // namespace caitu::app
