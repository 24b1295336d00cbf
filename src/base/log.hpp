#pragma once

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace caitu::base {

/// Diagnostics go to stderr, one line an event, with time and level; stdout belongs to results. Thread-safe.
void start_log(bool verbose);

}  // namespace caitu::base
