#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "app/overlay_input.hpp"

namespace caitu::app {

/// Adds the options that say how the file of an input is to be read.
void add_input_options(CLI::App& command, OverlayInput& input, const std::string& which);

}  // namespace caitu::app
