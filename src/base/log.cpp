#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace caitu::base {

void start_log(bool verbose) {
  auto logger = spdlog::stderr_color_mt("caitu");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_level(verbose ? spdlog::level::debug : spdlog::level::info);
}

}  // namespace caitu::base
