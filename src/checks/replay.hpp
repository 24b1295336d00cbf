#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "checks/manifest.hpp"

namespace caitu::checks {

/// Writes the texts of a manifest below a folder, each under its name, so that a replay reads them and not
/// the installed ones. Error(io).
void lay_out(const Manifest& manifest, const std::filesystem::path& folder);

/// The rules of a manifest, from the folder into which it was laid out.
RuleSet rules_of(const Manifest& manifest, const std::filesystem::path& folder);

/// Where two runs part.
struct Difference {
  enum class How : std::uint8_t { only_then, only_now, differs };
  std::string check;  ///< empty: of the run, not of one check
  std::string what;   ///< "check", "measure", "finding", "rest", "cleared" or "rules"
  std::string id;     ///< a measure's, or a finding's fingerprint
  How how = How::differs;
  std::string then, now;  ///< what each says, in words; empty where it says nothing
};
std::string_view name(Difference::How how);  ///< "only_in_manifest", "only_now", "differs"

/// A run held against the manifest of an earlier one.
struct Comparison {
  Program program_then, program_now;
  std::uint64_t measures = 0, findings = 0;  ///< of the earlier run
  std::vector<Difference> differences;       ///< by check, measures before findings, in the manifest's order

  bool equal() const { return differences.empty(); }
};
/// What programs ran makes no difference by itself.
Comparison compare(const Manifest& then, const Manifest& now);

base::Json to_json(const Comparison& comparison);

}  // namespace caitu::checks
