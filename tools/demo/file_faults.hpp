#pragma once

#include <filesystem>

#include "faults.hpp"

namespace caitu::demo {

/// Breaks what the writers of files would not write: cuts the last character of each broken_text that is
/// told, and plants invalid_date (建立日期 of some ring bases) and duplicate_key (basic_farmland, no layer
/// with a total of the plan). Call when the delivery's files are closed. Throws Error(io).
void plant_in_files(const std::filesystem::path& delivery, Faults& faults);

}  // namespace caitu::demo
