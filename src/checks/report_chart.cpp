#include "checks/report_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "checks/detail/report_text.hpp"
#include "geometry/svg.hpp"

namespace caitu::checks {
namespace {

using base::html_escaped;
using detail::quantity;

constexpr double kWidth = 1080, kLeft = 250, kBar = 20;

const Measure* measure_of(const CheckResult& result, std::string_view id) {
  const auto at = std::ranges::find(result.measures, id, &Measure::id);
  return at == result.measures.end() ? nullptr : &*at;
}

class Chart {
 public:
  Chart(double height, std::string_view label)
      : svg_("<div class=\"chart\">" + geometry::begin_svg(kWidth, height, label)) {}

  void bar(std::string_view style, double x, double y, double width) {
    add(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.0f}"/>)", style, x, y,
        std::max(width, 0.5), kBar);
  }
  /// `text` is HTML.
  void text(std::string_view style, double x, double y, std::string_view text) {
    add(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)", style, x, y, text);
  }
  void line(double x, double from, double to) {
    add(R"(<path class="mark-line" d="M{:.1f} {:.1f}V{:.1f}"/>)", x, from, to);
  }
  std::string end() { return std::move(svg_) + "</svg></div>"; }

 private:
  template <typename... Parts>
  void add(fmt::format_string<Parts...> form, Parts&&... parts) {
    fmt::format_to(std::back_inserter(svg_), form, std::forward<Parts>(parts)...);
  }
  std::string svg_;
};

}  // namespace

std::string retention_chart(const CheckResult& retention) {
  const Measure* per_capita = measure_of(retention, "retention.per_capita");
  if (per_capita == nullptr || !per_capita->value || !per_capita->detail.is_object()) return {};
  const double retained = per_capita->detail.value("retained_mu", 0.0);
  const double needed = per_capita->detail.value("needed_mu", 0.0);
  if (needed <= 0) return {};
  constexpr double kScaleWidth = kWidth - kLeft - 260;
  const double scale = kScaleWidth / std::max(retained, needed);
  const double at = kLeft + retained * scale, line = kLeft + needed * scale;
  const bool met = per_capita->verdict == "met";
  Chart chart(128, "人均菜地保有面积 vegetable land per resident");
  chart.text("end", kLeft - 12, 35, "在用菜地并集扣除非农占用");
  chart.bar(met ? "b-met" : "b-not_met", kLeft, 20, retained * scale);
  if (!met) chart.bar("gap", at, 20, line - at);
  chart.text("strong", std::max(at, line) + 10, 35,
             fmt::format("{} = {}", quantity(retained, "mu"), quantity(*per_capita->value, "li")));
  chart.text("end", kLeft - 12, 75, detail::requirement_of(*per_capita) + "所需");
  chart.bar("need", kLeft, 60, needed * scale);
  chart.text("", std::max(at, line) + 10, 75, quantity(needed, "mu"));
  chart.line(line, 10, 92);
  chart.text("middle strong", 0.5 * (at + line), 112,
             fmt::format("{} {}", met ? "富余" : "缺口",
                         quantity(met ? retained - needed : needed - retained, "mu")));
  return chart.end();
}

std::string reserve_chart(const CheckResult& retention) {
  std::vector<const Measure*> shown;
  for (const char* id : {"retention.reserve_alone", "retention.in_use_or_reserve"}) {
    const Measure* one = measure_of(retention, id);
    if (one != nullptr && one->value) shown.push_back(one);
  }
  if (shown.empty()) return {};
  double most = 1;
  for (const Measure* one : shown) most = std::max(most, *one->value);
  const double left = kLeft + 60, scale = (kWidth - left - 220) / most;
  Chart chart(16 + 36 * static_cast<double>(shown.size()),
              "规划空间，不是保有量 planned space, no retention");
  double y = 12;
  for (const Measure* one : shown) {
    chart.text("end", left - 12, y + 15, html_escaped(one->title));
    chart.bar("b-apart", left, y, *one->value * scale);
    chart.text("", left + *one->value * scale + 10, y + 15, quantity(*one->value, "mu"));
    y += 36;
  }
  return chart.end();
}

std::string targets_chart(std::span<const Measure> measures) {
  std::vector<const Measure*> shown;
  for (const Measure& one : measures) {
    if (one.value && one.target && *one.target > 0) shown.push_back(&one);
  }
  if (shown.empty()) return {};
  constexpr double kAll = 330;   // pixels of the plan's figure
  constexpr double kMost = 1.3;  // what is more ends in an arrow
  constexpr double kTexts = kLeft + kAll * kMost + 30;
  constexpr double kRow = 38;
  Chart chart(34 + kRow * static_cast<double>(shown.size()), "规划目标 targets of the plan");
  chart.text("soft middle", kLeft + kAll, 16, "计划数 the plan's figure = 100 %");
  double y = 28;
  for (const Measure* one : shown) {
    const double share = *one->value / *one->target;
    chart.text("end", kLeft - 12, y + 15, html_escaped(one->title));
    chart.bar(fmt::format("b-{}", one->verdict), kLeft, y, kAll * std::clamp(share, 0.0, kMost));
    if (share > kMost) chart.text("", kLeft + kAll * kMost + 6, y + 15, "▶");
    chart.line(kLeft + kAll, y - 5, y + kBar + 5);
    chart.text("strong", kTexts, y + 9, fmt::format("{} · {:.1f} %", detail::value_of(*one), share * 100));
    chart.text("soft", kTexts, y + 25,
               fmt::format("{} · {}", detail::requirement_of(*one), detail::verdict_zh(one->verdict)));
    y += kRow;
  }
  return chart.end();
}

}  // namespace caitu::checks
