#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "access/caller.hpp"

namespace caitu::access {

/// Tells who asks, from memory: all accounts and tokens of a workspace, taken up again whenever work.db has
/// changed.
///
/// Guarantees: `caller` reads no disk and is fit for an I/O thread. What `caitu account revoke` does is known
/// after `refresh` at once, and while `watch` runs within kLongestWait at most. Threads: thread-safe.
class Gate {
 public:
  /// `reads_open`: whether who has not said who they are may read. Error as Work::open; a work.db that is
  /// missing (an earlier caitu made the workspace) is looked for again by refresh() and holds no accounts
  /// meanwhile.
  Gate(std::filesystem::path work_database, bool reads_open);
  ~Gate();

  /// Of an Authorization header: nobody for an empty one. Error(unauthenticated) when it is no bearer token,
  /// or one that is not known, has expired or was revoked.
  Caller caller(std::string_view authorization) const;
  bool reads_open() const;
  /// Whether anybody could pass: an account that is not revoked.
  bool has_accounts() const;

  /// Takes up what another process has changed. May read the disk.
  void refresh();
  /// Calls refresh() every `interval_ms`, kLongestWait at most, on a thread of its own until the gate ends.
  /// Once.
  void watch(int interval_ms);
  static constexpr int kLongestWaitMs = 1000;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace caitu::access
