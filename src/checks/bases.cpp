#include "checks/bases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "analysis/account.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "checks/detail/base_register.hpp"
#include "checks/detail/land_in_use.hpp"
#include "checks/detail/measures.hpp"
#include "checks/detail/needs.hpp"
#include "checks/detail/shapes.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks {
namespace {

using base::mu_from_m2;
using detail::Base;
using detail::Standing;
using geodata::Snapshot;

/// m² of the largest part of a base whose parts lie nearer to each other than a gap, over all of it.
double largest_share(const Snapshot& layer, const Base& base, double gap_m) {
  std::vector<geometry::Geometry> parts;
  for (const std::size_t item : base.items) {
    const auto land = layer.geometry(item);
    std::size_t path = 0;
    for (const std::uint32_t end : land.part_ends) {
      geometry::Geometry part;
      part.kind = geometry::Kind::polygon;
      for (; path < end; ++path) {
        const auto ring = land.path(path);
        part.positions.insert(part.positions.end(), ring.begin(), ring.end());
        part.end_path();
      }
      part.end_part();
      parts.push_back(std::move(part));
    }
  }
  const std::vector<geometry::GeometryView> views(parts.begin(), parts.end());
  double all = 0, largest = 0;
  for (const auto& group :
       detail::grouped_by_gap(views, gap_m, [](std::size_t, std::size_t) { return true; })) {
    double m2 = 0;
    for (const std::size_t at : group) m2 += geometry::area_m2(views[at]);
    all += m2;
    largest = std::max(largest, m2);
  }
  return all > 0 ? largest / all : 0;
}

std::string years_before(const std::string& day, double years) {
  const int year = std::stoi(day.substr(0, 4)) - static_cast<int>(years);
  return fmt::format("{:04}{}", year, day.substr(4));
}

/// What a single base is held against.
struct Wanted {
  Wanted(const Rule& rule, const When& when)
      : day(when.as_of),
        least_mu(rule.number("base_least_mu", when)),
        tolerance_mu(rule.number("area_tolerance_mu", when).value),
        lenient_share(rule.number("lenient_facility_share_least", when).value),
        gap_m(rule.number("contiguity_gap_m", when).value),
        contiguous_share(rule.number("largest_cluster_share_least", when).value),
        new_years(rule.number("new_base_years", when).value) {}

  std::string day;
  InForce<double> least_mu;
  double tolerance_mu, lenient_share, gap_m, contiguous_share, new_years;
};

struct Ruling {
  std::string verdict = "met";
  std::vector<std::string> reasons;
  double contiguous_share = 0;

  /// What a person has to decide, unless it fails anyway.
  void review(std::string reason) {
    if (verdict == "met") verdict = "for_review";
    reasons.push_back(std::move(reason));
  }
};

/// A base against 300 亩; below it a person decides.
Ruling ruling_of(const Snapshot& layer, const Base& base, const Wanted& wanted) {
  Ruling ruling;
  const double least = wanted.least_mu.value;
  if (base.area_mu < least - wanted.tolerance_mu) {
    const std::string less = fmt::format("菜田面积 {:.2f} 亩，不足 {:g} 亩", base.area_mu, least);
    if (base.facility_share && *base.facility_share >= wanted.lenient_share) {
      ruling.review(
          fmt::format("{}；设施占比 {:.0f} %，可适当放宽，由人决定。", less, *base.facility_share * 100));
    } else {
      ruling.verdict = "not_met";
      ruling.reasons.push_back(less + "。");
    }
  }
  ruling.contiguous_share = largest_share(layer, base, wanted.gap_m);
  if (ruling.contiguous_share < wanted.contiguous_share)
    ruling.review(fmt::format("最大连片占 {:.0f} %，不足 {:.0f} %（间距 {:g} 米以内视为连片）。",
                              ruling.contiguous_share * 100, wanted.contiguous_share * 100, wanted.gap_m));
  const std::string& asked_on = base.applied_on.empty() ? wanted.day : base.applied_on;
  if (!base.founded.empty() && base.founded > years_before(asked_on, wanted.new_years) &&
      base.founded <= wanted.day)
    ruling.review(fmt::format("{} 新建；原则上不支持新建设基地。", base.founded));
  return ruling;
}

constexpr double kMetresAKilometre = 1000;

/// How far it is to where supply goes, by an assumed way and speed.
class Road {
 public:
  Road(const Rule& rule, const When& when)
      : market_{rule.number("market_lon_deg", when).value, rule.number("market_lat_deg", when).value},
        detour_(rule.number("detour_factor", when).value),
        km_h_(rule.number("road_speed_km_h", when).value),
        hours_(rule.number("circle_hours", when).value) {}

  double km_from(geometry::Position place) const {
    return geometry::distance_m(place, market_) * detour_ / kMetresAKilometre;
  }
  double hours(double km) const { return km / km_h_; }
  bool within(double km) const { return hours(km) <= hours_; }
  double circle_hours() const { return hours_; }
  std::string assumed() const {
    return fmt::format(
        "目的地 {:.4f}°E {:.4f}°N；道路里程按直线距离 × {:g}，平均 {:g} 千米/小时（均为假定参数）。",
        market_.lon, market_.lat, detour_, km_h_);
  }

