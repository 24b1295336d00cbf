#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"

namespace caitu::checks {

/// The checks, in the order in which they run.
inline constexpr std::array<std::string_view, 6> kChecks = {"retention", "targets",    "belts",
                                                            "bases",     "greenhouse", "quality"};

enum class Severity : std::uint8_t { low, medium, high, critical };

/// What a parameter is. Only a `legal` one can hold a verdict back (DOMAIN 5).
enum class ParameterKind : std::uint8_t {
  legal,       ///< a limit that a document sets
  detection,   ///< how evidence is told: a share, a distance, words, codes
  plan,        ///< a figure of the plan, with its own word for how firm it is
  assumption,  ///< a reading or a choice, shown with the result
};

/// The day that decides which value is in force.
enum class DatedBy : std::uint8_t { as_of, built_on };

/// How firm a figure of the plan is (FACTS 6, trap 24). `reference`: shown beside a measure, never held
/// against it.
enum class Comparator : std::uint8_t { none, about, floor, aim, at_least, exactly, reference };

std::string_view name(Severity severity);
std::string_view name(ParameterKind kind);
std::string_view name(DatedBy dated_by);
std::string_view name(Comparator comparator);
std::optional<Severity> parse_severity(std::string_view text);

/// A document, or a judgement of our own, that values rest on.
struct Basis {
  std::string id;                            ///< within the rule
  std::string document, number;              ///< its title and its number, which may not be known
  std::string date;                          ///< "2018-09-14", or a month or a year when no more is known
  std::string clause;                        ///< a clause, or lines of the plan: "L160"
  char confidence = 'D';                     ///< A to D, as FACTS marks it
  std::string superseded_on, superseded_by;  ///< both empty while it holds
  std::string note;
};

using Content = std::variant<double, std::string, std::vector<std::string>, bool>;

struct ParameterValue {
  Content content;
  std::string valid_from;  ///< ISO date; empty: always
  std::string valid_to;    ///< the first day on which it holds no more; empty: still
  /// Where it holds: "河北省", "河北省/张北" or a climate region; empty: everywhere else.
  std::vector<std::string> applies_to;
  std::string basis;   ///< Basis::id
  std::string clause;  ///< of that document, when the value has one of its own
  char confidence = 'D';
  std::string note;
};

struct Parameter {
  std::string name, title, title_en, unit;
  ParameterKind kind = ParameterKind::detection;
  DatedBy dated_by = DatedBy::as_of;
  Comparator comparator = Comparator::none;
  std::string word;                           ///< the plan's own: 左右, 不低于, 力争 …
  std::string not_measured, not_measured_en;  ///< why no layer tells it; both empty: it can be measured
  std::vector<ParameterValue> values;
};

/// Where something stands. A province and a county as they are delivered ("河北省" or "河北", "围场县" or its
/// full name); a region of the guard-house standard: north, south or severe_cold.
struct Scope {
  std::string province = {}, county = {}, region = {};
};

/// ISO dates; an empty `built_on` is a day that is not known. Which of the two counts is the parameter's.
struct When {
  std::string as_of = {}, built_on = {};
};

/// A value that applies, and what it rests on. Points into its rule.
template <typename T>
struct InForce {
  T value;
  const Parameter* parameter = nullptr;
  const ParameterValue* given = nullptr;
  /// Why a verdict that rests on it may be at most `for_field_check`, in English and in Chinese: a legal
  /// limit whose basis is superseded, whose confidence is C or D, or whose day is not known.
  std::optional<std::string> held_back = {}, held_back_zh = {};
};

/// One file of geodata/rules: what a check looks for, on what basis, with which figures. A value;
/// const-shared.
struct Rule {
  std::string id;
  std::int64_t version = 0;
  std::string check;  ///< one of kChecks
  std::string title, title_en;
  int category = 0;  ///< of greenhouse rules: 1 to 3 of 农农发〔2018〕3号; 0: no 大棚房
  Severity severity = Severity::low;
  std::string measures, measures_en;  ///< what it measures
  std::vector<std::string> needs;     ///< layers; "structures|spots": one of them
  std::vector<Basis> bases;
  std::vector<Parameter> parameters;
  std::filesystem::path file;
  std::string source;  ///< the file's text, for manifests
  bool own = false;    ///< a user's, in the place of the house's

  /// Error(usage) names the nearest parameter.
  const Parameter& parameter(std::string_view name) const;
  const Basis& basis_of(const ParameterValue& value) const;

  /// The value of a parameter where and when it is asked for: of the county, else the province, else the
  /// region, else everywhere. On a day that is not known the latest value of the narrowest place, held back
  /// unless it has been the only one ever. Nothing when none is in force there and then. Error(usage) when
  /// the rule has no such parameter, or one of another type.
  template <typename T>
  std::optional<InForce<T>> find(std::string_view name, const When& when, const Scope& scope = {}) const;

  /// As `find`, but no value is Error(invalid) that says where and when none is in force.
  InForce<double> number(std::string_view name, const When& when, const Scope& scope = {}) const;
  InForce<std::string> text(std::string_view name, const When& when, const Scope& scope = {}) const;
  InForce<std::vector<std::string>> texts(std::string_view name, const When& when,
                                          const Scope& scope = {}) const;
  InForce<bool> flag(std::string_view name, const When& when, const Scope& scope = {}) const;
};

/// Why a value of the rule holds verdicts back whatever the day, in English and in Chinese; nothing when it
/// does not.
std::optional<std::pair<std::string, std::string>> holds_back(const Rule& rule, const Parameter& parameter,
                                                              const ParameterValue& value);
/// "国土资发〔2014〕127号 附属设施 [A]": what a value rests on, as results print it.
std::string cite(const Rule& rule, const ParameterValue& value);
/// The value as text: lists joined by 、, true and false as 是 and 否.
std::string shown(const ParameterValue& value);

/// The rule for a person: titles, what it measures, its bases, and every parameter with its values, their
/// confidence and what they hold back. Lines end with \n.
std::string explain(const Rule& rule);
/// All but the file, its text and whose it is: what a manifest and the digest of a rule set are made of.
base::Json to_json(const Rule& rule);

}  // namespace caitu::checks
