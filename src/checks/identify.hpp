#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checks/pinned.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// A case as the flags know it.
struct KnownCase {
  std::string fingerprint, rule, status;
  std::vector<Subject> subjects;
  geometry::Geometry where;
  std::string state = {};    ///< what it was to the last run; kCleared: not found
  std::string seen_on = {};  ///< day of the last run that found it; empty: not known
};

/// `state` of a flag that a run has not found again.
inline constexpr std::string_view kCleared = "cleared";
/// True for the status of a case that somebody has seen to: rectified or closed.
bool mended(std::string_view status);

/// Cases of the pinned edition of `flags`, by fingerprint.
std::vector<KnownCase> known_cases(const Pinned& pinned);

/// Gives every finding its fingerprint. A known case of the same rule keeps its own where it is about the
/// same building or plot (by key), or else where the two share more than a third of their land; the nearest
/// in that sense first, each once. A new one is a digest of the rule and of the key of what it is about, or
/// without a key of its town and its place, so that a run without any known cases gives the same again. A
/// dismissed case that is found again persists; one that was rectified, closed or cleared is reopened.
/// Returns the fingerprints of open cases that were not found again on the day `as_of` and were not cleared
/// before: they are cleared, but for those that a later day has seen.
std::vector<std::string> identify(std::vector<Finding>& findings, const std::vector<KnownCase>& known,
                                  const std::string& as_of);

}  // namespace caitu::checks
