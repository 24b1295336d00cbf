#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.hpp"

namespace caitu::catalog {

/// Editions with edits that a reader will come back to, for a while after their last use. Thread-safe.
class KeptEditions {
 public:
  void keep(const std::shared_ptr<const Edition>& edition);
  /// Null when it is not among them.
  std::shared_ptr<const Edition> find(const std::string& layer, std::uint32_t edition,
                                      std::uint64_t changes) const;

 private:
  using Clock = std::chrono::steady_clock;
  mutable std::mutex mutex_;
  std::vector<std::pair<std::shared_ptr<const Edition>, Clock::time_point>> kept_;  ///< oldest use first
};

}  // namespace caitu::catalog