 private:
  geometry::Position market_;
  double detour_, km_h_, hours_;
};

class Bases {
 public:
  explicit Bases(const Context& context)
      : context_(context),
        when_(context.when()),
        rule_(context.rules.rule("bases")),
        layer_(*context.pinned.find("ring_bases")->snapshot),
        calendar_(rule_, when_),
        all_(detail::bases_of(layer_)) {
    result_.check = "bases";
    for (const Base& base : all_) standing_.push_back(calendar_.standing(base));
  }

  CheckResult run() {
    counts();
    each();
    total();
    ratio("daily_share", "daily", "供京量", &Base::daily_t);
    ratio("emergency_share", "emergency", "应急供京量", &Base::emergency_t);
    circle();
    calendar();
    return std::move(result_);
  }

 private:
  template <typename Visit>
  void each_counting(const Visit& visit) const {
    for (std::size_t at = 0; at < all_.size(); ++at) {
      if (standing_[at] == Standing::counts) visit(all_[at]);
    }
  }

  void counts() {
    std::uint64_t count = 0, pending = 0, left = 0;
    for (const Standing standing : standing_)
      ++(standing == Standing::counts ? count : standing == Standing::pending ? pending : left);
    Measure measure = detail::against_plan(rule_, "bases_count", "count", static_cast<double>(count), when_);
    measure.notes.push_back(
        fmt::format("按基地编号计；核算日待认定 {} 个、已退出 {} 个，未计入。", pending, left));
    result_.measures.push_back(std::move(measure));
  }

  void each() {
    const Wanted wanted(rule_, when_);
    base::Json rows = base::Json::array();
    std::map<std::string, std::uint64_t> verdicts;
    for (std::size_t at = 0; at < all_.size(); ++at) {
      const Base& base = all_[at];
      const Ruling ruling = ruling_of(layer_, base, wanted);
      if (standing_[at] == Standing::counts) ++verdicts[ruling.verdict];
      rows.push_back({{"base_id", base.id},
                      {"name", base.name},
                      {"province", base.province},
                      {"county", base.county},
                      {"standing", name(standing_[at])},
                      {"status", base.status},
                      {"status_on", base.status_on},
                      {"area_mu", base.area_mu},
                      {"registered", base.registered_area},
                      {"largest_contiguous_share", ruling.contiguous_share},
                      {"verdict", ruling.verdict},
                      {"reasons", ruling.reasons}});
    }
    Measure measure;
    measure.id = "bases.each";
    measure.title = wanted.least_mu.parameter->title;
    measure.title_en = wanted.least_mu.parameter->title_en;
    const bool none = verdicts.empty();
    measure.value = static_cast<double>(verdicts["met"]);
    measure.unit = "bases";
    measure.target = wanted.least_mu.value;
    measure.comparator = wanted.least_mu.parameter->word;
    measure.source = cite(rule_, *wanted.least_mu.given);
    measure.verdict = verdicts["not_met"] > 0 ? "not_met" : verdicts["for_review"] > 0 ? "for_review" : "met";
    if (none) {
      measure.verdict = "not_run";
      result_.not_run.push_back({measure.id, "", "核算日没有有效的基地。"});
    }
    measure.notes.push_back(fmt::format("合格 {} 个，转人工审核 {} 个，不足 {} 个。", verdicts["met"],
                                        verdicts["for_review"], verdicts["not_met"]));
    measure.detail = std::move(rows);
    result_.measures.push_back(std::move(measure));
  }

  /// The union of those that count (trap 9), beside the sum of what is registered.
  void total() {
    detail::Gathering gathering(context_.scratch / "bases");
    analysis::ExactSum registered;
    each_counting([&](const Base& base) {
      registered.add(base.area_mu);
      for (const std::size_t item : base.items) {
        if (layer_.kind(item) == geometry::Kind::polygon)
          gathering.add(layer_.geometry(item), layer_.area_m2(item));
      }
    });
    const auto once =
        analysis::land_once(*gathering.finish(), {.threads = context_.threads}, context_.progress);
    Measure measure = detail::against_plan(rule_, "bases_total_mu", "total", mu_from_m2(once.once_m2.value()),
                                           when_, rule_.number("area_tolerance_mu", when_).value);
    measure.notes.push_back(
        fmt::format("图形并集；图形之和 {} 亩，登记菜田面积之和 {} 亩。",
                    base::grouped(fmt::format("{:.2f}", mu_from_m2(once.gross_m2.value()))),
                    base::grouped(fmt::format("{:.2f}", registered.value()))));
    result_.measures.push_back(std::move(measure));
  }

