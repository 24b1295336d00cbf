#include "checks/detail/base_register.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/units.hpp"
#include "checks/detail/attributes.hpp"
#include "checks/detail/shapes.hpp"
#include "checks/detail/words.hpp"

namespace caitu::checks::detail {
namespace {

/// 1 to 12; 0 for what is no ISO date.
int month_of(std::string_view day) {
  int month = 0;
  if (day.size() >= 7) std::from_chars(day.data() + 5, day.data() + 7, month);
  return month;
}

void fill(std::string& value, std::string_view said) {
  if (value.empty()) value = said;
}
void fill(std::optional<double>& value, std::optional<double> said) {
  if (!value) value = said;
}

}  // namespace

std::vector<Base> bases_of(const geodata::Snapshot& layer) {
  const FieldOf id(layer, "base_id"), name(layer, "name"), county(layer, "county"),
      province(layer, "province"), status(layer, "status"), status_on(layer, "status_on"),
      founded(layer, "founded"), applied(layer, "applied_on"), assessed(layer, "assessed_on"),
      area(layer, "area_mu"), share(layer, "facility_share"), output(layer, "output_t"),
      daily(layer, "supplied_daily_t"), emergency(layer, "supplied_emergency_t");
  std::map<std::string, Base> by_id;
  for (std::size_t item = 0; item < layer.size(); ++item) {
    Base& base = by_id[std::string(id.text(item))];
    base.items.push_back(item);
    base.id = id.text(item);
    fill(base.name, name.text(item));
    fill(base.county, county.text(item));
    fill(base.province, province.text(item));
    fill(base.status, status.text(item));
    fill(base.status_on, status_on.text(item));
    fill(base.founded, founded.text(item));
    fill(base.applied_on, applied.text(item));
    fill(base.assessed_on, assessed.text(item));
    if (const auto mu = area.number(item); mu && !base.registered_area) {
      base.registered_area = true;
      base.area_mu = *mu;
    }
    fill(base.facility_share, share.number(item));
    fill(base.output_t, output.number(item));
    fill(base.daily_t, daily.number(item));
    fill(base.emergency_t, emergency.number(item));
  }
  std::vector<Base> bases;
  for (auto& [key, base] : by_id) {
    if (!base.registered_area) {
      std::vector<geometry::GeometryView> outlines;
      for (const std::size_t item : base.items) outlines.push_back(layer.geometry(item));
      base.area_mu = base::mu_from_m2(union_of(outlines).m2);
    }
    bases.push_back(std::move(base));
  }
  return bases;
}

std::string_view name(Standing standing) {
  return standing == Standing::counts ? "counts" : standing == Standing::pending ? "pending" : "left";
}

bool Calendar::Months::hold(std::string_view day) const {
  const int month = month_of(day);
  return first <= month && month <= last;
}

std::string Calendar::Months::text() const { return fmt::format("{} 月至 {} 月", first, last); }

Calendar::Months Calendar::months(const Rule& rule, const std::string& what, const When& when) const {
  return {static_cast<int>(rule.number(what + "_first_month", when).value),
          static_cast<int>(rule.number(what + "_last_month", when).value)};
}

Calendar::Calendar(const Rule& rule, const When& when)
    : day_(when.as_of),
      left_(rule.texts("left_status_words", when).value),
      pending_(rule.texts("pending_status_words", when).value),
      recognised_(rule.texts("recognised_status_words", when).value),
      apply_(months(rule, "apply", when)),
      assess_(months(rule, "assess", when)),
      pay_by_(static_cast<int>(rule.number("pay_by_month", when).value)) {}

Standing Calendar::standing(const Base& base) const {
  // A status of a later day says nothing of this one.
  const bool known = base.status_on.empty() || base.status_on <= day_;
  const Words words(base.status);
  if (known && words.tell(left_)) return Standing::left;
  if (!base.founded.empty() && base.founded > day_) return Standing::pending;
  if (!base.assessed_on.empty()) return base.assessed_on <= day_ ? Standing::counts : Standing::pending;
  if (known && words.tell(pending_)) return Standing::pending;
  if (known && words.tell(recognised_)) return Standing::counts;
  return base.applied_on.empty() ? Standing::counts : Standing::pending;
}

std::string Calendar::day_of_year() const {
  const std::string_view stage = apply_.hold(day_)                ? "申报遴选期"
                                 : assess_.hold(day_)             ? "综合评估期"
                                 : month_of(day_) < assess_.first ? "申报已截止、评估未开始"
                                                                  : "评估已截止";
  return fmt::format("核算日 {} 处于{}：{}申报遴选，{}综合评估，{} 月底前拨付奖补资金。", day_, stage,
                     apply_.text(), assess_.text(), pay_by_);
}

std::vector<std::string> Calendar::faults(const Base& base) const {
  std::vector<std::string> faults;
  if (!base.applied_on.empty() && base.applied_on <= day_ && !apply_.hold(base.applied_on))
    faults.push_back(fmt::format("{} 申报，不在{}内。", base.applied_on, apply_.text()));
  if (!base.assessed_on.empty() && base.assessed_on <= day_ && !assess_.hold(base.assessed_on))
    faults.push_back(fmt::format("{} 评定，不在{}内。", base.assessed_on, assess_.text()));
  const bool awaited = !base.applied_on.empty() && base.assessed_on.empty();
  if (awaited && standing(base) == Standing::pending) {
    const std::string_view year = std::string_view(base.applied_on).substr(0, 4), now(day_.data(), 4);
    if (year < now || (year == now && month_of(day_) > assess_.last))
      faults.push_back(fmt::format("{} 申报，当年{}未见评定。", base.applied_on, assess_.text()));
  }
  return faults;
}

}  // namespace caitu::checks::detail
