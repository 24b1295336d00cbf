#include "checks/retention.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/tabulate.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/land_in_use.hpp"
#include "checks/detail/needs.hpp"
#include "checks/detail/per_capita.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks {
namespace {

using base::mu_from_m2;
using detail::FieldOf;
using geodata::Snapshot;

Measure information(std::string id, std::string title, std::string title_en, double mu, std::string source) {
  Measure measure;
  measure.id = "retention." + std::move(id);
  measure.title = std::move(title);
  measure.title_en = std::move(title_en);
  measure.value = mu;
  measure.unit = "mu";
  measure.source = std::move(source);
  return measure;
}

/// 扣除: of each parcel beneath, its share KCXS of the land that lies in it.
double deduction_m2(const Context& context, const Snapshot& land) {
  const auto* edition = context.pinned.find("parcels");
  if (edition == nullptr) return 0;
  const Snapshot& parcels = *edition->snapshot;
  const FieldOf share(parcels, "KCXS");
  std::vector<std::size_t> deducting;
  for (std::size_t item = 0; item < parcels.size(); ++item) {
    if (parcels.kind(item) == geometry::Kind::polygon && share.number(item).value_or(0) > 0)
      deducting.push_back(item);
  }
  std::vector<double> m2(deducting.size());
  land.tree();
  base::parallel_for(deducting.size(), context.threads, [&](std::size_t at) {
    const std::size_t parcel = deducting[at];
    const geometry::Zone zone(parcels.geometry(parcel));
    land.tree().query(parcels.box(parcel), 0, [&](std::size_t first, std::size_t last, bool) {
      for (std::size_t item = first; item < last; ++item)
        m2[at] += *share.number(parcel) * zone.area_inside_m2(land.geometry(item));
      return true;
    });
  });
  analysis::ExactSum sum;
  for (const double one : m2) sum.add(one);
  return sum.value();
}

/// 亩 by the towns' codes; of towns without any there is none.
std::map<std::string, double> mu_of_towns(const Context& context, const std::shared_ptr<const Snapshot>& land,
                                          const std::shared_ptr<const Snapshot>& towns) {
  std::map<std::string, double> mu;
  if (land->size() == 0 || towns->size() == 0) return mu;
  const analysis::InputLayer a(land, "land"), b(towns, "towns");
  const analysis::Table table =
      analysis::tabulate(a, b,
                         {.rows = analysis::find_field(a, b, "b_code", "towns"),
                          .columns = analysis::find_field(a, b, "b_district", "towns"),
                          .threads = context.threads},
                         context.progress);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    double m2 = 0;
    for (std::size_t column = 0; column < table.columns.size(); ++column) m2 += table.at(row, column).value();
    if (const auto* text = std::get_if<std::string>(&table.rows[row])) mu[*text] = mu_from_m2(m2);
  }
  return mu;
}

/// 亩 by district and town, by the outlines of the towns; information, no verdict.
base::Json by_town(const Context& context, const std::shared_ptr<const Snapshot>& land) {
  const auto* edition = context.pinned.find("towns");
  if (edition == nullptr) return base::Json::array();
  const Snapshot& towns = *edition->snapshot;
  auto mu = mu_of_towns(context, land, edition->snapshot);
  const FieldOf code(towns, "code"), name(towns, "name"), district(towns, "district");
  std::map<std::string, base::Json> by_code;
  for (std::size_t item = 0; item < towns.size(); ++item) {
    const std::string of(code.text(item));
    by_code[of] = {
        {"code", of}, {"town", name.text(item)}, {"district", district.text(item)}, {"mu", mu[of]}};
  }
  base::Json rows = base::Json::array();
  for (auto& [of, row] : by_code) rows.push_back(std::move(row));
  return rows;
}

/// The reserve alone, and together with the land in use: 不是保有量.
void add_reserve(const Context& context, const std::shared_ptr<const Snapshot>& in_use,
                 const std::optional<Population>& population, CheckResult& result) {
  const auto* reserve = context.pinned.find("reserve");
  if (reserve == nullptr || reserve->snapshot->size() == 0) return;
  detail::Gathering alone(context.scratch / "reserve"), both(context.scratch / "both");
  const auto all = [](std::size_t) { return true; };
  alone.add(*reserve->snapshot, all);
  both.add(*reserve->snapshot, all);
  if (in_use) both.add(*in_use, all);
  const auto once = [&](detail::Gathering& gathering) {
    return mu_from_m2(analysis::land_once(*gathering.finish(), {.threads = context.threads}, context.progress)
                          .once_m2.value());
  };
  Measure of_reserve = information("reserve_alone", "规划空间（不是保有量）", "Planned space, no retention",
                                   once(alone), "DOMAIN 3; plan L160");
  if (population) {
    of_reserve.notes.push_back(
        fmt::format("规划空间除以全市人口为 {:.3f} 厘，不是人均保有面积，不与 3 厘比较。",
                    base::li_from_mu(*of_reserve.value) / static_cast<double>(population->residents)));
  }
  result.measures.push_back(std::move(of_reserve));
  if (in_use)
    result.measures.push_back(information("in_use_or_reserve", "在用菜地与规划空间的并集（不是保有量）",
                                          "Land in use or planned, no retention", once(both), "DOMAIN 3"));
}