  /// Σ supplied over Σ output of those that report both; never a mean of ratios (trap 8).
  void ratio(const char* parameter, const char* id, const char* what, std::optional<double> Base::*supplied) {
    analysis::ExactSum output, sent;
    std::uint64_t silent = 0;
    each_counting([&](const Base& base) {
      if (!base.output_t || !(base.*supplied)) {
        ++silent;
        return;
      }
      output.add(*base.output_t);
      sent.add(*(base.*supplied));
    });
    if (output.value() <= 0) {
      result_.measures.push_back(
          detail::not_measured(rule_, parameter, id, when_, fmt::format("没有基地同时报告产量和{}。", what)));
      result_.not_run.push_back({result_.measures.back().id, "", result_.measures.back().notes.back()});
      return;
    }
    Measure measure = detail::against_plan(rule_, parameter, id, sent.value() / output.value(), when_);
    measure.notes.push_back(fmt::format("{} {} 吨 ÷ 产量 {} 吨，全圈合计。", what,
                                        base::grouped(fmt::format("{:.0f}", sent.value())),
                                        base::grouped(fmt::format("{:.0f}", output.value()))));
    if (silent > 0) measure.notes.push_back(fmt::format("{} 个基地缺少数据，未计入。", silent));
    result_.measures.push_back(std::move(measure));
  }

  /// Which bases can supply in an emergency, how much and how far; information, no verdict.
  void circle() {
    const Road road(rule_, when_);
    analysis::ExactSum within;
    std::uint64_t inside = 0, outside = 0, silent = 0;
    base::Json rows = base::Json::array();
    each_counting([&](const Base& base) {
      if (!base.emergency_t) {
        ++silent;
        return;
      }
      const double km = road.km_from(geometry::point_on(layer_.geometry(base.items.front())));
      ++(road.within(km) ? inside : outside);
      if (road.within(km)) within.add(*base.emergency_t);
      rows.push_back({{"base_id", base.id},
                      {"name", base.name},
                      {"county", base.county},
                      {"emergency_t", *base.emergency_t},
                      {"road_km", km},
                      {"hours", road.hours(km)},
                      {"within", road.within(km)}});
    });
    Measure measure;
    measure.id = "bases.circle";
    measure.title = fmt::format("{:g} 小时圈内应急供京量", road.circle_hours());
    measure.title_en = fmt::format("Emergency supply within {:g} hours", road.circle_hours());
    measure.unit = "t";
    const auto hours = rule_.number("circle_hours", when_);
    measure.source = cite(rule_, *hours.given);
    if (rows.empty()) {
      measure.verdict = "not_run";
      measure.notes.emplace_back("没有有效的基地报告应急供京量。");
      result_.not_run.push_back({measure.id, "", measure.notes.back()});
    } else {
      measure.value = within.value();
      measure.notes.push_back(fmt::format("圈内 {} 个基地，圈外 {} 个。", inside, outside));
      if (silent > 0) measure.notes.push_back(fmt::format("{} 个基地未报告应急供京量，未计入。", silent));
    }
    measure.notes.push_back(road.assumed());
    measure.detail = std::move(rows);
    result_.measures.push_back(std::move(measure));
  }

  /// Bases whose dates do not go with the year's calendar: for a person to look at.
  void calendar() {
    base::Json rows = base::Json::array();
    for (std::size_t at = 0; at < all_.size(); ++at) {
      if (standing_[at] == Standing::left) continue;
      auto faults = calendar_.faults(all_[at]);
      if (faults.empty()) continue;
      rows.push_back({{"base_id", all_[at].id},
                      {"name", all_[at].name},
                      {"standing", name(standing_[at])},
                      {"applied_on", all_[at].applied_on},
                      {"assessed_on", all_[at].assessed_on},
                      {"reasons", std::move(faults)}});
    }
    Measure measure;
    measure.id = "bases.calendar";
    measure.title = "日期与年度安排不符的基地";
    measure.title_en = "Bases whose dates do not go with the year's calendar";
    measure.unit = "bases";
    if (all_.empty()) {
      measure.verdict = "not_run";
      result_.not_run.push_back({measure.id, "", "没有登记的基地。"});
    } else {
      measure.value = static_cast<double>(rows.size());
      measure.verdict = rows.empty() ? "met" : "for_review";
    }
    measure.source = cite(rule_, *rule_.number("apply_first_month", when_).given);
    measure.notes.push_back(calendar_.day_of_year());
    measure.detail = std::move(rows);
    result_.measures.push_back(std::move(measure));
  }

  const Context& context_;
  const When when_;
  const Rule& rule_;
  const Snapshot& layer_;
  const detail::Calendar calendar_;
  std::vector<Base> all_;
  std::vector<Standing> standing_;
  CheckResult result_;
};

}  // namespace

CheckResult check_bases(const Context& context) {
  if (auto missing = detail::missing_layers(context, context.rules.rule("bases"))) {
    CheckResult result;
    result.check = "bases";
    result.not_run.push_back(std::move(*missing));
    return result;
  }
  return Bases(context).run();
}

}  // namespace caitu::checks
