#include "checks/detail/report_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/text.hpp"
#include "base/units.hpp"
#include "base/workers.hpp"
#include "checks/detail/report_text.hpp"
#include "checks/finding_map.hpp"

namespace caitu::checks::detail {
namespace {

using base::grouped;
using base::html_escaped;

int severity_rank(const Finding& finding) {
  const auto severity = parse_severity(finding.severity);
  return severity ? static_cast<int>(*severity) : -1;
}

const Rule* rule_of(const Context& context, const std::string& id) {
  const auto at = context.rules.rules.find(id);
  return at == context.rules.rules.end() ? nullptr : &at->second;
}

std::string rule_link(const std::string& id) {
  return fmt::format("<a class=\"link\" href=\"#rule-{0}\">{0}</a>", html_escaped(id));
}

/// "33.00 m²"; a finding that compares nothing has no numbers, and one without a unit compares shares.
std::string amount(const Finding& finding, double value) {
  if (!finding.unit.empty()) return quantity(value, finding.unit);
  return finding.measured == 0 && finding.limit == 0 ? "—" : percent(value);
}

/// An error of 0.006 亩 must not read 0.01.
std::string tolerance(const Finding& finding) {
  if (finding.tolerance == 0) return "0";
  return fmt::format("± {:.4g} ", finding.tolerance) + html_escaped(unit_word(finding.unit));
}

std::string compared(const Finding& finding) {
  if (finding.unit.empty() && finding.measured == 0 && finding.limit == 0) return {};
  return fmt::format(
      "{} <span class=\"en\">measured</span> · 限值 {} <span class=\"en\">limit</span> · 容差 {} <span "
      "class=\"en\">tolerance</span>",
      amount(finding, finding.measured), amount(finding, finding.limit), tolerance(finding));
}

std::string place_of(const Finding& finding) {
  std::string text = html_escaped(finding.district + finding.town);
  if (!finding.where.empty()) {
    const geometry::Position at = geometry::point_on(finding.where);
    if (std::isfinite(at.lon)) text += fmt::format(" {:.6f}, {:.6f}", at.lon, at.lat);
  }
  return text + " · " + quantity(finding.area_m2, "m2") + " = " +
         quantity(base::mu_from_m2(finding.area_m2), "mu");
}

std::string keys_of(const std::vector<Subject>& subjects) {
  std::string text;
  for (const Subject& one : subjects)
    text += fmt::format("{}{} {}", text.empty() ? "" : "；", html_escaped(one.layer), html_escaped(one.key));
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& one : texts) all += (all.empty() ? "" : "、") + html_escaped(one);
  return all;
}

/// Documents by number and clause; what is only a judgement of our own stands with the rule.
std::string basis_of(const Context& context, const Finding& finding) {
  const Rule* rule = rule_of(context, finding.rule);
  if (rule == nullptr) return html_escaped(finding.basis);
  std::string text;
  for (const Basis& basis : rule->bases) {
    if (basis.number.empty() && basis.date.empty() && basis.confidence == 'D') continue;
    text += text.empty() ? "" : "<br>";
    text += html_escaped(basis.number.empty() ? basis.document : basis.number);
    if (!basis.clause.empty()) text += " " + html_escaped(basis.clause);
    text += fmt::format(" [{}]", basis.confidence);
    if (!basis.superseded_on.empty())
      text += fmt::format("，{} 被 {} 取代", html_escaped(basis.superseded_on),
                          html_escaped(basis.superseded_by));
  }
  return text;
}

void append_pair(std::string& page, std::string_view zh, std::string_view en, const std::string& html) {
  if (html.empty()) return;
  page += fmt::format("<tr><th>{} <span class=\"en\">{}</span></th><td class=\"long\">{}</td></tr>", zh, en,
                      html);
}

void append_legend(std::string& page) {
  page += "<h4>逐例 <span class=\"en\">Case by case</span></h4><p class=\"legend\">图例";
  for (const auto& [style, text] :
       {std::pair("f-violation", "违规"), std::pair("f-for_field_check", "待实地核查"),
        std::pair("subject", "对象轮廓"), std::pair("near", "周边园区、设施和建筑"),
        std::pair("own", "涉及图斑（图斑号 / 地类编码）"), std::pair("land", "其他图斑")})
    page += fmt::format(
        "<svg width=\"22\" height=\"13\"><rect class=\"{}\" x=\"1\" y=\"1\" width=\"20\" "
        "height=\"11\"/></svg>{}",
        style, text);
  page += "</p>";
}

void append_facts(std::string& page, const Finding& finding) {
  if (finding.facts.empty()) return;
  Table table(page, {{"事实", "fact"}, {"值", "value"}, {"出处", "source"}});
  for (const Fact& fact : finding.facts)
    table.row({html_escaped(fact.name_zh) + " <span class=\"en\">" + html_escaped(fact.name) + "</span>",
               html_escaped(fact.value), html_escaped(fact.source)});
  table.end();
}

}  // namespace

