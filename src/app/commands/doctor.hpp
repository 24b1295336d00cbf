#pragma once

#include <cstddef>
#include <string>

namespace caitu::app {

/// Examines a workspace and prints what was found; returns how much is damaged.
std::size_t run_doctor(const std::string& folder, bool repair, bool json);

}  // namespace caitu::app