/// What is not told for want of a layer.
void tell_missing(const Context& context, CheckResult& result) {
  for (const auto& [what, layer] :
       {std::pair("retention.confirmed_use", "flags"), std::pair("retention.by_town", "towns"),
        std::pair("retention.deduction", "parcels"), std::pair("retention.reserve_alone", "reserve")}) {
    if (context.pinned.find(layer) == nullptr) {
      result.not_run.push_back({what, layer, detail::why_missing(context, layer)});
    } else if (auto empty = detail::holds_nothing(context, layer);
               empty && layer != std::string_view("flags")) {
      result.not_run.push_back({what, layer, std::move(*empty)});  // of flags there may well be none
    }
  }
}

/// `items`: the fields that were gathered, in the order of their ids.
void draw_double_counted(const Snapshot& fields, const std::vector<std::size_t>& items,
                         const detail::RetainedLand& land, CheckResult& result) {
  for (const analysis::CoveredTwice& pair : land.twice) {
    const auto key = [&](std::uint32_t item) {
      return detail::key_of(fields, items[land.gathered->id(item) - 1]);
    };
    result.drawn.push_back({"double_counted", fmt::format("{} + {}", key(pair.first), key(pair.second)),
                            pair.where, pair.area_m2});
  }
}

}  // namespace

CheckResult check_retention(const Context& context) {
  CheckResult result;
  result.check = "retention";
  const Rule& rule = context.rules.rule("retention");
  const detail::Yardstick yardstick = detail::yardstick(context, rule, PlanTables::load(context.plan));
  if (!yardstick.population) result.not_run.push_back({"retention.per_capita", "", yardstick.unknown});
  if (auto missing = detail::missing_layers(context, rule)) {
    missing->what = "retention.per_capita";
    result.not_run.push_back(std::move(*missing));
    add_reserve(context, nullptr, yardstick.population, result);
    return result;
  }
  const Snapshot& fields = *context.pinned.find("vegetable_land")->snapshot;
  context.progress.at("retention: the land in use", 0, 0);
  detail::Gathering in_use(context.scratch / "in_use");
  const auto items = in_use.add(fields, detail::in_use(fields, context.pinned.as_of,
                                                       rule.texts("counted_growing", context.when()).value));
  context.progress.at("retention: each square metre once", 0, 0);
  const auto land =
      detail::retained_land(context, "retained", in_use.finish(), detail::confirmed_use(context, rule));
  context.progress.at("retention: what stands beside it", 0, 0);
  const double retained_mu = mu_from_m2(land.m2());

  result.measures.push_back(detail::per_capita(yardstick, land.m2(), land.gathered->size() > 0));
  result.measures.push_back(information("gross", "在用菜地毛面积", "Gross sum of land in use",
                                        mu_from_m2(land.gross_m2), "vegetable_land"));
  result.measures.push_back(information("double_counted", "重复计算面积", "Counted twice",
                                        mu_from_m2(land.gross_m2 - land.once_m2), "vegetable_land"));
  result.measures.push_back(information("union", "在用菜地并集", "Union of land in use",
                                        mu_from_m2(land.once_m2), "vegetable_land"));
  if (context.pinned.find("flags") != nullptr) {
    result.measures.push_back(information("confirmed_use", "已确认的非农占用",
                                          "Confirmed non-agricultural use", mu_from_m2(land.taken_off_m2),
                                          "flags"));
  }
  tell_missing(context, result);
  Measure retained = information("retained", "在用菜地并集扣除非农占用", "Union less confirmed use",
                                 retained_mu, "vegetable_land, flags");
  retained.detail = by_town(context, land.land);
  result.measures.push_back(std::move(retained));
  if (const auto* parcels = context.pinned.find("parcels");
      parcels != nullptr && parcels->snapshot->size() > 0) {
    const double deducted = mu_from_m2(deduction_m2(context, *land.land));
    result.measures.push_back(
        information("deduction", "其中扣除地类面积（KCXS）", "Deducted by KCXS", deducted, "parcels"));
    result.measures.push_back(information("net", "并集减扣除面积", "Union less deductions",
                                          retained_mu - deducted, "vegetable_land, parcels"));
  }
  draw_double_counted(fields, items, land, result);
  add_reserve(context, land.land, yardstick.population, result);
  return result;
}

}  // namespace caitu::checks
