#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "geometry/geometry.hpp"
#include "store/findings.hpp"

namespace caitu::catalog {

/// The quality audit of deliveries (DOMAIN 6): what is wrong with a row, or with two of them, where it is,
/// and what the surveyor does about it. A finding is told, it refuses nothing.

using Severity = store::Severity;
using QualityFinding = store::Finding;

/// One rule of the audit: what it is called, in Chinese first, and the way out for the surveyor.
struct QualityRule {
  std::string_view id;
  Severity severity = Severity::error;
  std::string_view title_zh, title_en;
  std::string_view way_out_zh, way_out_en;
};
/// All rules, in the order in which reports list them.
std::span<const QualityRule> quality_rules();
const QualityRule& quality_rule(std::string_view id);  ///< Error(internal) when there is none

/// A number that is no law: printed with every report, with what it rests on.
struct Assumption {
  std::string_view name;
  double value;
  std::string_view unit, basis_zh, basis_en;
};

/// The tolerances of the audit.
namespace limits {
inline constexpr double kAreaM2 = 0.1;      ///< of TBMJ against the outline's area, beside the relative one
inline constexpr double kAreaShare = 1e-4;  ///< … of the area
inline constexpr double kIdentityM2 =
    0.011;                                  ///< of KCMJ and TBDLMJ: their last decimal, and how it is rounded
inline constexpr double kRepeatedM = 1e-4;  ///< positions nearer than this are one
inline constexpr double kSpikeM = 0.002;    ///< a point out and back that is nowhere wider than this
inline constexpr double kLinearWidthM = 2.0;  ///< least width of a lane or ditch that is mapped (north)
inline constexpr double kVertexM = 0.5;       ///< vertices nearer than this fall onto each other (shifts)
inline constexpr double kShiftShare =
    0.5;  ///< least share of vertices that must fall onto others after a shift
inline constexpr double kUnshiftedShare = 0.1;  ///< most share that may do so before it
inline constexpr double kNeighbourM2 = 1.0;     ///< least overlap with a neighbours' layer that is told
}  // namespace limits
std::span<const Assumption> quality_assumptions();

/// At most so many findings of a rule are kept (in the record and in findings.gpkg); all are counted.
inline constexpr std::size_t kKeptOfRule = 20'000;
/// So many of a rule stand in an edition's report, and are printed.
inline constexpr std::size_t kListedOfRule = 5;

/// What an audit found. Findings are numbered in the order of rules and, within one, as they were delivered.
struct QualityReport {
  std::map<std::string, std::uint64_t> by_rule;  ///< all of them, kept or not
  std::uint64_t errors = 0, warnings = 0, notes = 0;
  std::vector<QualityFinding> findings;  ///< at most kKeptOfRule of a rule
  /// Rules that could not be held against the delivery, and why ("no land_classes.csv").
  std::vector<std::string> not_run;

  std::uint64_t kept_of(std::string_view rule) const;
};

/// Counts by rule and severity, the first kListedOfRule of each located, and the assumptions.
base::Json to_json(const QualityReport& report);

/// Makes a finding of a rule, with the rule's severity and way out.
QualityFinding finding_of(std::string_view rule, std::string what, std::string what_zh);

}  // namespace caitu::catalog
