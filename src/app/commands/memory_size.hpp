#pragma once

#include <cstdint>
#include <string>

namespace caitu::app {

/// Bytes, from what --memory takes: "64M", "1G", "1073741824". Error(usage).
std::uint64_t parse_memory(const std::string& text);

}  // namespace caitu::app
