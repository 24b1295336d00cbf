#include "checks/result.hpp"

namespace caitu::checks {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::clear:
      return "clear";
    case Verdict::for_field_check:
      return "for_field_check";
    case Verdict::violation:
      break;
  }
  return "violation";
}

std::string_view name(State state) {
  switch (state) {
    case State::fresh:
      return "new";
    case State::persisting:
      return "persisting";
    case State::reopened:
      break;
  }
  return "reopened";
}

base::Json to_json(const Measure& measure) {
  base::Json json = {{"id", measure.id},
                     {"title", measure.title},
                     {"title_en", measure.title_en},
                     {"value", nullptr},
                     {"unit", measure.unit},
                     {"target", nullptr},
                     {"comparator", measure.comparator},
                     {"verdict", measure.verdict},
                     {"source", measure.source},
                     {"notes", measure.notes}};
  if (measure.value) json["value"] = *measure.value;
  if (measure.target) json["target"] = *measure.target;
  if (!measure.detail.is_null()) json["detail"] = measure.detail;
  return json;
}

base::Json to_json(const CheckResult& result) {
  base::Json json = {{"check", result.check}, {"findings", result.findings.size()}, {"notes", result.notes}};
  json["measures"] = base::Json::array();
  for (const Measure& measure : result.measures) json["measures"].push_back(to_json(measure));
  json["not_run"] = base::Json::array();
  for (const NotRun& one : result.not_run)
    json["not_run"].push_back({{"what", one.what}, {"layer", one.layer}, {"why", one.why}});
  json["looked_at"] = base::Json::array();
  for (const CheckResult::Looked& one : result.looked)
    json["looked_at"].push_back({{"rule", one.rule}, {"features", one.at}, {"clear", one.clear}});
  return json;
}

}  // namespace caitu::checks
