#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks {

/// What a check says of one piece of land or one building (DOMAIN 5). `for_field_check`: inside the measuring
/// error, one-sided evidence, or a legal limit that is superseded or unproven. What could not be looked at is
/// not a verdict of a finding but a NotRun of the check.
enum class Verdict : std::uint8_t { clear, for_field_check, violation };
std::string_view name(Verdict verdict);

/// A value that a verdict rests on, and where it was read.
struct Fact {
  std::string name, name_zh;
  std::string value;   ///< with its unit: "23.4 m²"
  std::string source;  ///< "structures@3 JZ-0001 error_m2", "G3 guard_house_limit_m2", "measured"
};

/// A feature that a finding is about, or that it touches.
struct Subject {
  std::string layer;
  std::uint64_t id = 0;
  std::string key;  ///< the values of the layer's key, joined by "/"
};

/// What a finding is to earlier runs: seen for the first time, still there, there again after it was closed.
enum class State : std::uint8_t { fresh, persisting, reopened };
std::string_view name(State state);  ///< "new", "persisting", "reopened"

/// One case: evidence of one rule at one place.
struct Finding {
  std::string fingerprint;  ///< keeps a case's identity from run to run; made by `identify`
  State state = State::fresh;
  std::string check, rule;
  std::int64_t version = 0;     ///< of the rule
  std::string title, title_zh;  ///< of the rule
  int category = 0;             ///< 1 to 3 of 农农发〔2018〕3号; 0: no 大棚房
  Verdict verdict = Verdict::violation;
  std::string severity;
  /// What was compared, in `unit`: `measured` against `limit`, with an error of `tolerance`.
  double measured = 0, limit = 0, tolerance = 0;
  std::string unit;
  std::string what, what_zh;                  ///< one sentence
  std::string basis;                          ///< documents with their numbers
  std::string held_back_by, held_back_by_zh;  ///< why it is no violation; empty when it is one
  /// The smallest change that would turn the verdict, never empty: "2.3 m² less, or a survey error of 2.3 m²
  /// or more". Figures are rounded so that the change as it is written turns it.
  std::string turns, turns_zh;
  geometry::Geometry where;                              ///< EPSG:4490, valid, canonical: what proves it
  double area_m2 = 0;                                    ///< of it
  std::vector<Subject> subjects;                         ///< what it is about, the first one first
  std::vector<Subject> parcels;                          ///< beneath it
  std::vector<std::string> owner_units, location_units;  ///< of those parcels: QSDWDM and ZLDWDM, never mixed
  std::string district, town;
  std::vector<Fact> facts;
};

/// What a measure or a target comes to.
struct Measure {
  std::string id;  ///< "retention.per_capita"
  std::string title, title_en;
  std::optional<double> value;  ///< missing when it could not be worked out: `notes` says why
  std::string unit;
  std::optional<double> target;
  std::string comparator;  ///< the plan's own word: 左右, 不低于, 力争 …
  /// met, not_met, about, for_review, not_run; empty for what is information and no verdict.
  std::string verdict;
  std::string source;              ///< "plan L160", "DOMAIN 3"
  std::vector<std::string> notes;  ///< sentences: readings, assumptions, what is missing
  base::Json detail;  ///< tables by district or town, of which it is made; null when there are none
};

/// Something that was not checked, and why.
struct NotRun {
  std::string what;   ///< a rule or a measure
  std::string layer;  ///< the one that is missing, or empty
  std::string why;
};

/// Something that a check measured and a map shows, and that is no finding: land counted twice, a belt.
struct Drawn {
  std::string layer;  ///< "double_counted", "belts"
  std::string name;
  geometry::Geometry where;
  double area_m2 = 0;
};

struct CheckResult {
  std::string check;
  std::vector<Measure> measures;
  std::vector<Finding> findings;  ///< violations and what is for a field check, by (rule, place)
  /// By rule: how many features were looked at, and how many of them were clear.
  struct Looked {
    std::string rule;
    std::uint64_t at = 0, clear = 0;
  };
  std::vector<Looked> looked;
  std::vector<NotRun> not_run;
  std::vector<Drawn> drawn;
  std::vector<std::string> notes;
};

base::Json to_json(const Measure& measure);
base::Json to_json(const CheckResult& result);

}  // namespace caitu::checks
