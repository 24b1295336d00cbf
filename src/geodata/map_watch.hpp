#pragma once

#include <cstdint>

namespace caitu::geodata {

/// How many mapped files of this process have lost pages (were truncated, or their disk failed) so far.
/// Thread-safe.
std::uint64_t lost_maps();

/// Stands guard over an answer that is made from snapshots: when one loses pages meanwhile, what was read of
/// it may be zeros. Made before the first read; `check` is called when all has been read, before anybody sees
/// the answer. One lost before is no matter of the guard: reading from it throws. A value.
class MapWatch {
 public:
  MapWatch() : before_(lost_maps()) {}
  /// Error(corrupt) when any file of this process was lost since this was made.
  void check() const;

 private:
  std::uint64_t before_;
};

}  // namespace caitu::geodata
