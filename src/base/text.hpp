#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caitu::base {

/// With a comma before every three digits of the whole number that `digits` begins with, behind its sign:
/// "-1,234.50".
std::string grouped(std::string digits);
std::string grouped(std::uint64_t number);

/// Text as a page holds it: &, <, > and " as entities.
std::string html_escaped(std::string_view text);

}  // namespace caitu::base
