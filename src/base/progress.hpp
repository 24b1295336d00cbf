#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

namespace caitu::base {

/// How long work tells where it is and learns that it should stop. A value; copy it freely. Thread-safe if
/// `report` is.
struct Progress {
  /// Called at most a few times a second with the stage's name, what is done, and the whole (0 when unknown).
  std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)> report;
  const std::atomic<bool>* cancelled = nullptr;

  void at(std::string_view stage, std::uint64_t done, std::uint64_t total) const {
    if (report) report(stage, done, total);
  }
  /// Throws Error(cancelled) when somebody asked to stop.
  void check() const;
};

}  // namespace caitu::base
