#pragma once

#include <rapidcheck.h>

#include <cstdlib>

/// Property tests of a file that includes this run 1,000 cases, unless RC_PARAMS in the environment says
/// otherwise. RapidCheck reads it at the first check.
inline const int kThousandCases = ::setenv("RC_PARAMS", "max_success=1000", 0);
