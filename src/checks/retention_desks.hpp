#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "checks/pinned.hpp"
#include "checks/rule_set.hpp"
#include "checks/what_if.hpp"
#include "geodata/land_classes.hpp"

namespace caitu::checks {

/// What the layers are that a retention desk reads: others may change, and it stays as it is.
inline constexpr std::array<std::string_view, 2> kDeskLayers = {"vegetable_land", "flags"};

/// Retention desks for a server, each kept for what it was made of: the editions of kDeskLayers, the day and
/// the rules. To make one takes seconds for a million fields, so never on an I/O thread: who asks first makes
/// it on its own thread and `threads` helpers; others that want the same wait for it and get the same desk,
/// or the same exception. The kKept used last are kept. References are kept, too. Thread-safe.
class RetentionDesks {
 public:
  struct Sources {
    const catalog::Catalog& catalog;
    const RuleSet& rules;
    const geodata::LandClasses& classes;
    std::filesystem::path plan;  ///< as Context
    std::size_t threads = 1;
  };
  explicit RetentionDesks(Sources sources) : sources_(std::move(sources)) {}
  ~RetentionDesks();
  RetentionDesks(const RetentionDesks&) = delete;
  RetentionDesks& operator=(const RetentionDesks&) = delete;

  struct Kept {
    Pinned pinned;  ///< what the desk was made of: of kDeskLayers only
    RetentionDesk desk;
  };
  using Shared = std::shared_ptr<const Kept>;
  /// As `pin` reads it. Error(not_found) when there is no vegetable_land.
  Shared as_of(const std::optional<std::string>& date);

  /// Makes the desk of now beforehand, on a thread of its own, if there is vegetable land. Once.
  void warm();

  static constexpr std::size_t kKept = 2;

 private:
  struct Entry {
    std::string of;
    std::shared_future<Shared> desk;
  };

  Shared make(Pinned pinned) const;

  Sources sources_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::list<Entry> kept_;  ///< used last first
  std::thread warmer_;
};

}  // namespace caitu::checks
