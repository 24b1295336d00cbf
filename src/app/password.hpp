#pragma once

#include <string>

namespace caitu::app {

/// A password from stdin: asked for twice and not shown when that is a terminal, else its first line.
/// Error(usage) when the two differ or none comes.
std::string read_password(const std::string& account);

}  // namespace caitu::app
