#pragma once

#include <string>

#include "app/check_run.hpp"
#include "checks/replay.hpp"
#include "checks/run.hpp"

namespace caitu::app {

/// What `caitu check` says in a terminal, on stdout. Lines end with \n.
void print_run(const checks::Run& run);
/// Of `--replay`: whether the programs are the same, then "equal", or a line for each difference.
void print_comparison(const checks::Comparison& comparison);
/// Of `--publish`: one line a layer.
std::string published_text(const Published& published);

}  // namespace caitu::app
