#include "app/commands/memory_size.hpp"

#include "base/error.hpp"

namespace caitu::app {

std::uint64_t parse_memory(const std::string& text) {
  std::size_t digits = 0;
  std::uint64_t number = 0;
  for (; digits < text.size() && digits < 12 && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    number = number * 10 + static_cast<std::uint64_t>(text[digits] - '0');
  const std::string unit = text.substr(digits);
  int shift = -1;
  if (unit.empty()) shift = 0;
  if (unit == "K" || unit == "KiB") shift = 10;
  if (unit == "M" || unit == "MiB") shift = 20;
  if (unit == "G" || unit == "GiB") shift = 30;
  constexpr std::uint64_t kLeast = std::uint64_t{16} << 20;
  if (digits == 0 || shift < 0 || (number << shift) < kLeast)
    throw base::Error(base::Code::usage, "\"" + text + "\" is no amount of memory",
                      base::Where{.field = "--memory"}, "write it as 64M or 2G; 16M is the least");
  return number << shift;
}

}  // namespace caitu::app
