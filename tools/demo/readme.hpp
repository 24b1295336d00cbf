#pragma once

#include <filesystem>

#include "delivery.hpp"

namespace caitu::demo {

/// README.txt: that all of it is made up, and what each file is.
void write_readme(const std::filesystem::path& file, const Options& options);

}  // namespace caitu::demo
