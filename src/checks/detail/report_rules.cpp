#include "checks/detail/report_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "checks/detail/report_text.hpp"

namespace caitu::checks::detail {
namespace {

using base::grouped;
using base::html_escaped;
using base::Json;

/// 地类图斑 parcels; "structures|spots" is left as it is.
std::string layer_title(const Context& context, const std::string& layer) {
  const auto* edition = context.pinned.find(layer);
  const std::string title = edition == nullptr ? std::string() : edition->record.schema.title;
  return with_english(title.empty() ? layer : title, title.empty() ? "" : layer);
}

std::string period(const ParameterValue& value) {
  if (value.valid_from.empty() && value.valid_to.empty()) return "始终";
  std::string text = value.valid_from.empty() ? "" : value.valid_from + " 起";
  if (!value.valid_to.empty()) text += (text.empty() ? "" : "，") + value.valid_to + " 前";
  return html_escaped(text);
}

std::string_view kind_zh(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::legal:
      return "法定限值";
    case ParameterKind::plan:
      return "计划数";
    case ParameterKind::detection:
      return "检测参数";
    case ParameterKind::assumption:
      break;
  }
  return "假定";
}

void append_bases(std::string& page, const Rule& rule) {
  Table table(page, {{"依据", "document"},
                     {"文号", "number"},
                     {"日期", "date"},
                     {"条款", "clause"},
                     {"可信度", "confidence"},
                     {"备注", "note"}});
  for (const Basis& basis : rule.bases) {
    std::string note = html_escaped(basis.note);
    if (!basis.superseded_on.empty())
      note = fmt::format("{} 被 {} 取代 <span class=\"en\">superseded</span>{}{}",
                         html_escaped(basis.superseded_on), html_escaped(basis.superseded_by),
                         note.empty() ? "" : "<br>", note);
    table.row({html_escaped(basis.document), unbroken(html_escaped(basis.number)),
               unbroken(html_escaped(basis.date)), html_escaped(basis.clause),
               fmt::format("[{}]", basis.confidence), note});
  }
  table.end();
}

void append_parameters(std::string& page, const Rule& rule) {
  Table table(page, {{"参数", "parameter"},
                     {"值", "value"},
                     {"适用", "where"},
                     {"时段", "when"},
                     {"依据", "basis"},
                     {"说明", "note"}});
  for (const Parameter& parameter : rule.parameters) {
    std::string title = html_escaped(parameter.title) + fmt::format("（{}）", kind_zh(parameter.kind)) +
                        "<br><span class=\"en\">" + html_escaped(parameter.name) + "</span>";
    for (const ParameterValue& value : parameter.values) {
      std::string shown_value = html_escaped(shown(value));
      if (!parameter.unit.empty()) shown_value += " " + html_escaped(unit_word(parameter.unit));
      if (!parameter.word.empty()) shown_value += "（" + html_escaped(parameter.word) + "）";
      std::string places;
      for (const std::string& place : value.applies_to)
        places += (places.empty() ? "" : "、") + html_escaped(place);
      std::string note = html_escaped(value.note);
      if (const auto held = holds_back(rule, parameter, value))
        note += (note.empty() ? "" : "<br>") + ("最多判为待实地核查：" + html_escaped(held->second));
      if (!parameter.not_measured.empty())
        note += (note.empty() ? "" : "<br>") + html_escaped(parameter.not_measured);
      table.row({title, shown_value, places, unbroken(period(value)), html_escaped(cite(rule, value)), note});
      title.clear();
    }
  }
  table.end();
}

}  // namespace

Json list_of(const Json& manifest, const char* name) {
  if (!manifest.is_object()) return Json::array();
  const auto at = manifest.find(name);
  return at != manifest.end() && at->is_array() ? *at : Json::array();
}

