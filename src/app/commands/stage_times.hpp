#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.hpp"

namespace caitu::app {

/// How long work stays in each of its stages, as it reports them. Thread-safe.
class StageTimes {
 public:
  /// `to`, and what it hears is noted here. Valid while this lives.
  base::Progress watched(base::Progress to) {
    return {.report =
                [this, to](std::string_view stage, std::uint64_t done, std::uint64_t total) {
                  enter(stage);
                  to.at(stage, done, total);
                },
            .cancelled = to.cancelled};
  }
  /// In their order; one that came again is one.
  std::vector<std::pair<std::string, double>> stages() const {
    std::lock_guard lock(mutex_);
    auto stages = stages_;
    if (!stages.empty()) add_since(stages);
    return stages;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void enter(std::string_view stage) {
    std::lock_guard lock(mutex_);
    if (!stages_.empty() && stages_[now_].first == stage) return;
    if (!stages_.empty()) add_since(stages_);
    began_ = Clock::now();
    for (now_ = 0; now_ < stages_.size() && stages_[now_].first != stage;) ++now_;
    if (now_ == stages_.size()) stages_.emplace_back(stage, 0);
  }
  void add_since(std::vector<std::pair<std::string, double>>& stages) const {
    stages[now_].second += std::chrono::duration<double>(Clock::now() - began_).count();
  }

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, double>> stages_;
  std::size_t now_ = 0;
  Clock::time_point began_ = Clock::now();
};

}  // namespace caitu::app
