// The page of a quality report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/page.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "catalog/quality_map.hpp"
#include "catalog/quality_report.hpp"

namespace caitu::catalog {
namespace {

using base::grouped;
using base::html_escaped;

/// Of each rule: so many stand in the page's tables, and so many have a map of their own.
constexpr std::size_t kRowsOfRule = 200;
constexpr std::size_t kMapsOfRule = 24;

constexpr std::string_view kStyle = R"css(
.error b,.n-error{color:var(--error)}.warning b,.n-warning{color:var(--warning)}.note b,.n-note{color:var(--note)}
.tag{display:inline-block;border-radius:3px;padding:0 7px;font-size:12.5px;color:#fff;margin-left:8px;vertical-align:1px}
.t-error{background:var(--error)}.t-warning{background:var(--warning)}.t-note{background:var(--note)}
.way{background:var(--wash);padding:7px 12px;border-radius:4px;margin:8px 0 10px;font-size:14px}
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(232px,1fr));gap:12px;margin:12px 0 4px}
.dots{fill:#ccd4d8}.line{fill:none;stroke:#9aa6ac;stroke-width:.8}
.mark{font-size:11px;font-weight:700;paint-order:stroke;stroke:#fff;stroke-width:3px}
.files td:first-child{word-break:break-all}
)css";

/// Without zeros at its end, at most four decimals.
std::string plain(const std::optional<double>& number) {
  if (!number) return {};
  std::string text = fmt::format("{:.4f}", *number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string_view severity_zh(Severity severity) {
  return severity == Severity::error ? "错误" : severity == Severity::warning ? "警告" : "提示";
}

std::string short_name(const std::string& file) { return std::filesystem::path(file).filename().string(); }

/// Who says a file's CRS: itself, or an option of the command.
std::string said_by(const std::string& who) {
  return who == "the file" ? "文件自身 <span class=\"en\">the file</span>" : html_escaped(who);
}

void append_fact(std::string& page, std::string_view name, const std::string& value, std::string_view zh,
                 std::string_view en) {
  page += fmt::format(R"(<div class="{}"><b>{}</b><span>{}<br>{}</span></div>)", name, value, zh, en);
}

void append_head(std::string& page, const QualityReportOf& of) {
  const ImportReport& report = of.report;
  const geodata::Schema& schema = of.declaration.schema;
  page += fmt::format(
      "<h1>数据质检报告<span class=\"en\">Quality report</span></h1><div>{} <span class=\"en\">{} · "
      "{}</span> · {} · 截至 {}</div>",
      html_escaped(schema.title), html_escaped(schema.title_en), html_escaped(schema.layer),
      report.edition == 0
          ? "试运行，未发布 <span class=\"en\">dry run, nothing was published</span>"
          : fmt::format("第 {} 版 <span class=\"en\">edition {}</span>", report.edition, report.edition),
      html_escaped(report.as_of));
  if (!of.notice.empty()) page += fmt::format("<div class=\"notice\">{}</div>", html_escaped(of.notice));
  page += "<div class=\"facts\">";
  append_fact(page, "", grouped(report.rows_in), "交付行数", "rows in");
  append_fact(page, "", "= " + grouped(report.rows_published), "接收", "published");
  append_fact(page, report.rows_refused > 0 ? "error" : "", "+ " + grouped(report.rows_refused), "拒收",
              "refused");
  append_fact(page, "", grouped(report.rows_repaired), "自动修复", "repaired");
  append_fact(page, "", grouped(fmt::format("{:.2f}", base::mu_from_m2(report.area_m2))), "合计（亩）",
              "亩 in all");
  append_fact(page, "error", grouped(report.quality.errors), "错误", "errors");
  append_fact(page, "warning", grouped(report.quality.warnings), "警告", "warnings");
  append_fact(page, "note", grouped(report.quality.notes), "提示", "notes");
  page +=
      "</div><div class=\"card\"><h3>交付文件<span class=\"en\">Files</span></h3><table "
      "class=\"files\"><tr><th>文件 file</th><th>坐标系 CRS</th><th>由谁注明 said by</th><th>基准 "
      "datum</th><th>文字编码 encoding</th></tr>";
  for (const base::Json& source : report.sources) {
    page += fmt::format(
        "<tr><td>{}</td><td class=\"w\">{}</td><td class=\"w\">{}</td><td>{}</td><td>{}</td></tr>",
        html_escaped(source.value("file", "")), html_escaped(source.value("crs", "")),
        said_by(source.value("crs_from", "")), html_escaped(source.value("datum", "")),
        html_escaped(source.value("encoding", "")));
  }
  page += "</table></div>";
}

/// The whole layer, and the part of it that the findings are in when that is small.
void append_maps(std::string& page, const QualityReportOf& of, const std::vector<NumberedFinding>& shown) {
  const std::vector<QualityFinding>& findings = of.report.quality.findings;
  const geometry::Box whole = whole_of(of.snapshot, findings);
  if (whole.empty()) return;
  const geometry::Box part = part_of(whole, findings);
  page += "<h2>全图<span class=\"en\">Overview</span></h2><div class=\"card\">";
  page += overview_svg(of.snapshot, findings, part.empty() ? shown : std::vector<NumberedFinding>{}, whole);
  page += "</div>";
  if (part.empty()) return;
  page += "<h2>问题所在范围<span class=\"en\">Where the findings are</span></h2><div class=\"card\">";
  page += overview_svg(of.snapshot, findings, shown, part) + "</div>";
}

void append_summary(std::string& page, const QualityReport& quality) {
  page +=
      "<h2>按规则汇总<span class=\"en\">By rule</span></h2><div class=\"card\"><table><tr><th>规则 "
      "rule</th><th>级别 severity</th><th class=\"n\">数量 count</th><th>处理办法 way out</th></tr>";
  for (const QualityRule& rule : quality_rules()) {
    const auto counted = quality.by_rule.find(std::string(rule.id));
    if (counted == quality.by_rule.end()) continue;
    page += fmt::format(
        "<tr><td class=\"w\"><a href=\"#r-{}\">{} <span class=\"en\">{}</span></a></td><td class=\"n-{} "
        "w\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
        rule.id, rule.title_zh, rule.title_en, store::name(rule.severity), severity_zh(rule.severity),
        grouped(counted->second), rule.way_out_zh);
  }
  if (quality.by_rule.empty())
    page += "<tr><td colspan=\"4\">未发现问题 <span class=\"en\">Nothing was found.</span></td></tr>";
  page += "</table></div>";
}

void append_finding(std::string& page, const QualityFinding& finding, std::size_t number) {
  std::string place;
  if (!finding.geometry.empty()) {
    const geometry::Position at = geometry::point_on(finding.geometry);
    if (std::isfinite(at.lon)) place = fmt::format("{:.6f}<br>{:.6f}", at.lon, at.lat);
  }
  page += fmt::format(
      "<tr id=\"f{0}\"><td class=\"num n-{1}\">{0}</td><td class=\"k\">{2}</td><td class=\"n\">{3}</td><td "
      "class=\"k\">{4}</td><td>{5}<br><span class=\"en\">{6}</span></td><td class=\"n\">{7}</td><td "
      "class=\"n\">{8}</td><td class=\"w\">{9}</td><td class=\"n\">{10}</td></tr>",
      number, store::name(finding.severity), html_escaped(short_name(finding.file)),
      finding.row == 0 ? std::string() : std::to_string(finding.row), html_escaped(finding.key),
      html_escaped(finding.what_zh), html_escaped(finding.what), plain(finding.measured),
      plain(finding.allowed), html_escaped(finding.unit), place);
}

void append_rule(std::string& page, const QualityReportOf& of, const QualityRule& rule,
                 const std::vector<NumberedFinding>& findings) {
  const std::uint64_t counted = of.report.quality.by_rule.at(std::string(rule.id));
  page += fmt::format(
      "<div class=\"card\" id=\"r-{}\"><h3>{}<span class=\"en\">{}</span><span class=\"tag t-{}\">{} "
      "{}</span></h3><div class=\"way\">{} <span class=\"en\">{}</span></div>",
      rule.id, rule.title_zh, rule.title_en, store::name(rule.severity), severity_zh(rule.severity),
      grouped(counted), rule.way_out_zh, rule.way_out_en);
  page +=
      "<table><tr><th>#</th><th>文件 file</th><th class=\"n\">行 row</th><th>主键 key</th><th>问题 "
      "what</th><th class=\"n\">实测 measured</th><th class=\"n\">允许 allowed</th><th>单位 unit</th><th "
      "class=\"n\">经纬度 lon, lat</th></tr>";
  for (std::size_t i = 0; i < std::min(findings.size(), kRowsOfRule); ++i)
    append_finding(page, *findings[i].finding, findings[i].number);
  page += "</table>";
  if (counted > kRowsOfRule) {
    page += fmt::format(
        "<p class=\"en\">另有 {} 条，见 findings.xlsx 和 findings.gpkg（每条规则至多保留 {} 条）。 The rest "
        "are in findings.xlsx and findings.gpkg, at most {} of a rule.</p>",
        grouped(counted - kRowsOfRule), kKeptOfRule, kKeptOfRule);
  }
  page += "<div class=\"maps\">";
  std::size_t maps = 0;
  for (const auto& [number, finding] : findings) {
    if (maps == kMapsOfRule) break;
    const std::string svg = detail_svg(of.snapshot, *finding);
    if (svg.empty()) continue;
    ++maps;
    page += fmt::format("<figure>{}<figcaption><b class=\"n-{}\">{}</b> {} {}</figcaption></figure>", svg,
                        store::name(finding->severity), number, html_escaped(short_name(finding->file)),
                        finding->row == 0 ? "" : fmt::format("第 {} 行", finding->row));
  }
  page += "</div></div>";
}

void append_basis(std::string& page, const QualityReport& quality) {
  page +=
      "<h2>容差与假定<span class=\"en\">Tolerances and assumptions</span></h2><div "
      "class=\"card\"><table><tr><th>参数 parameter</th><th class=\"n\">值 value</th><th>单位 "
      "unit</th><th>依据 basis</th></tr>";
  for (const Assumption& one : quality_assumptions()) {
    page += fmt::format(
        "<tr><td class=\"w\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}<br><span "
        "class=\"en\">{}</span></td></tr>",
        one.name, plain(one.value), one.unit, one.basis_zh, one.basis_en);
  }
  page += "</table></div>";
  if (quality.not_run.empty()) return;
  page += "<h2>未执行的检查<span class=\"en\">Not run</span></h2><div class=\"card\"><ul>";
  for (const std::string& reason : quality.not_run) page += "<li>" + html_escaped(reason) + "</li>";
  page += "</ul></div>";
}

}  // namespace

std::string quality_page(const QualityReportOf& of) {
  const QualityReport& quality = of.report.quality;
  std::map<std::string_view, std::vector<NumberedFinding>> by_rule;
  std::vector<NumberedFinding> shown;
  for (std::size_t i = 0; i < quality.findings.size(); ++i) {
    auto& of_rule = by_rule[quality.findings[i].rule];
    of_rule.push_back({i + 1, &quality.findings[i]});
    if (of_rule.size() <= kRowsOfRule) shown.push_back(of_rule.back());
  }
  std::string page = base::begin_page("数据质检报告 " + of.declaration.schema.title, kStyle);
  append_head(page, of);
  append_maps(page, of, shown);
  append_summary(page, quality);
  if (!by_rule.empty()) page += "<h2>逐条<span class=\"en\">One by one</span></h2>";
  for (const QualityRule& rule : quality_rules()) {
    const auto at = by_rule.find(rule.id);
    if (at != by_rule.end()) append_rule(page, of, rule, at->second);
  }
  append_basis(page, quality);
  return page.append(base::kPageEnd);
}

}  // namespace caitu::catalog
