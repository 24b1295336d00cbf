#include "checks/detail/per_capita.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace caitu::checks::detail {
namespace {

/// The threshold is inclusive, and areas are sums of measured outlines: as far as their rounding goes.
constexpr double kRounding = 1e-9;

base::Json detail_of(const Population& population, double retained_mu, double needed_mu, double enough_for) {
  base::Json json = {{"retained_mu", retained_mu},
                     {"residents", population.residents},
                     {"population_year", nullptr},
                     {"population_source", population.source},
                     {"population_confidence", std::string(1, population.confidence)},
                     {"needed_mu", needed_mu},
                     {"shortfall_mu", std::max(0.0, needed_mu - retained_mu)},
                     {"residents_at_threshold", enough_for}};
  if (population.year != 0) json["population_year"] = population.year;
  return json;
}

void judge(Measure& measure, const Yardstick& yardstick, const Population& population, double retained_mu) {
  const double threshold = yardstick.threshold_li;
  const double residents = static_cast<double>(population.residents);
  const double li = base::li_from_mu(retained_mu) / residents;
  const double needed_mu = threshold * base::kMuPerLi * residents;
  const double enough_for = std::floor(retained_mu / (threshold * base::kMuPerLi));
  const bool met = li >= threshold * (1 - kRounding);
  measure.value = li;
  measure.target = threshold;
  measure.comparator = yardstick.comparator;
  measure.verdict = met ? "met" : "not_met";
  measure.source = yardstick.source;
  measure.detail = detail_of(population, retained_mu, needed_mu, enough_for);
  const std::string whose = population.year == 0 ? "假设人口" : fmt::format("{} 年常住人口", population.year);
  measure.notes.push_back(fmt::format(
      "{} 亩 ÷ {} 人（{}）= {:.4f} 厘；{} {:g} 厘需 {} 亩，{} {} 亩。",
      base::grouped(fmt::format("{:.2f}", retained_mu)),
      base::grouped(static_cast<std::uint64_t>(population.residents)), whose, li, measure.comparator,
      threshold, base::grouped(fmt::format("{:.0f}", needed_mu)), met ? "富余" : "缺口",
      base::grouped(fmt::format("{:.0f}", std::abs(needed_mu - retained_mu)))));
  measure.notes.push_back(fmt::format("人口{} {} 人时达到界限。", met ? "增至" : "减至",
                                      base::grouped(fmt::format("{:.0f}", enough_for))));
  if (population.year != 0 && population.confidence != 'A')
    measure.notes.push_back(fmt::format("{} 年人口数据可信度为 [{}]：{}。", population.year,
                                        population.confidence, population.source));
}

}  // namespace

Yardstick yardstick(const Context& context, const Rule& rule, const PlanTables& tables) {
  const auto threshold = rule.number("threshold_li_per_person", context.when());
  Yardstick made{.threshold_li = threshold.value,
                 .comparator = threshold.parameter->word,
                 .source = cite(rule, *threshold.given),
                 .population = {},
                 .unknown = {}};
  try {
    made.population = tables.residents(context.population_year.value_or(kBasisYear));
  } catch (const base::Error& error) {
    made.unknown = error.what();
  }
  return made;
}

Measure per_capita(const Yardstick& yardstick, double retained_m2, bool any_land) {
  Measure measure;
  measure.id = "retention.per_capita";
  measure.title = "人均菜地保有面积";
  measure.title_en = "Vegetable land per resident";
  measure.unit = "li";
  if (yardstick.population) {
    judge(measure, yardstick, *yardstick.population, base::mu_from_m2(retained_m2));
  } else {
    measure.verdict = "not_run";
    measure.notes.push_back(yardstick.unknown);
  }
  if (!any_land) measure.notes.emplace_back("核算日没有在用的菜地。");
  return measure;
}

}  // namespace caitu::checks::detail
