#include "analysis/account_page.hpp"

#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "base/units.hpp"

namespace caitu::analysis {
namespace {

using base::grouped;
using base::html_escaped;
using geometry::Kind;

constexpr std::string_view kStyle = R"css(
:root{--ink:#1d2529;--soft:#66737a;--rule:#dde3e6;--good:#2f7d4f;--bad:#c8332b;--cover:#4c9a6a;--rest:#d9c27a;--lost:#c8332b}
*{box-sizing:border-box}
body{margin:0;background:#f5f7f8;color:var(--ink);font:15px/1.55 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif}
main{max-width:900px;margin:0 auto;padding:28px 24px 40px}
h1{font-size:24px;margin:0}h2{font-size:16px;margin:22px 0 6px}
.en{color:var(--soft);font-size:13px;font-weight:400;margin-left:6px}
.verdict{margin:12px 0;padding:9px 14px;background:#fff;border-left:5px solid var(--good);font-size:16px}.verdict.bad{border-color:var(--bad)}
.card{background:#fff;border:1px solid var(--rule);border-radius:6px;padding:6px 16px 12px}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
td,th{border-bottom:1px solid #eef1f2;padding:4px 10px 4px 0;text-align:left;vertical-align:top}tr:last-child td{border-bottom:0}
th{color:var(--soft);font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}tr.sum td{border-top:1px solid var(--ink);font-weight:600}
.bar{display:flex;height:16px;border-radius:3px;overflow:hidden;margin:10px 0 2px;background:#eee}.bar i{display:block}
.c{background:var(--cover)}.r{background:var(--rest)}.q{background:var(--lost)}
.key{font-size:12.5px;color:var(--soft)}.key b{display:inline-block;width:10px;height:10px;border-radius:2px;margin:0 4px 0 12px}
.w{word-break:break-all}
@media print{body{background:#fff}main{padding:0}}
)css";

struct Unit {
  std::string_view name;
  int decimals;
};
Unit unit_of(Kind kind) {
  if (kind == Kind::polygon) return {"m²", 4};
  return kind == Kind::line ? Unit{"m", 4} : Unit{"个", 0};
}

/// What its decimals would show as nothing is told by its power of ten.
std::string number(double value, int decimals) {
  const std::string fixed = fmt::format("{:.{}f}", value, decimals);
  const bool nothing = fixed.find_first_not_of("-0.") == std::string::npos;
  return nothing && value != 0 ? fmt::format("{:.2e}", value) : grouped(fixed);
}

void append_row(std::string& page, std::string_view zh, std::string_view en, const ExactSum& sum, Kind kind,
                std::string_view style = {}) {
  const Unit unit = unit_of(kind);
  page += fmt::format("<tr class=\"{}\"><td>{}<span class=\"en\">{}</span></td><td class=\"n\">{} {}</td>",
                      style, zh, en, number(sum.value(), unit.decimals), unit.name);
  page += kind == Kind::polygon
              ? fmt::format("<td class=\"n\">{} 亩</td></tr>", number(base::mu_from_m2(sum.value()), 4))
              : std::string("<td></td></tr>");
}

void append_bar(std::string& page, const SideAccount& side) {
  const double whole = side.size.value();
  if (whole <= 0) return;
  const auto part = [&](std::string_view style, const ExactSum& sum) {
    page += fmt::format("<i class=\"{}\" style=\"width:{:.4f}%\"></i>", style, 100 * sum.value() / whole);
  };
  page += "<div class=\"bar\">";
  part("c", side.covered);
  part("r", side.rest);
  part("q", side.quarantined);
  page +=
      "</div><div class=\"key\"><b class=\"c\" style=\"margin-left:0\"></b>被覆盖 covered<b "
      "class=\"r\"></b>剩余 "
      "left<b class=\"q\"></b>隔离 quarantine</div>";
}

void append_side(std::string& page, std::string_view title, const SideAccount& side, Kind kind) {
  static const std::map<Kind, std::string> kKinds{
      {Kind::point, "点 points"}, {Kind::line, "线 lines"}, {Kind::polygon, "面 polygons"}};
  page += fmt::format("<h2>{} · {}<span class=\"en\">{} features</span></h2><div class=\"card\">", title,
                      kKinds.at(kind), grouped(side.features));
  append_bar(page, side);
  page += "<table>";
  append_row(page, "输入", "went in", side.size, kind);
  append_row(page, "被覆盖（每平方米只计一次）", "covered, each square metre once", side.covered, kind);
  append_row(page, "+ 剩余", "left", side.rest, kind);
  append_row(page, "+ 隔离", "in quarantine", side.quarantined, kind);
  append_row(page, "差额", "residual", side.residual, kind, "sum");
  append_row(page, "其中：网格重试的位移", "of it by pairs moved onto a grid of 1e-9°", side.displaced, kind);
  append_row(
      page, "重复覆盖", "covered more than once",
      [&] {
        ExactSum twice;
        twice.add(side.common.value() > 0 ? side.common.value() - side.covered.value() : 0.0);
        return twice;
      }(),
      kind);
  append_row(page, "碎片：删除", "slivers dropped", side.dropped, kind);
  append_row(page, "碎片：并入邻块", "slivers merged", side.merged, kind);
  page += fmt::format(
      "</table><div class=\"key\">差额最大的要素 largest residual: {} · {:.2e}，允许 allowed {:.2e} · "
      "未平的要素 features that do not close: {} · 重试 retried {} · 碎片 slivers {}</div></div>",
      side.worst_id, side.worst_residual, side.worst_allowed, grouped(side.open), grouped(side.retried),
      grouped(side.slivers));
}

void append_sides(std::string& page, std::string_view title, const std::array<SideAccount, 3>& sides) {
  for (const Kind kind : {Kind::polygon, Kind::line, Kind::point}) {
    const SideAccount& side = sides[static_cast<std::size_t>(kind) - 1];
    if (side.features > 0) append_side(page, title, side, kind);
  }
}

void append_inputs(std::string& page, const Account& account) {
  page +=
      "<h2>数据来源<span class=\"en\">inputs</span></h2><div class=\"card\"><table><tr><th></th><th>名称 "
      "name</th><th class=\"n\">行 rows</th><th class=\"n\">修复 mended</th><th class=\"n\">无图形 no "
      "geometry</th><th class=\"n\">拒收 refused</th></tr>";
  for (const auto& [letter, input] : {std::pair("A", &account.a), std::pair("B", &account.b)}) {
    const Intake& intake = input->intake;
    page += fmt::format(
        "<tr><td>{}</td><td class=\"w\">{}<br><span class=\"en\" style=\"margin:0\">{} {}</span></td><td "
        "class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
        letter, html_escaped(input->name), html_escaped(intake.placement), input->digest,
        grouped(intake.rows), grouped(intake.repaired), grouped(intake.without_geometry),
        grouped(intake.refused_rows));
    for (const auto& [row, reason] : intake.refused)
      page +=
          fmt::format("<tr><td></td><td colspan=\"5\">行 row {}: {}</td></tr>", row, html_escaped(reason));
    for (const std::string& warning : intake.warnings)
      page += fmt::format("<tr><td></td><td colspan=\"5\">{}</td></tr>", html_escaped(warning));
  }
  page += "</table></div>";
}

void append_written(std::string& page, const Account& account) {
  page += "<h2>结果<span class=\"en\">written</span></h2><div class=\"card\"><table>";
  const auto row = [&page](std::string_view zh, std::string_view en, std::uint64_t count,
                           const ExactSum& sum) {
    if (count == 0) return;
    page += fmt::format(
        "<tr><td>{}<span class=\"en\">{}</span></td><td class=\"n\">{}</td><td class=\"n\">{} m²</td><td "
        "class=\"n\">{} 亩</td></tr>",
        zh, en, grouped(count), number(sum.value(), 4), number(base::mu_from_m2(sum.value()), 4));
  };
  row("重叠块", "pieces", account.pieces, account.pieces_m2);
  row("A 的剩余", "what is left of A", account.rests, account.rests_m2);
  row("B 的剩余", "what is left of B", account.right_rests, account.right_rests_m2);
  page += "</table></div>";
}

void append_quarantine(std::string& page, const Account& account) {
  if (account.quarantine.empty()) return;
  page += "<h2>隔离<span class=\"en\">quarantine: could not be cut</span></h2><div class=\"card\"><table>";
  for (const Quarantined& one : account.quarantine)
    page += fmt::format("<tr><td>{} {}</td><td>{}</td></tr>", one.of_right ? "B" : "A", one.id,
                        html_escaped(one.reason));
  page += "</table></div>";
}

}  // namespace

std::string account_page(const Account& account) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>叠加面积账</title><style>{}</style></head><body><main>"
      "<h1>叠加面积账<span class=\"en\">Account of an overlay: {}</span></h1>",
      kStyle, html_escaped(account.request.value("operation", "")));
  page += account.closes() ? "<div class=\"verdict\">账平：每一平方米都有着落。<span class=\"en\">It closes: "
                             "every square metre is "
                             "accounted for, in total and for each feature, to 1e-9.</span></div>"
                           : "<div class=\"verdict bad\">账不平。<span class=\"en\">It does not close: what "
                             "came out is not what "
                             "went in.</span></div>";
  if (!account.quarantine.empty())
    page += fmt::format(
        "<div class=\"verdict bad\">{} 个要素未能切割，已隔离，列在页末。<span class=\"en\">Features that "
        "could "
        "not be cut were put aside; they stand at the end of the page.</span></div>",
        grouped(account.quarantine.size()));
  append_inputs(page, account);
  append_sides(page, "A", account.left);
  append_sides(page, "B", account.right);
  append_written(page, account);
  append_quarantine(page, account);
  page += fmt::format(
      "<p class=\"key\">面积：CGCS2000 椭球面，可加：各块之和等于整块。1 亩 = 2000/3 m²。允许的差额：面积的 "
      "1e-9，加坐标取整（轮廓 × "
      "3 nm）。参数 parameters: {}</p></main></body></html>\n",
      html_escaped(account.request.dump()));
  return page;
}

}  // namespace caitu::analysis
