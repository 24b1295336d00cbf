#include "checks/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/page.hpp"
#include "base/text.hpp"
#include "checks/detail/report_findings.hpp"
#include "checks/detail/report_measures.hpp"
#include "checks/detail/report_rules.hpp"
#include "checks/detail/report_text.hpp"

namespace caitu::checks {
namespace {

using base::grouped;
using base::html_escaped;
using base::Json;
using detail::Table;

std::string text_of(const Json& manifest, const char* name) {
  return manifest.is_object() ? manifest.value(name, "") : std::string();
}

/// What editions say of themselves: that they are made up, above all.
std::set<std::string> notices_of(const Pinned& pinned) {
  std::set<std::string> notices;
  for (const auto& [layer, edition] : pinned.layers) {
    const Json& source = edition->record.source;
    if (const std::string notice = source.is_object() ? source.value("notice", "") : ""; !notice.empty())
      notices.insert(notice);
  }
  return notices;
}

void append_head(std::string& page, const Run& run, const Context& context, const Json& manifest) {
  std::string checks;
  for (const CheckResult& result : run.results)
    checks += (checks.empty() ? "" : "、") + std::string(detail::title_of(result.check).zh);
  page += fmt::format(
      "<h1>核查报告<span class=\"en\">Report of checks</span></h1><div>截至 <b>{}</b> <span class=\"en\">as "
      "of</span> · "
      "{}</div>",
      html_escaped(run.as_of), html_escaped(checks));
  for (const std::string& notice : notices_of(context.pinned))
    page += "<div class=\"notice\">" + html_escaped(notice) + "</div>";
  if (const std::string program = text_of(manifest, "program"); !program.empty())
    page += "<div class=\"en\">由程序计算 computed by " + html_escaped(program) + "</div>";
}

/// Sections in the order of the page: a check that ran, then what all of it rests on.
void append_contents(std::string& page, const Run& run) {
  const auto entry = [&](std::string_view id, std::string_view zh, std::string_view en) {
    page += fmt::format("<li><a href=\"#{}\">{}</a> <span class=\"en\">{}</span></li>", id, zh, en);
  };
  page += "<nav class=\"card\"><ol class=\"contents\">";
  entry("summary", "摘要", "Summary");
  for (const CheckResult& result : run.results) {
    const CheckTitle title = detail::title_of(result.check);
    entry(result.check, title.zh, title.en);
  }
  entry("not-run", "未执行的核查及原因", "What was not run and why");
  entry("editions", "所用数据版本", "Editions read");
  entry("rules", "所用规则", "Rules");
  entry("signatures", "签字", "Signatures");
  page += "</ol></nav>";
}

void append_fact(std::string& page, std::string_view style, std::uint64_t count, std::string_view zh,
                 std::string_view en) {
  page +=
      fmt::format("<div class=\"{}\"><b>{}</b><span>{}<br>{}</span></div>", style, grouped(count), zh, en);
}

/// One row for each check: how its measures came out.
void append_verdicts(std::string& page, const Run& run) {
  page += "<div class=\"card\">";
  Table table(page, {{"核查", "check"},
                     {"指标判定", "verdicts of measures"},
                     {"发现", "findings", true},
                     {"未执行", "not run", true}});
  for (const CheckResult& result : run.results) {
    std::map<std::string, std::uint64_t> counts;
    for (const Measure& one : result.measures) ++counts[one.verdict];
    std::string verdicts;
    for (const char* verdict : {"not_met", "for_review", "about", "met", "not_run"}) {
      if (counts[verdict] > 0)
        verdicts += fmt::format("{} {} ", detail::verdict_tag(verdict), grouped(counts[verdict]));
    }
    const CheckTitle title = detail::title_of(result.check);
    table.row({fmt::format("<a class=\"link\" href=\"#{}\">{}</a> <span class=\"en\">{}</span>", result.check,
                           title.zh, title.en),
               verdicts, grouped(result.findings.size()), grouped(result.not_run.size())});
  }
  table.end();
  page += "</div>";
}

void append_summary(std::string& page, const Run& run, const Context& context) {
  detail::append_heading(page, "summary", "摘要", "Summary");
  detail::FindingCount count;
  std::uint64_t not_run = 0;
  for (const CheckResult& result : run.results) {
    for (const Finding& one : result.findings) count.add(one);
    not_run += result.not_run.size();
  }
  page += "<div class=\"facts\">";
  append_fact(page, count.violation > 0 ? "bad" : "", count.violation, "违规", "violations");
  append_fact(page, count.for_field_check > 0 ? "doubt" : "", count.for_field_check, "待实地核查",
              "for a field check");
  append_fact(page, "", count.violation + count.for_field_check, "发现合计", "findings");
  append_fact(page, "", not_run, "未执行", "not run");
  append_fact(page, "", count.fresh, "新发现", "new");
  append_fact(page, "", count.persisting, "持续存在", "persisting");
  append_fact(page, count.reopened > 0 ? "bad" : "", count.reopened, "再次出现", "reopened");
  append_fact(page, "", run.cleared.size(), "已消除", "cleared");
  page += "</div>";
  append_verdicts(page, run);
  detail::append_finding_summary(page, run, context);
}

void append_greenhouse(std::string& page, const CheckResult& result, const detail::FindingSection& findings) {
  const CheckTitle title = detail::title_of(result.check);
  detail::append_heading(page, result.check, title.zh, title.en);
  findings.append(page, result);
  detail::append_notes(page, result);
}

void append_check(std::string& page, const CheckResult& result, const detail::FindingSection& findings) {
  if (result.check == "retention") return detail::append_retention(page, result);
  if (result.check == "targets") return detail::append_targets(page, result);
  if (result.check == "belts") return detail::append_belts(page, result);
  if (result.check == "bases") return detail::append_bases(page, result);
  if (result.check == "quality") return detail::append_quality(page, result);
  append_greenhouse(page, result, findings);
}

void append_signatures(std::string& page) {
  detail::append_heading(page, "signatures", "签字", "Signatures");
  page +=
      "<div class=\"card\"><p>本报告由上列数据版本和规则计算得出，可凭随附的 manifest.json "
      "重算核对；判定须经核实后使用。 <span "
      "class=\"en\">Computed from the editions and rules above; manifest.json beside it repeats "
      "it.</span></p><div "
      "class=\"sign\"><div>编制 <span class=\"en\">prepared by</span></div><div>审核 <span "
      "class=\"en\">reviewed "
      "by</span></div><div>日期 <span class=\"en\">date</span></div></div></div>";
}

}  // namespace

std::string report_page(const Run& run, const Context& context, const Json& manifest) {
  std::string page = base::begin_page("核查报告 " + run.as_of, detail::report_style());
  page += detail::report_patterns();
  append_head(page, run, context, manifest);
  append_contents(page, run);
  append_summary(page, run, context);
  const detail::FindingSection findings(run, context, kMostMaps);
  for (const CheckResult& result : run.results) append_check(page, result, findings);
  detail::append_not_run(page, run, context, manifest);
  detail::append_editions(page, context, manifest);
  detail::append_rules(page, run, context, manifest);
  append_signatures(page);
  return page.append(base::kPageEnd);
}

}  // namespace caitu::checks
