#include "base/clock.hpp"

#include <ctime>

namespace caitu::base {
namespace {

std::string formatted(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char buffer[32];
  return {buffer, std::strftime(buffer, sizeof buffer, format, &parts)};
}

}  // namespace

std::string utc_now() { return formatted("%Y-%m-%dT%H:%M:%SZ"); }
std::string utc_today() { return formatted("%Y-%m-%d"); }

}  // namespace caitu::base
