#include "checks/bases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/account.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/land_in_use.hpp"
#include "checks/detail/measures.hpp"
#include "checks/detail/needs.hpp"
#include "checks/detail/shapes.hpp"
#include "checks/detail/words.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks {
namespace {

using base::mu_from_m2;
using detail::FieldOf;
using geodata::Snapshot;

/// A registered base: all its outlines together.
struct Base {
  std::string id, name, county, province, status, status_on, founded, applied_on, assessed_on;
  std::vector<std::size_t> items;
  double area_mu = 0;  ///< as registered, else measured
  bool registered_area = false;
  std::optional<double> facility_share, output_t, daily_t, emergency_t;
};

std::vector<Base> bases_of(const Snapshot& layer) {
  const FieldOf id(layer, "base_id"), name(layer, "name"), county(layer, "county"),
      province(layer, "province"), status(layer, "status"), status_on(layer, "status_on"),
      founded(layer, "founded"), applied(layer, "applied_on"), assessed(layer, "assessed_on"),
      area(layer, "area_mu"), share(layer, "facility_share"), output(layer, "output_t"),
      daily(layer, "supplied_daily_t"), emergency(layer, "supplied_emergency_t");
  std::map<std::string, Base> by_id;
  for (std::size_t item = 0; item < layer.size(); ++item) {
    Base& base = by_id[std::string(id.text(item))];
    base.items.push_back(item);
    if (base.items.size() > 1) continue;
    base.id = id.text(item);
    base.name = name.text(item);
    base.county = county.text(item);
    base.province = province.text(item);
    base.status = status.text(item);
    base.status_on = status_on.text(item);
    base.founded = founded.text(item);
    base.applied_on = applied.text(item);
    base.assessed_on = assessed.text(item);
    base.registered_area = area.number(item).has_value();
    base.area_mu = area.number(item).value_or(0);
    base.facility_share = share.number(item);
    base.output_t = output.number(item);
    base.daily_t = daily.number(item);
    base.emergency_t = emergency.number(item);
  }
  std::vector<Base> bases;
  for (auto& [key, base] : by_id) {
    if (!base.registered_area) {
      std::vector<geometry::GeometryView> outlines;
      for (const std::size_t item : base.items) outlines.push_back(layer.geometry(item));
      base.area_mu = mu_from_m2(detail::union_of(outlines).m2);
    }
    bases.push_back(std::move(base));
  }
  return bases;
}

enum class Standing { counts, pending, left };

/// What a base is on the day by its dates and status.
class Calendar {
 public:
  Calendar(const Rule& rule, const When& when)
      : day_(when.as_of),
        left_(rule.texts("left_status_words", when).value),
        pending_(rule.texts("pending_status_words", when).value),
        recognised_(rule.texts("recognised_status_words", when).value) {}

  Standing of(const Base& base) const {
    // A status of a later day says nothing of this one.
    const bool known = base.status_on.empty() || base.status_on <= day_;
    const detail::Words words(base.status);
    if (known && words.tell(left_)) return Standing::left;
    if (!base.founded.empty() && base.founded > day_) return Standing::pending;
    if (!base.assessed_on.empty()) return base.assessed_on <= day_ ? Standing::counts : Standing::pending;
    if (known && words.tell(pending_)) return Standing::pending;
    if (known && words.tell(recognised_)) return Standing::counts;
    return base.applied_on.empty() ? Standing::counts : Standing::pending;
  }

 private:
  std::string day_;
  std::vector<std::string> left_, pending_, recognised_;
};

std::string_view name(Standing standing) {
  return standing == Standing::counts ? "counts" : standing == Standing::pending ? "pending" : "left";
}

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

class Bases {
 public:
  explicit Bases(const Context& context)
      : context_(context),
        when_(context.when()),
        rule_(context.rules.rule("bases")),
        layer_(*context.pinned.find("ring_bases")->snapshot),
        all_(bases_of(layer_)) {
    result_.check = "bases";
    const Calendar calendar(rule_, when_);
    for (const Base& base : all_) standing_.push_back(calendar.of(base));
  }

  CheckResult run() {
    each();
    counts();
    total();
    ratio("daily_share", "daily", "供京量", &Base::daily_t);
    ratio("emergency_share", "emergency", "应急供京量", &Base::emergency_t);
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
    result_.measures.insert(result_.measures.begin(), std::move(measure));
  }

  /// Each base against 300 亩; below it a person decides.
  void each() {
    const auto least = rule_.number("base_least_mu", when_);
    const double tolerance = rule_.number("area_tolerance_mu", when_).value;
    const double lenient = rule_.number("lenient_facility_share_least", when_).value;
    const double gap = rule_.number("contiguity_gap_m", when_).value;
    const double contiguous = rule_.number("largest_cluster_share_least", when_).value;
    const std::string new_since = years_before(when_.as_of, rule_.number("new_base_years", when_).value);
    base::Json rows = base::Json::array();
    std::map<std::string, std::uint64_t> verdicts;
    for (std::size_t at = 0; at < all_.size(); ++at) {
      const Base& base = all_[at];
      std::string verdict = "met";
      base::Json reasons = base::Json::array();
      const double share = largest_share(layer_, base, gap);
      if (base.area_mu < least.value - tolerance) {
        const bool may = base.facility_share && *base.facility_share >= lenient;
        verdict = may ? "for_review" : "not_met";
        reasons.push_back(
            may ? fmt::format("菜田面积 {:.2f} 亩，不足 {:g} 亩；设施占比 {:.0f} %，可适当放宽，由人决定。",
                              base.area_mu, least.value, *base.facility_share * 100)
                : fmt::format("菜田面积 {:.2f} 亩，不足 {:g} 亩。", base.area_mu, least.value));
      }
      if (share < contiguous) {
        if (verdict == "met") verdict = "for_review";
        reasons.push_back(fmt::format("最大连片占 {:.0f} %，不足 {:.0f} %（间距 {:g} 米以内视为连片）。",
                                      share * 100, contiguous * 100, gap));
      }
      if (!base.founded.empty() && base.founded > new_since && base.founded <= when_.as_of) {
        if (verdict == "met") verdict = "for_review";
        reasons.push_back(fmt::format("{} 新建；原则上不支持新建设基地。", base.founded));
      }
      if (standing_[at] == Standing::counts) ++verdicts[verdict];
      rows.push_back({{"base_id", base.id},
                      {"name", base.name},
                      {"province", base.province},
                      {"county", base.county},
                      {"standing", name(standing_[at])},
                      {"status", base.status},
                      {"status_on", base.status_on},
                      {"area_mu", base.area_mu},
                      {"registered", base.registered_area},
                      {"largest_contiguous_share", share},
                      {"verdict", verdict},
                      {"reasons", std::move(reasons)}});
    }
    Measure measure;
    measure.id = "bases.each";
    measure.title = least.parameter->title;
    measure.title_en = least.parameter->title_en;
    const bool none = verdicts.empty();
    measure.value = static_cast<double>(verdicts["met"]);
    measure.unit = "bases";
    measure.target = least.value;
    measure.comparator = least.parameter->word;
    measure.source = cite(rule_, *least.given);
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

  const Context& context_;
  const When when_;
  const Rule& rule_;
  const Snapshot& layer_;
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
