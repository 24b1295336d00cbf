#include "checks/detail/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "checks/detail/sites.hpp"

namespace caitu::checks::detail {
namespace {

using base::html_escaped;

struct VerdictWord {
  std::string_view verdict, mark, zh, en;
};
constexpr VerdictWord kVerdicts[] = {{"violation", "✕", "违规", "violation"},
                                     {"for_field_check", "？", "待实地核查", "for field check"},
                                     {"clear", "✓", "未见问题", "clear"},
                                     {"met", "✓", "达到", "met"},
                                     {"not_met", "✕", "未达到", "not met"},
                                     {"about", "≈", "左右，不作判定", "about"},
                                     {"for_review", "？", "待人工审核", "for review"},
                                     {"not_run", "–", "未核查", "not run"},
                                     {"", "·", "仅供参考", "information"}};

constexpr std::string_view kStyle = R"css(
:root{--good:#2f7d4f}
h2{border-top:2px solid var(--ink);padding-top:10px}h3{line-height:1.4}h4{font-size:14px;margin:14px 0 4px}p{margin:6px 0}
.contents{columns:2;list-style:none;margin:0;padding:0}.contents a,.link{color:var(--note)}
.v{display:inline-block;border:1.5px solid;border-radius:3px;padding:0 7px;font-size:12.5px;white-space:nowrap}
.v-violation,.v-not_met{color:#fff;background:var(--error);border-color:var(--error)}
.v-for_field_check,.v-for_review{color:var(--warning);border-style:dashed}.v-clear,.v-met{color:var(--good)}
.v-about,.v-not_run,.v-{color:var(--soft);border-style:dotted}
.tags{margin:4px 0 8px;font-size:13px}.tags>*{margin-right:8px}.print{font-family:ui-monospace,Consolas,monospace}
.finding{display:grid;grid-template-columns:320px 1fr;gap:18px;break-inside:avoid}.finding.bare{grid-template-columns:1fr}
.pairs th{width:190px;font-weight:400;vertical-align:top}.finding h3 .en{margin-left:0}.keep{white-space:nowrap}.pairs td,.pairs th{padding:3px 10px 3px 0}.long{word-break:break-all}
.bad b{color:var(--error)}.doubt b{color:var(--warning)}
.total td{font-weight:600;border-top:1px solid var(--ink)}
.legend svg{display:inline-block;vertical-align:-3px;margin:0 5px 0 14px;border:0;background:none}
.f-violation{fill:url(#hatch);stroke:var(--error);stroke-width:2}
.f-for_field_check{fill:var(--warning);fill-opacity:.2;stroke:var(--warning);stroke-width:2;stroke-dasharray:5 3}
.near{fill:none;stroke:#7d8a91;stroke-width:.7}.subject{fill:none;stroke:var(--note);stroke-width:1.3}
.label{font-size:10.5px;text-anchor:middle;fill:#4d430f;paint-order:stroke;stroke:#fff;stroke-width:3px}
.north path{fill:#55626a}.north text{font-size:11px;text-anchor:middle;fill:#55626a}
.chart text{font-size:13px;fill:var(--ink)}.chart .soft{fill:var(--soft);font-size:12px}.chart .end{text-anchor:end}
.chart .middle{text-anchor:middle}.chart .strong{font-weight:600}
.b-met{fill:var(--good)}.b-not_met{fill:url(#hatch);stroke:var(--error);stroke-width:1.5}.b-about,.b-for_review{fill:#8fa3ad}
.b-{fill:#fff;stroke:var(--soft);stroke-width:1.5}.b-apart{fill:url(#dots);stroke:var(--soft);stroke-width:1}
.gap{fill:none;stroke:var(--error);stroke-width:1.5;stroke-dasharray:5 3}.need{fill:#dfe5e8;stroke:var(--ink);stroke-width:1}
.mark-line{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2}
.sign{display:grid;grid-template-columns:repeat(3,1fr);gap:40px;margin-top:34px}.sign div{border-bottom:1px solid var(--ink);padding-bottom:44px}
@media print{*{-webkit-print-color-adjust:exact;print-color-adjust:exact}h2{break-after:avoid}.sign,.chart{break-inside:avoid}
body{font-size:12.5px}.finding{grid-template-columns:280px 1fr}}
)css";

constexpr std::string_view kPatterns = R"svg(
<svg width="0" height="0" style="position:absolute;border:0" aria-hidden="true"><defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#c8332b" fill-opacity=".14"/><path d="M0 0v6" stroke="#c8332b" stroke-width="2"/></pattern>
<pattern id="dots" width="7" height="7" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1.1" fill="#66737a"/></pattern>
</defs></svg>
)svg";

const VerdictWord& word_of(std::string_view verdict) {
  const auto* at = std::ranges::find(kVerdicts, verdict, &VerdictWord::verdict);
  return at == std::end(kVerdicts) ? std::end(kVerdicts)[-1] : *at;
}

/// Shares have no unit of their own: the plan asks at most all of something.
bool is_share(const Measure& measure) {
  if (!measure.unit.empty()) return false;
  if (measure.target) return *measure.target <= 1;
  return measure.value && *measure.value != std::round(*measure.value);
}

/// The plan's figures are round: no decimals where there are none.
std::string figure(const Measure& measure) {
  const double target = *measure.target;
  if (is_share(measure)) return fmt::format("{:g} %", target * 100);
  const std::string_view unit = measure.unit == "bases" ? "mu" : std::string_view(measure.unit);
  if (target != std::round(target)) return quantity(target, unit);
  return with_unit(target, 0, unit_word(unit));
}

}  // namespace

CheckTitle title_of(std::string_view check) {
  const auto* at = std::ranges::find(kCheckTitles, check, &CheckTitle::check);
  return at == kCheckTitles.end() ? CheckTitle{check, check, {}, {}, {}} : *at;
}

std::string_view severity_zh(std::string_view severity) {
  if (severity == "critical") return "特别严重";
  if (severity == "high") return "严重";
  if (severity == "medium") return "一般";
  return severity == "low" ? "轻微" : severity;
}

std::string_view state_zh(State state) {
  return state == State::fresh ? "新发现" : state == State::persisting ? "持续存在" : "再次出现";
}

std::string verdict_tag(std::string_view verdict) {
  const VerdictWord& word = word_of(verdict);
  return fmt::format(R"(<span class="v v-{}">{} {}</span>)", word.verdict, word.mark, word.zh);
}

std::string_view verdict_zh(std::string_view verdict) { return word_of(verdict).zh; }

std::string with_english(std::string_view zh, std::string_view en) {
  std::string text = html_escaped(zh);
  if (!en.empty() && en != zh) text += "<br><span class=\"en\">" + html_escaped(en) + "</span>";
  return text;
}

std::string lines(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& one : sentences) text += (text.empty() ? "" : "<br>") + html_escaped(one);
  return text;
}

std::string unit_word(std::string_view unit) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"mu", "亩"}, {"m2", "m²"}, {"li", "厘"}, {"bases", "个"}, {"errors", "处"}};
  for (const auto& [name, word] : kWords) {
    if (unit == name) return std::string(word);
  }
  return std::string(unit);
}

std::string unbroken(std::string_view html) {
  return html.empty() ? std::string() : fmt::format("<span class=\"keep\">{}</span>", html);
}

std::string quantity(double value, std::string_view unit) {
  if (std::abs(value) < 5e-5) value = 0;  // no -0.00
  const bool counts = unit.empty() || unit == "t" || unit == "bases" || unit == "errors";
  const int decimals = unit == "li" ? 4 : counts && value == std::round(value) ? 0 : 2;
  return html_escaped(with_unit(value, decimals, unit_word(unit)));
}

std::string percent(double share) { return fmt::format("{:.2f} %", share * 100); }

std::string value_of(const Measure& measure) {
  if (!measure.value) return "—";
  return is_share(measure) ? percent(*measure.value) : quantity(*measure.value, measure.unit);
}

std::string requirement_of(const Measure& measure) {
  if (!measure.target) return {};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOwnWords = {
      {{"at_least", "不少于"},
       {"exactly", "恰为"},
       {"about", "左右"},
       {"floor", "不低于"},
       {"aim", "力争"},
       {"reference", "参考"}}};
  std::string word = measure.comparator == "none" ? "" : measure.comparator;
  for (const auto& [name, zh] : kOwnWords) {
    if (word == name) word = zh;
  }
  if (word.find('%') != std::string::npos) return html_escaped(word);
  constexpr std::string_view kGap = "……";
  if (const std::size_t at = word.find(kGap); at != std::string::npos)
    return html_escaped(word.substr(0, at) + " " + figure(measure) + word.substr(at + kGap.size()));
  if (word == "左右" || word == "以上" || word == "余") return html_escaped(figure(measure) + word);
  return html_escaped(word.empty() ? figure(measure) : word + " " + figure(measure));
}

void append_heading(std::string& page, std::string_view id, std::string_view zh, std::string_view en) {
  page += fmt::format("<h2 id=\"{}\">{}<span class=\"en\">{}</span></h2>", id, zh, en);
}

Table::Table(std::string& page, std::vector<Head> heads) : page_(page), heads_(std::move(heads)) {
  page_ += "<table><tr>";
  for (const Head& head : heads_) {
    page_ += head.number ? "<th class=\"n\">" : "<th>";
    page_ += head.zh;
    if (!head.en.empty()) page_.append(" <span class=\"en\">").append(head.en).append("</span>");
    page_ += "</th>";
  }
  page_ += "</tr>";
}

void Table::row(std::initializer_list<std::string> cells, std::string_view attributes) {
  page_.append("<tr").append(attributes.empty() ? "" : " ").append(attributes).append(">");
  std::size_t at = 0;
  for (const std::string& cell : cells) {
    page_ += at < heads_.size() && heads_[at].number ? "<td class=\"n\">" : "<td>";
    page_ += cell;
    page_ += "</td>";
    ++at;
  }
  page_ += "</tr>";
}

void Table::end() { page_ += "</table>"; }

std::string_view report_style() { return kStyle; }
std::string_view report_patterns() { return kPatterns; }

}  // namespace caitu::checks::detail
