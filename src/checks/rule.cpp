#include "checks/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "checks/detail/rule_names.hpp"

namespace caitu::checks {
namespace {

using base::Code;
using base::Error;
using base::Where;

struct Chosen {
  const ParameterValue* value;
  bool day_unknown;  ///< another value may have been in force
};

bool in_force(const ParameterValue& value, const std::string& day) {
  return value.valid_from <= day && (value.valid_to.empty() || day < value.valid_to);
}

std::optional<Chosen> on_known_day(const Parameter& parameter, const std::string& day, const Scope& scope) {
  const ParameterValue* best = nullptr;
  int narrowest = -1;
  for (const ParameterValue& value : parameter.values) {
    const int narrow = detail::narrowness(value, scope);
    if (narrow <= narrowest || !in_force(value, day)) continue;
    best = &value;
    narrowest = narrow;
  }
  return best == nullptr ? std::nullopt : std::optional(Chosen{best, false});
}

std::optional<Chosen> on_unknown_day(const Parameter& parameter, const Scope& scope) {
  const ParameterValue* latest = nullptr;
  std::pair<int, std::string> last{-1, ""};
  for (const ParameterValue& value : parameter.values) {
    const std::pair<int, std::string> at{detail::narrowness(value, scope), value.valid_from};
    if (at.first < 0 || (latest != nullptr && at <= last)) continue;
    latest = &value;
    last = at;
  }
  if (latest == nullptr) return std::nullopt;
  return Chosen{latest, !latest->valid_from.empty() || !latest->valid_to.empty()};
}

std::optional<Chosen> choose(const Parameter& parameter, const When& when, const Scope& scope) {
  const std::string& day = parameter.dated_by == DatedBy::built_on ? when.built_on : when.as_of;
  return day.empty() ? on_unknown_day(parameter, scope) : on_known_day(parameter, day, scope);
}

void add_reason(std::optional<std::string>& to, std::string_view between, const std::string& reason) {
  to = to ? *to + std::string(between) + reason : reason;
}

std::string called(const Basis& basis) { return basis.number.empty() ? basis.document : basis.number; }

std::string place_text(const Scope& scope) {
  std::string text = scope.province + scope.county;
  if (!scope.region.empty()) text += (text.empty() ? "" : ", ") + scope.region;
  return text.empty() ? "any place" : text;
}

template <typename T>
InForce<T> required(const Rule& rule, std::string_view name, const When& when, const Scope& scope) {
  if (auto found = rule.find<T>(name, when, scope)) return std::move(*found);
  const bool built = rule.parameter(name).dated_by == DatedBy::built_on;
  const std::string& day = built ? when.built_on : when.as_of;
  throw Error(Code::invalid,
              fmt::format("rule {} has no value of \"{}\" for {} on {}", rule.id, name, place_text(scope),
                          day.empty() ? "an unknown day" : day),
              Where{.file = rule.file.string(), .field = std::string(name)},
              "give it one with --rules, or check a later day");
}

}  // namespace

std::string_view name(Severity severity) { return detail::name_in(detail::kSeverities, severity); }
std::string_view name(ParameterKind kind) { return detail::name_in(detail::kKinds, kind); }
std::string_view name(DatedBy dated_by) { return detail::name_in(detail::kDatedBy, dated_by); }
std::string_view name(Comparator comparator) { return detail::name_in(detail::kComparators, comparator); }

std::optional<Severity> parse_severity(std::string_view text) {
  for (const auto& [name, severity] : detail::kSeverities) {
    if (name == text) return severity;
  }
  return std::nullopt;
}

const Parameter& Rule::parameter(std::string_view name) const {
  const auto at = std::ranges::find(parameters, name, &Parameter::name);
  if (at != parameters.end()) return *at;
  std::vector<std::string> known;
  for (const Parameter& one : parameters) known.push_back(one.name);
  throw Error(Code::usage, fmt::format("rule {} has no parameter \"{}\"", id, name),
              Where{.file = file.string(), .field = std::string(name)}, detail::did_you_mean(name, known));
}

const Basis& Rule::basis_of(const ParameterValue& value) const {
  const auto at = std::ranges::find(bases, value.basis, &Basis::id);
  if (at == bases.end())
    throw Error(Code::internal, fmt::format("rule {} has no basis \"{}\"", id, value.basis));
  return *at;
}

template <typename T>
std::optional<InForce<T>> Rule::find(std::string_view name, const When& when, const Scope& scope) const {
  const Parameter& of = parameter(name);
  const auto chosen = choose(of, when, scope);
  if (!chosen) return std::nullopt;
  const T* content = std::get_if<T>(&chosen->value->content);
  if (content == nullptr)
    throw Error(
        Code::usage,
        fmt::format("parameter \"{}\" of rule {} is of another type than the check asks for", name, id),
        Where{.file = file.string(), .field = std::string(name)});
  InForce<T> found{.value = *content, .parameter = &of, .given = chosen->value};
  if (const auto reason = holds_back(*this, of, *chosen->value)) {
    found.held_back = reason->first;
    found.held_back_zh = reason->second;
  }
  if (chosen->day_unknown && of.kind == ParameterKind::legal) {
    add_reason(found.held_back, "; ", "the day on which it was built is not known, and the rule has changed");
    add_reason(found.held_back_zh, "；", "建成日期不明，而规定前后有变化");
  }
  return found;
}

template std::optional<InForce<double>> Rule::find(std::string_view, const When&, const Scope&) const;
template std::optional<InForce<std::string>> Rule::find(std::string_view, const When&, const Scope&) const;
template std::optional<InForce<std::vector<std::string>>> Rule::find(std::string_view, const When&,
                                                                     const Scope&) const;
template std::optional<InForce<bool>> Rule::find(std::string_view, const When&, const Scope&) const;

InForce<double> Rule::number(std::string_view name, const When& when, const Scope& scope) const {
  return required<double>(*this, name, when, scope);
}
InForce<std::string> Rule::text(std::string_view name, const When& when, const Scope& scope) const {
  return required<std::string>(*this, name, when, scope);
}
InForce<std::vector<std::string>> Rule::texts(std::string_view name, const When& when,
                                              const Scope& scope) const {
  return required<std::vector<std::string>>(*this, name, when, scope);
}
InForce<bool> Rule::flag(std::string_view name, const When& when, const Scope& scope) const {
  return required<bool>(*this, name, when, scope);
}

std::optional<std::pair<std::string, std::string>> holds_back(const Rule& rule, const Parameter& parameter,
                                                              const ParameterValue& value) {
  if (parameter.kind != ParameterKind::legal) return std::nullopt;
  const Basis& basis = rule.basis_of(value);
  std::optional<std::string> english, chinese;
  if (!basis.superseded_on.empty()) {
    add_reason(english, "; ",
               fmt::format("{} was superseded on {} by {}", called(basis), basis.superseded_on,
                           basis.superseded_by));
    add_reason(chinese, "；",
               fmt::format("{}已于{}被{}取代", called(basis), basis.superseded_on, basis.superseded_by));
  }
  if (value.confidence >= 'C') {
    add_reason(english, "; ",
               fmt::format("what {} says of \"{}\" is unproven [{}]", called(basis), parameter.name,
                           value.confidence));
    add_reason(
        chinese, "；",
        fmt::format("“{}”的依据（{}）未经证实 [{}]", parameter.title, called(basis), value.confidence));
  }
  if (!english) return std::nullopt;
  return std::pair(*english, *chinese);
}

namespace detail {
namespace {

/// "河北省" and "河北" are one province.
bool same_province(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && (a.starts_with(b) || b.starts_with(a));
}

/// "围场" is in "围场满族蒙古族自治县".
bool within(std::string_view county, std::string_view name) { return county.find(name) != county.npos; }

}  // namespace

Place place_of(std::string_view text) {
  const bool latin = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (latin) return {.region = std::string(text)};
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return {.province = std::string(text)};
  return {.province = std::string(text.substr(0, slash)), .county = std::string(text.substr(slash + 1))};
}

int narrowness(const ParameterValue& value, const Scope& scope) {
  if (value.applies_to.empty()) return 0;
  int narrowest = -1;
  for (const std::string& text : value.applies_to) {
    const Place place = place_of(text);
    if (!place.region.empty()) {
      if (place.region == scope.region) narrowest = std::max(narrowest, 1);
    } else if (same_province(place.province, scope.province)) {
      if (place.county.empty()) narrowest = std::max(narrowest, 2);
      if (!place.county.empty() && within(scope.county, place.county)) narrowest = 3;
    }
  }
  return narrowest;
}

bool share_a_place(const ParameterValue& a, const ParameterValue& b) {
  if (a.applies_to.empty() || b.applies_to.empty()) return a.applies_to.empty() && b.applies_to.empty();
  for (const std::string& one : a.applies_to) {
    for (const std::string& other : b.applies_to) {
      const Place x = place_of(one), y = place_of(other);
      if (x.region != y.region || x.county.empty() != y.county.empty()) continue;
      if (!x.region.empty()) return true;
      if (!same_province(x.province, y.province)) continue;
      if (within(x.county, y.county) || within(y.county, x.county)) return true;
    }
  }
  return false;
}

}  // namespace detail
}  // namespace caitu::checks
