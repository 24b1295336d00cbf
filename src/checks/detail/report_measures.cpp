#include "checks/detail/report_measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/text.hpp"
#include "base/units.hpp"
#include "checks/detail/report_text.hpp"
#include "checks/report_chart.hpp"

namespace caitu::checks::detail {
namespace {

using base::grouped;
using base::html_escaped;
using base::Json;

constexpr std::size_t kMostDrawn = 100;  ///< rows of land counted twice

/// Of a table's row; empty when it is not there.
std::string text_at(const Json& row, const char* field) {
  const auto at = row.find(field);
  if (at == row.end() || at->is_null()) return {};
  return html_escaped(at->is_string() ? at->get<std::string>() : at->dump());
}
double number_at(const Json& row, const char* field) {
  const auto at = row.find(field);
  return at == row.end() || !at->is_number() ? 0.0 : at->get<double>();
}
std::string mu_at(const Json& row, const char* field) {
  return row.contains(field) ? quantity(number_at(row, field), "mu") : "—";
}

void begin(std::string& page, const CheckResult& result) {
  const CheckTitle title = title_of(result.check);
  append_heading(page, result.check, title.zh, title.en);
  if (result.measures.empty() && result.not_run.empty())
    page += "<p>没有可报告的内容。 <span class=\"en\">There is nothing to report.</span></p>";
}

void append_table(std::string& page, const CheckResult& result) {
  if (result.measures.empty()) return;
  page += "<div class=\"card\">";
  Table table(page, {{"指标", "measure"},
                     {"数值", "value", true},
                     {"要求", "asked"},
                     {"判定", "verdict"},
                     {"依据", "basis"},
                     {"说明", "notes"}});
  for (const Measure& one : result.measures)
    table.row({with_english(one.title, one.title_en), value_of(one), unbroken(requirement_of(one)),
               verdict_tag(one.verdict), html_escaped(one.source), lines(one.notes)});
  table.end();
  page += "</div>";
}

void append_twice(std::string& page, const CheckResult& result) {
  std::vector<const Drawn*> twice;
  for (const Drawn& one : result.drawn) {
    if (one.layer == "double_counted") twice.push_back(&one);
  }
  if (twice.empty()) return;
  std::ranges::stable_sort(twice, std::greater<>(), &Drawn::area_m2);
  page += fmt::format(
      "<h4>重复计算的地块 <span class=\"en\">Land counted twice</span></h4><div class=\"card\"><p>共 {} "
      "处{}。</p>",
      grouped(twice.size()),
      twice.size() > kMostDrawn ? fmt::format("，列出面积最大的 {} 处", kMostDrawn) : std::string());
  Table table(page, {{"地块", "fields"}, {"重叠面积", "overlap", true}});
  for (std::size_t i = 0; i < std::min(twice.size(), kMostDrawn); ++i)
    table.row({html_escaped(twice[i]->name), quantity(base::mu_from_m2(twice[i]->area_m2), "mu")});
  table.end();
  page += "</div>";
}

/// 亩 by district, with the towns that have any. Information, no verdict.
void append_by_town(std::string& page, const Measure& retained) {
  if (!retained.detail.is_array() || retained.detail.empty()) return;
  struct District {
    double mu = 0;
    std::size_t without = 0;
    std::string towns;
  };
  std::map<std::string, District> districts;
  double all = 0;
  for (const Json& row : retained.detail) {
    District& district = districts[text_at(row, "district")];
    const double mu = number_at(row, "mu");
    district.mu += mu;
    all += mu;
    if (mu <= 0) {
      ++district.without;
      continue;
    }
    if (!district.towns.empty()) district.towns += "；";
    district.towns += text_at(row, "town") + " " + quantity(mu, "");
  }
  page +=
      "<h4>按区和乡镇 <span class=\"en\">By district and town</span></h4><div "
      "class=\"card\"><p>单位为亩，按乡镇界线"
      "切分；仅供参考，不分区判定。 <span class=\"en\">In 亩, cut at the outlines of the towns: information, "
      "no "
      "verdict.</span></p>";
  Table table(page, {{"区", "district"}, {"面积", "area", true}, {"乡镇", "towns"}});
  for (const auto& [name, district] : districts) {
    std::string towns = district.towns;
    if (district.without > 0)
      towns += fmt::format("{}{} 个乡镇没有在用菜地", towns.empty() ? "" : "；另有 ", district.without);
    table.row({name.empty() ? "—" : name, quantity(district.mu, "mu"), towns});
  }
  table.row({"合计 <span class=\"en\">sum</span>", quantity(all, "mu"), ""}, "class=\"total\"");
  table.end();
  page += "</div>";
}

std::string reasons_of(const Json& row) {
  std::string text;
  for (const Json& reason : row.value("reasons", Json::array())) {
    if (reason.is_string()) text += (text.empty() ? "" : "<br>") + html_escaped(reason.get<std::string>());
  }
  return text;
}

std::string standing_of(const Json& row) {
  const std::string standing = text_at(row, "standing");
  std::string text = standing == "counts" ? "计入" : standing == "pending" ? "待认定，不计" : "已退出，不计";
  const std::string status = text_at(row, "status") + " " + text_at(row, "status_on");
  return status == " " ? text : text + "<br><span class=\"en\">" + status + "</span>";
}

/// A measure's table by base, under a heading; nothing when it has none.
void append_bases_of(std::string& page, const CheckResult& result, std::string_view id,
                     std::string_view heading, std::vector<Table::Head> heads,
                     const std::function<void(Table&, const Json&)>& row) {
  const auto measure = std::ranges::find(result.measures, id, &Measure::id);
  if (measure == result.measures.end() || !measure->detail.is_array() || measure->detail.empty()) return;
  page.append("<h4>").append(heading).append("</h4><div class=\"card\">");
  Table table(page, std::move(heads));
  for (const Json& one : measure->detail) row(table, one);
  table.end();
  page += "</div>";
}

std::string delivered(const Json& detail) {
  const auto at = detail.find("delivered");
  if (at == detail.end() || !at->is_object()) return "—";
  if (!at->contains("delivered_mu")) return "报送图层中没有与之相交的";
  return fmt::format("{}，共同 {}，交并比 {}", mu_at(*at, "delivered_mu"), mu_at(*at, "common_mu"),
                     percent(number_at(*at, "intersection_over_union")));
}

}  // namespace

void append_notes(std::string& page, const CheckResult& result) {
  if (result.notes.empty()) return;
  page += "<h4>假定与说明 <span class=\"en\">Assumptions and notes</span></h4><div class=\"card\"><ul>";
  for (const std::string& note : result.notes) page += "<li>" + html_escaped(note) + "</li>";
  page += "</ul></div>";
}

void append_retention(std::string& page, const CheckResult& result) {
  begin(page, result);
  if (std::string chart = retention_chart(result); !chart.empty())
    page += "<div class=\"card\">" + chart + "</div>";
  const auto per_capita = std::ranges::find(result.measures, "retention.per_capita", &Measure::id);
  if (per_capita != result.measures.end() && !per_capita->notes.empty())
    page += fmt::format("<div class=\"card\"><h3>{} {}<span class=\"en\">{}</span></h3><p>{}</p></div>",
                        verdict_tag(per_capita->verdict), html_escaped(per_capita->title),
                        html_escaped(per_capita->title_en), lines(per_capita->notes));
  append_table(page, result);
  if (std::string chart = reserve_chart(result); !chart.empty()) {
    page +=
        "<h4>规划空间（不是保有量） <span class=\"en\">Planned space, no retention</span></h4><div "
        "class=\"card\"><p>规划空间不是保有量，不计入人均菜地保有面积，也不与 3 "
        "厘比较；此图另用比例尺，仅供参考。 <span "
        "class=\"en\">The reserve is no retention: it is not counted and not held against the threshold; "
        "this picture "
        "has a scale of its own.</span></p>" +
        chart + "</div>";
  }
  const auto retained = std::ranges::find(result.measures, "retention.retained", &Measure::id);
  if (retained != result.measures.end()) append_by_town(page, *retained);
  append_twice(page, result);
  append_notes(page, result);
}

void append_targets(std::string& page, const CheckResult& result) {
  begin(page, result);
  if (std::string chart = targets_chart(result.measures); !chart.empty())
    page += "<div class=\"card\">" + chart + "</div>";
  append_table(page, result);
  append_notes(page, result);
}

void append_belts(std::string& page, const CheckResult& result) {
  begin(page, result);
  if (!result.measures.empty()) {
    page += "<div class=\"card\">";
    Table table(page, {{"带", "belt"},
                       {"区", "district"},
                       {"乡镇", "towns"},
                       {"侧", "side"},
                       {"单侧宽度", "width", true},
                       {"面积", "area", true},
                       {"在用菜地", "in use", true},
                       {"设施用地", "facilities", true},
                       {"与报送的比较", "as delivered"}});
    for (const Measure& one : result.measures) {
      const Json detail = one.detail.is_object() ? one.detail : Json::object();
      const std::string side = text_at(detail, "side");
      table.row({with_english(one.title, one.title_en), text_at(detail, "district"), text_at(detail, "towns"),
                 side == "north"  ? "北侧"
                 : side == "both" ? "两侧"
                                  : side,
                 detail.contains("width_m") ? fmt::format("{:g} m", number_at(detail, "width_m")) : "—",
                 value_of(one), mu_at(detail, "vegetable_land_mu"), mu_at(detail, "facilities_mu"),
                 delivered(detail)});
    }
    table.end();
    page += "<p class=\"en\">只量不判。 Measures, no verdicts.</p></div>";
  }
  append_notes(page, result);
}

void append_bases(std::string& page, const CheckResult& result) {
  begin(page, result);
  append_table(page, result);
  append_bases_of(page, result, "bases.each", "逐个基地 <span class=\"en\">Base by base</span>",
                  {{"编号", "id"},
                   {"名称", "name"},
                   {"所在", "place"},
                   {"状态", "standing"},
                   {"菜田面积", "area", true},
                   {"最大连片", "contiguous", true},
                   {"判定", "verdict"},
                   {"说明", "reasons"}},
                  [](Table& table, const Json& row) {
                    table.row({text_at(row, "base_id"), text_at(row, "name"),
                               text_at(row, "province") + text_at(row, "county"), standing_of(row),
                               mu_at(row, "area_mu"), percent(number_at(row, "largest_contiguous_share")),
                               verdict_tag(row.value("verdict", "")), reasons_of(row)});
                  });
  append_bases_of(page, result, "bases.circle", "应急供应圈 <span class=\"en\">Emergency circle</span>",
                  {{"编号", "id"},
                   {"名称", "name"},
                   {"所在", "place"},
                   {"应急供京量", "supply", true},
                   {"路程", "road", true},
                   {"用时", "hours", true},
                   {"圈内", "within"}},
                  [](Table& table, const Json& row) {
                    table.row({text_at(row, "base_id"), text_at(row, "name"), text_at(row, "county"),
                               quantity(number_at(row, "emergency_t"), "t"),
                               fmt::format("{:.0f} km", number_at(row, "road_km")),
                               fmt::format("{:.1f} h", number_at(row, "hours")),
                               row.value("within", false) ? "✓ 是" : "✕ 否"});
                  });
  append_bases_of(page, result, "bases.calendar", "与年度日程不符 <span class=\"en\">Off the calendar</span>",
                  {{"编号", "id"},
                   {"名称", "name"},
                   {"状态", "standing"},
                   {"申报", "applied"},
                   {"评审", "assessed"},
                   {"说明", "reasons"}},
                  [](Table& table, const Json& row) {
                    table.row({text_at(row, "base_id"), text_at(row, "name"), standing_of(row),
                               text_at(row, "applied_on"), text_at(row, "assessed_on"), reasons_of(row)});
                  });
  append_notes(page, result);
}

void append_quality(std::string& page, const CheckResult& result) {
  begin(page, result);
  if (!result.measures.empty()) {
    page += "<div class=\"card\">";
    Table table(page, {{"图层", "layer"},
                       {"错误", "errors", true},
                       {"判定", "verdict"},
                       {"各规则发现数", "findings by rule"},
                       {"说明", "notes"}});
    for (const Measure& one : result.measures) {
      std::string rules;
      for (const Json& row : one.detail.is_array() ? one.detail : Json::array())
        rules += fmt::format("{}{} {}", rules.empty() ? "" : "；", text_at(row, "title"),
                             grouped(row.value("count", std::uint64_t{0})));
      table.row({with_english(one.title, one.title_en), value_of(one), verdict_tag(one.verdict), rules,
                 lines(one.notes)});
    }
    table.end();
    page += "</div>";
  }
  append_notes(page, result);
}

}  // namespace caitu::checks::detail
