#include "checks/quality.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checks/detail/needs.hpp"

namespace caitu::checks {

CheckResult check_quality(const Context& context) {
  CheckResult result;
  result.check = "quality";
  const Rule& rule = context.rules.rule("quality");
  const auto failing = rule.texts("failing_severities", context.when());
  if (auto missing = detail::missing_layers(context, rule)) {
    missing->what = "quality." + missing->layer;
    result.not_run.push_back(std::move(*missing));
  }
  for (const auto& [layer, edition] : context.pinned.layers) {
    const base::Json& report = edition->record.report;
    if (!report.is_object() || !report.contains("quality")) {
      result.not_run.push_back({"quality." + layer, layer, "the edition holds no audit"});
      continue;
    }
    const base::Json& quality = report["quality"];
    std::uint64_t failed = 0;
    base::Json rules = base::Json::array();
    for (const base::Json& one : quality.value("rules", base::Json::array())) {
      const auto severity = one.value("severity", "");
      const auto count = one.value("count", std::uint64_t{0});
      if (std::ranges::find(failing.value, severity) != failing.value.end()) failed += count;
      rules.push_back({{"rule", one.value("rule", "")},
                       {"title", one.value("title", "")},
                       {"severity", severity},
                       {"count", count}});
    }
    Measure measure;
    measure.id = "quality." + layer;
    measure.title = edition->record.schema.title;
    measure.title_en = edition->record.schema.title_en;
    measure.value = static_cast<double>(failed);
    measure.target = 0;
    measure.unit = "errors";
    measure.comparator = "exactly";
    measure.verdict = failed == 0 ? "met" : "not_met";
    measure.source = cite(rule, *failing.given);
    measure.detail = std::move(rules);
    measure.notes.push_back(
        fmt::format("第 {} 版，截至 {}。", edition->record.edition, edition->record.as_of));
    if (auto empty = detail::holds_nothing(context, layer)) measure.notes.push_back(std::move(*empty));
    result.measures.push_back(std::move(measure));
  }
  return result;
}

}  // namespace caitu::checks
