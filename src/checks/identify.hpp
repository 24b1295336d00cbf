#pragma once

#include <string>
#include <vector>

#include "checks/pinned.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// A case as the flags know it.
struct KnownCase {
  std::string fingerprint, rule, status;
  std::vector<Subject> subjects;
  geometry::Geometry where;
};

/// Cases of the pinned edition of `flags`, by fingerprint.
std::vector<KnownCase> known_cases(const Pinned& pinned);

/// Gives every finding its fingerprint. A known case of the same rule keeps its own where it is about the
/// same building or plot (by key), or else where the two share more than a third of their land; the nearest
/// in that sense first, each once. A new one is a digest of the rule and of the key of what it is about, or
/// without a key of its town and its place, so that a run without any known cases gives the same again. A
/// dismissed case that is found again persists; one that was rectified or closed is reopened. Returns the
/// fingerprints of open cases that were not found again: they are cleared.
std::vector<std::string> identify(std::vector<Finding>& findings, const std::vector<KnownCase>& known);

}  // namespace caitu::checks