void FindingCount::add(const Finding& finding) {
  ++(finding.verdict == Verdict::violation ? violation : for_field_check);
  ++(finding.state == State::fresh ? fresh : finding.state == State::persisting ? persisting : reopened);
}

void append_finding_summary(std::string& page, const Run& run, const Context& context) {
  page += "<h4>按规则和严重程度 <span class=\"en\">By rule and severity</span></h4><div class=\"card\">";
  Table table(page, {{"规则", "rule"},
                     {"严重程度", "severity"},
                     {"违规", "violation", true},
                     {"待实地核查", "for field check", true},
                     {"新发现", "new", true},
                     {"持续存在", "persisting", true},
                     {"再次出现", "reopened", true}});
  for (const CheckResult& result : run.results) {
    // Rules by their place in the result, the gravest of each first.
    std::map<std::tuple<std::size_t, int, std::string>, FindingCount> counts;
    std::vector<std::string> order;
    for (const Finding& one : result.findings) {
      auto at = std::ranges::find(order, one.rule);
      if (at == order.end()) at = order.insert(order.end(), one.rule);
      const auto place = static_cast<std::size_t>(at - order.begin());
      counts[{place, -severity_rank(one), one.severity}].add(one);
    }
    for (const auto& [key, count] : counts) {
      const std::string& id = order[std::get<0>(key)];
      const Rule* rule = rule_of(context, id);
      table.row({rule_link(id) + " " + (rule == nullptr ? "" : html_escaped(rule->title)),
                 html_escaped(severity_zh(std::get<2>(key))), grouped(count.violation),
                 grouped(count.for_field_check), grouped(count.fresh), grouped(count.persisting),
                 grouped(count.reopened)});
    }
  }
  table.end();
  page += fmt::format(
      "<p>已消除（上次有、本次未再发现）：{} 个。 <span class=\"en\">Cleared: flags that were not found "
      "again.</span></p>",
      grouped(run.cleared.size()));
  if (!run.cleared.empty()) page += "<p class=\"print long\">" + joined(run.cleared) + "</p>";
  page += "</div>";
}

FindingSection::FindingSection(const Run& run, const Context& context, std::size_t most)
    : run_(run), context_(context), most_(most) {
  for (const CheckResult& result : run.results) {
    for (const Finding& one : result.findings) entries_.push_back({&one, false, {}});
  }
  std::vector<std::size_t> drawn(entries_.size());
  for (std::size_t at = 0; at < drawn.size(); ++at) drawn[at] = at;
  // Findings come by rule and place already.
  std::ranges::stable_sort(drawn, std::greater<>(),
                           [&](std::size_t at) { return severity_rank(*entries_[at].finding); });
  drawn.resize(std::min(drawn.size(), most));
  base::parallel_for(drawn.size(), context.threads, [&](std::size_t at) {
    Entry& entry = entries_[drawn[at]];
    entry.card = true;
    entry.map = finding_map(context.pinned, *entry.finding);
  });
}

void FindingSection::append_looked(std::string& page, const CheckResult& result) const {
  page += "<div class=\"card\">";
  Table table(page, {{"规则", "rule"},
                     {"核查对象", "looked at", true},
                     {"未见问题", "clear", true},
                     {"待实地核查", "for field check", true},
                     {"违规", "violation", true}});
  for (const Rule* rule : context_.rules.of(result.check)) {
    FindingCount count;
    for (const Finding& one : result.findings) {
      if (one.rule == rule->id) count.add(one);
    }
    const auto looked = std::ranges::find(result.looked, rule->id, &CheckResult::Looked::rule);
    const bool ran = looked != result.looked.end();
    table.row({rule_link(rule->id) + " " + with_english(rule->title, rule->title_en),
               ran ? grouped(looked->at) : verdict_tag("not_run"), ran ? grouped(looked->clear) : "",
               grouped(count.for_field_check), grouped(count.violation)});
  }
  table.end();
  page +=
      "<p class=\"en\">对象数按要素计；相邻的证据合为一例，发现数可少于有问题的要素数。 Features are counted "
      "one by one; "
      "adjacent evidence is one case.</p></div>";
}