void append_not_run(std::string& page, const Run& run, const Context& context, const Json& manifest) {
  append_heading(page, "not-run", "未执行的核查及原因", "What was not run and why");
  page += "<div class=\"card\">";
  Table table(page,
              {{"核查", "check"}, {"规则或指标", "rule or measure"}, {"所缺图层", "layer"}, {"原因", "why"}});
  bool any = false;
  for (const CheckResult& result : run.results) {
    for (const NotRun& one : result.not_run) {
      any = true;
      std::string what = html_escaped(one.what);
      const auto rule = context.rules.rules.find(one.what);
      const auto measure = std::ranges::find(result.measures, one.what, &Measure::id);
      if (rule != context.rules.rules.end()) what += " " + html_escaped(rule->second.title);
      if (measure != result.measures.end())
        what = html_escaped(measure->title) + "<br><span class=\"en\">" + what + "</span>";
      table.row(
          {std::string(title_of(result.check).zh), what, html_escaped(one.layer), html_escaped(one.why)});
    }
  }
  if (!any) table.row({"全部执行", "", "", "<span class=\"en\">Everything was run.</span>"});
  table.end();
  page += "</div>";
  const auto missing = manifest.is_object() ? manifest.find("missing") : manifest.end();
  if (missing == manifest.end() || !missing->is_object() || missing->empty()) return;
  page +=
      "<h4>没有可用版本的图层 <span class=\"en\">Layers without an edition</span></h4><div class=\"card\">";
  Table layers(page, {{"图层", "layer"}, {"原因", "why"}});
  for (const auto& [layer, why] : missing->items())
    layers.row({html_escaped(layer), html_escaped(why.is_string() ? why.get<std::string>() : why.dump())});
  layers.end();
  page += "</div>";
}

void append_editions(std::string& page, const Context& context, const Json& manifest) {
  append_heading(page, "editions", "所用数据版本", "Editions read");
  page += "<div class=\"card\">";
  Table table(page, {{"图层", "layer"},
                     {"版本", "edition", true},
                     {"截至", "as of"},
                     {"行数", "rows", true},
                     {"摘要", "digest"}});
  for (const Json& one : list_of(manifest, "layers")) {
    const auto changes = one.value("changes", std::uint64_t{0});
    table.row({layer_title(context, one.value("layer", "")),
               fmt::format("{}{}", one.value("edition", std::uint64_t{0}),
                           changes == 0 ? "" : fmt::format(" + 编辑至 {}", changes)),
               html_escaped(one.value("as_of", "")), grouped(one.value("rows", std::uint64_t{0})),
               "<span class=\"print long\">" + html_escaped(one.value("digest", "")) + "</span>"});
  }
  table.end();
  page += "</div>";
}

void append_rules(std::string& page, const Run& run, const Context& context, const Json& manifest) {
  append_heading(page, "rules", "所用规则", "Rules");
  const std::string digest = manifest.is_object() ? manifest.value("rules_digest", "") : std::string();
  page += fmt::format("<p>规则集摘要 <span class=\"print long\">{}</span></p>",
                      html_escaped(digest.empty() ? context.rules.digest : digest));
  const Json listed = list_of(manifest, "rules");
  for (const CheckResult& result : run.results) {
    for (const Rule* rule : context.rules.of(result.check)) {
      const auto at =
          std::ranges::find_if(listed, [&](const Json& one) { return one.value("id", "") == rule->id; });
      page += fmt::format(
          "<div class=\"card\" id=\"rule-{0}\"><h3>{0} {1}<span class=\"en\">{2}</span></h3><div "
          "class=\"tags\"><span>第 "
          "{3} 版</span><span>{4}</span>{5}</div><p>{6}</p>",
          html_escaped(rule->id), html_escaped(rule->title), html_escaped(rule->title_en), rule->version,
          severity_zh(name(rule->severity)),
          at != listed.end() && at->value("own", false)
              ? "<span class=\"v v-for_review\">用户规则 own rule</span>"
              : "",
          with_english(rule->measures, rule->measures_en));
      append_bases(page, *rule);
      page += "<h4>参数 <span class=\"en\">Parameters</span></h4>";
      append_parameters(page, *rule);
      if (at != listed.end())
        page += "<p class=\"en\">摘要 digest <span class=\"print long\">" +
                html_escaped(at->value("digest", "")) + "</span></p>";
      page += "</div>";
    }
  }
}

}  // namespace caitu::checks::detail
