#pragma once

namespace caitu::app {

/// Exit codes of INTERFACE: 0 done; 1 the work failed; 2 usage or configuration; 3 input refused.
inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kRefused = 3;

/// The whole program: parses the command line, runs the command, turns errors into words and exit codes.
int run_program(int argc, char** argv);

}  // namespace caitu::app
