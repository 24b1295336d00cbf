#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caitu::store {

/// What became of one thing that was looked at.
enum class Verdict : std::uint8_t {
  good,
  note,      ///< nothing is lost: derived, or left over
  repaired,  ///< was damaged or left over, and is in order now
  damaged,
};
std::string_view name(Verdict verdict);

/// One line of `caitu doctor`.
struct Check {
  std::string what;  ///< what was looked at
  Verdict verdict = Verdict::good;
  std::string found = {};    ///< what was found there, as a sentence
  std::string way_out = {};  ///< what to do about it, or empty
};
using Checks = std::vector<Check>;

}  // namespace caitu::store
