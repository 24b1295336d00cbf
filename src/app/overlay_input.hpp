#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "analysis/input_layer.hpp"
#include "base/progress.hpp"
#include "catalog/catalog.hpp"

namespace caitu::app {

/// One layer of work that lays layers over each other, as somebody named it: FILE, FILE:LAYER, or
/// WS:LAYER[@EDITION] of a workspace.
struct OverlayInput {
  std::string given, crs, datum, encoding;
  std::string prefix;      ///< of its options: "--a-" for --a-crs
  std::string title = {};  ///< what it is called in accounts, when not as given
};

/// An edition as somebody names it: LAYER or LAYER@EDITION.
analysis::InputLayer open_edition(const std::string& workspace, const std::string& named,
                                  const std::string& title);

/// Reads a file into `scratch`, or opens the edition. `command` is what was typed up to the input, for
/// messages.
analysis::InputLayer open_input(const OverlayInput& input, const std::string& command,
                                const std::filesystem::path& scratch, std::size_t threads,
                                const base::Progress& progress);

}  // namespace caitu::app
