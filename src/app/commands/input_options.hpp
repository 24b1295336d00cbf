#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "app/overlay_input.hpp"

namespace caitu::app {

/// Adds the options that say how the file of an input is to be read.
void add_input_options(CLI::App& command, OverlayInput& input, const std::string& which);

/// Adds those that say how the file of a result is to be written.
void add_output_options(CLI::App& command, std::string& crs, std::string& encoding);

}  // namespace caitu::app
