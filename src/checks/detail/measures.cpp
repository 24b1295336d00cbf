#include "checks/detail/measures.hpp"

#include "analysis/land_once.hpp"

namespace caitu::checks::detail {
namespace {

Measure begun(const Rule& rule, const Parameter& parameter, const ParameterValue& given,
              const std::string& id) {
  Measure measure;
  measure.id = rule.check + "." + id;
  measure.title = parameter.title;
  measure.title_en = parameter.title_en;
  measure.unit = parameter.unit;
  measure.comparator = parameter.word.empty() ? std::string(name(parameter.comparator)) : parameter.word;
  measure.source = cite(rule, given);
  if (const double* target = std::get_if<double>(&given.content)) measure.target = *target;
  if (!given.note.empty()) measure.notes.push_back(given.note);
  return measure;
}

std::string verdict_of(Comparator comparator, double value, double target, double tolerance) {
  switch (comparator) {
    case Comparator::none:
    case Comparator::reference:
      return {};
    case Comparator::about:
      return "about";
    case Comparator::exactly:
      return std::abs(value - target) <= tolerance ? "met" : "not_met";
    case Comparator::floor:
    case Comparator::aim:
    case Comparator::at_least:
      break;
  }
  return value >= target - tolerance ? "met" : "not_met";
}

}  // namespace

Measure against_plan(const Rule& rule, const std::string& parameter, const std::string& id, double value,
                     const When& when, double tolerance) {
  const auto target = rule.number(parameter, when);
  Measure measure = begun(rule, *target.parameter, *target.given, id);
  measure.value = value;
  measure.verdict = verdict_of(target.parameter->comparator, value, target.value, tolerance);
  return measure;
}

Measure not_measured(const Rule& rule, const std::string& parameter, const std::string& id, const When& when,
                     const std::string& why) {
  const auto target = rule.number(parameter, when);
  Measure measure = begun(rule, *target.parameter, *target.given, id);
  measure.verdict = "not_run";
  measure.notes.push_back(why);
  return measure;
}

std::optional<double> union_m2(const Context& context, const std::string& layer) {
  const auto* edition = context.pinned.find(layer);
  if (edition == nullptr) return {};
  return analysis::land_once(*edition->snapshot, {.threads = context.threads}, context.progress)
      .once_m2.value();
}

}  // namespace caitu::checks::detail