void FindingSection::append_list(std::string& page, std::size_t first, std::size_t last) const {
  page += "<h4>发现一览 <span class=\"en\">All findings</span></h4><div class=\"card\">";
  Table table(page, {{"#"},
                     {"指纹", "fingerprint"},
                     {"规则", "rule"},
                     {"判定", "verdict"},
                     {"严重程度", "severity"},
                     {"状态", "state"},
                     {"所在", "place"},
                     {"实测", "measured", true},
                     {"限值", "limit", true},
                     {"说明", "what"}});
  for (std::size_t at = first; at < last; ++at) {
    const Finding& one = *entries_[at].finding;
    const std::string number = std::to_string(at + 1);
    table.row({entries_[at].card ? fmt::format("<a class=\"link\" href=\"#f{0}\">{0}</a>", number) : number,
               "<span class=\"print\">" + html_escaped(one.fingerprint) + "</span>", rule_link(one.rule),
               verdict_tag(name(one.verdict)), unbroken(html_escaped(severity_zh(one.severity))),
               unbroken(state_zh(one.state)), unbroken(html_escaped(one.district + one.town)),
               amount(one, one.measured), amount(one, one.limit), html_escaped(one.what_zh)});
  }
  table.end();
  page += "</div>";
}

void FindingSection::append_card(std::string& page, std::size_t at) const {
  const Finding& one = *entries_[at].finding;
  page += fmt::format("<article class=\"card finding{}\" id=\"f{}\">",
                      entries_[at].map.empty() ? " bare" : "", at + 1);
  if (!entries_[at].map.empty()) page += "<figure>" + entries_[at].map + "</figure>";
  page += fmt::format(
      "<div><h3><span class=\"num\">{}</span> {}<br><span class=\"en\">{}</span></h3><div class=\"tags\">",
      at + 1, html_escaped(one.what_zh), html_escaped(one.what));
  page += fmt::format("{}<span>{}</span><span>{}</span><span>规则 {} v{}</span>",
                      verdict_tag(name(one.verdict)), html_escaped(severity_zh(one.severity)),
                      state_zh(one.state), rule_link(one.rule), one.version);
  if (one.category > 0) page += fmt::format("<span>大棚房第 {} 类</span>", one.category);
  page += "</div><table class=\"pairs\">";
  append_pair(page, "实测", "measured", compared(one));
  append_pair(page, "未判违规的原因", "held back by",
              one.held_back_by_zh.empty() ? "" : with_english(one.held_back_by_zh, one.held_back_by));
  append_pair(page, "改变判定的最小变化", "would turn it",
              one.turns_zh.empty() ? "" : with_english(one.turns_zh, one.turns));
  append_pair(page, "位置", "place", place_of(one));
  append_pair(page, "指纹", "fingerprint",
              "<span class=\"print\">" + html_escaped(one.fingerprint) + "</span>");
  append_pair(page, "对象", "about", keys_of(one.subjects));
  append_pair(page, "涉及图斑", "parcels", keys_of(one.parcels));
  append_pair(page, "权属单位", "owners, QSDWDM", joined(one.owner_units));
  append_pair(page, "座落单位", "location, ZLDWDM", joined(one.location_units));
  append_pair(page, "依据", "basis", basis_of(context_, one));
  page += "</table>";
  append_facts(page, one);
  page += "</div></article>";
}

void FindingSection::append(std::string& page, const CheckResult& result) const {
  std::size_t first = 0;
  for (const CheckResult& one : run_.results) {
    if (&one == &result) break;
    first += one.findings.size();
  }
  const std::size_t last = first + result.findings.size();
  append_looked(page, result);
  if (first == last) {
    page += "<p>没有发现问题。 <span class=\"en\">Nothing was found.</span></p>";
    return;
  }
  append_list(page, first, last);
  append_legend(page);
  if (entries_.size() > most_)
    page += fmt::format(
        "<div class=\"notice\">共 {} 例，只画出按严重程度、规则和位置排在前面的 {} 例；其余见上表和 "
        "findings.gpkg、"
        "findings.xlsx。 <span class=\"en\">Only the first {} by severity, rule and place are drawn; the "
        "others stand in "
        "the table above and in the files.</span></div>",
        grouped(entries_.size()), grouped(most_), grouped(most_));
  for (std::size_t at = first; at < last; ++at) {
    if (entries_[at].card) append_card(page, at);
  }
}

}  // namespace caitu::checks::detail
