#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "checks/rule.hpp"

namespace caitu::checks::detail {

/// The words of rule files.
template <typename Value, std::size_t N>
using Names = std::array<std::pair<std::string_view, Value>, N>;

inline constexpr Names<Severity, 4> kSeverities = {{{"low", Severity::low},
                                                    {"medium", Severity::medium},
                                                    {"high", Severity::high},
                                                    {"critical", Severity::critical}}};
inline constexpr Names<ParameterKind, 4> kKinds = {{{"legal", ParameterKind::legal},
                                                    {"detection", ParameterKind::detection},
                                                    {"plan", ParameterKind::plan},
                                                    {"assumption", ParameterKind::assumption}}};
inline constexpr Names<DatedBy, 2> kDatedBy = {{{"as_of", DatedBy::as_of}, {"built_on", DatedBy::built_on}}};
inline constexpr Names<Comparator, 7> kComparators = {{{"none", Comparator::none},
                                                       {"about", Comparator::about},
                                                       {"floor", Comparator::floor},
                                                       {"aim", Comparator::aim},
                                                       {"at_least", Comparator::at_least},
                                                       {"exactly", Comparator::exactly},
                                                       {"reference", Comparator::reference}}};
/// Of contents, by their place in the variant.
inline constexpr Names<std::size_t, 4> kTypes = {{{"number", 0}, {"text", 1}, {"texts", 2}, {"flag", 3}}};
inline constexpr std::array<std::string_view, 3> kRegions = {"north", "south", "severe_cold"};

template <typename Value, std::size_t N>
std::string_view name_in(const Names<Value, N>& names, Value value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return {};
}

template <typename Known>
std::string did_you_mean(std::string_view unknown, const Known& known) {
  const std::string nearest = base::nearest_name(unknown, known);
  return nearest.empty() ? std::string() : "did you mean \"" + nearest + "\"?";
}

/// A place of `applies_to`, taken apart.
struct Place {
  std::string region = {}, province = {},
              county = {};  ///< either the region, or the province and perhaps the county
};
Place place_of(std::string_view text);

/// How narrowly a value's places hold a scope: 3 by the county, 2 by the province, 1 by the region, 0
/// everywhere; -1: not at all.
int narrowness(const ParameterValue& value, const Scope& scope);
/// True when both values are for one place.
bool share_a_place(const ParameterValue& a, const ParameterValue& b);

}  // namespace caitu::checks::detail
