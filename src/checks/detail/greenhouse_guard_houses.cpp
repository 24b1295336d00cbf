// G3: guard houses.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.hpp"
#include "checks/detail/greenhouse.hpp"
#include "checks/detail/words.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;

/// How large a guard house may be at a place.
struct Limit {
  double m2 = 0;
  double unsettled_m2 = 0;  ///< a higher one that may hold there instead, or 0
  std::string basis, held_back, held_back_zh, unsettled_basis;
};

/// Why a guard house is no clear case.
struct Reason {
  Verdict verdict;
  std::string what, what_zh;
  Turn turns;
  Turn makes_violation = {};  ///< what would make it one; empty when it is one, or nothing would
  std::string held_back = {}, held_back_zh = {};
};

class GuardHouse {
 public:
  explicit GuardHouse(const Sites& sites)
      : sites_(sites),
        rule_(sites.context().rules.rule("G3")),
        when_(sites.context().when()),
        structures_(*sites.layer("structures")),
        use_(structures_, "use_found"),
        storeys_(structures_, "storeys"),
        error_(structures_, "error_m2"),
        project_(structures_, "project_id"),
        greenhouse_(structures_, "greenhouse_id"),
        rounding_m2_(rule_.number("rounding_m2", when_).value),
        unknown_error_m2_(rule_.number("unknown_error_m2", when_).value) {}

  /// Nothing when it is clear.
  std::optional<Finding> judge(std::size_t item) const {
    Finding finding = sites_.begin(rule_, Verdict::clear, {subject_of(structures_, item)});
    std::vector<Reason> reasons;
    judge_size(item, finding, reasons);
    judge_storeys(item, finding, reasons);
    judge_use(item, finding, reasons);
    if (reasons.empty()) return {};
    put_together(std::move(reasons), finding);
    sites_.locate(finding, geometry::oriented(structures_.geometry(item)));
    return finding;
  }

 private:
  Limit limit_of(std::size_t item) const {
    const Place place = sites_.places().of(structures_.geometry(item), project_.text(item));
    Scope scope{.province = place.province, .county = place.county};
    scope.region = rule_.text("region", when_, scope).value;
    const auto in_force = rule_.number("guard_house_limit_m2", when_, scope);
    Limit limit{in_force.value,
                0,
                cite(rule_, *in_force.given),
                in_force.held_back.value_or(""),
                in_force.held_back_zh.value_or(""),
                {}};
    const auto unsettled = rule_.find<std::string>("unsettled_region", when_, scope);
    if (!unsettled) return limit;
    const Scope other{.region = unsettled->value};
    auto higher = rule_.number("guard_house_limit_m2", when_, other);
    if (greenhouse_mu(item) > rule_.number("large_greenhouse_over_mu", when_, other).value)
      higher = rule_.number("large_greenhouse_limit_m2", when_, other);
    limit.unsettled_m2 = higher.value;
    limit.unsettled_basis = cite(rule_, *higher.given);
    return limit;
  }

  std::string source(std::size_t item) const { return "structures " + key_of(structures_, item); }

  /// Footprint of the greenhouse that it serves: the one that it names, else the one that it stands in.
  double greenhouse_mu(std::size_t item) const {
    const Snapshot* greenhouses = sites_.layer("greenhouses");
    if (greenhouses == nullptr) return 0;
    const std::string_view named = greenhouse_.text(item);
    const FieldOf id(*greenhouses, "greenhouse_id");
    for (std::size_t at = 0; !named.empty() && at < greenhouses->size(); ++at) {
      if (id.text(at) == named) return base::mu_from_m2(greenhouses->area_m2(at));
    }
    const Inside in = inside(*greenhouses, structures_.geometry(item));
    return in.items.empty() ? 0 : base::mu_from_m2(greenhouses->area_m2(in.items.front()));
  }

  void judge_size(std::size_t item, Finding& finding, std::vector<Reason>& reasons) const {
    const Limit limit = limit_of(item);
    const auto error = error_.number(item);
    const bool known = error && *error >= 0;
    finding.measured = structures_.area_m2(item);
    finding.limit = limit.m2;
    finding.tolerance = known ? *error : unknown_error_m2_;
    finding.unit = "m2";
    finding.facts = {
        {"area", "占地面积", with_unit(finding.measured, 2, "m2"), "measured on " + source(item)},
        {"limit", "面积上限", with_unit(limit.m2, 1, "m2"), limit.basis},
        {"measuring error", "测量误差",
         (known ? "± " : "unknown; taken as ± ") + with_unit(finding.tolerance, 2, "m2"),
         known ? source(item) : "G3 unknown_error_m2"}};
    Excess excess{finding.measured - limit.m2, finding.tolerance, rounding_m2_};
    excess.beyond = finding.measured - std::max(limit.m2, limit.unsettled_m2);
    if (excess.any()) reasons.push_back(too_large(limit, excess, finding));
  }

  static Reason too_large(const Limit& limit, const Excess& excess, Finding& finding) {
    const Figures figures{.unit = "m2", .what_zh = "面积"};
    const std::string allowed = with_unit(limit.m2, 1, "m2"), area = with_unit(finding.measured, 2, "m2");
    Reason reason{.verdict = Verdict::for_field_check,
                  .what = fmt::format("A guard house of {}; {} is allowed.", area, allowed),
                  .what_zh = fmt::format("看护房 {}，上限 {}。", area, allowed),
                  .turns = less(excess, figures)};
    if (limit.unsettled_m2 > 0 && excess.beyond <= excess.tolerance + excess.rounding) {
      add_unsettled(limit, excess, finding, reason);
    } else if (!excess.sure()) {
      reason.held_back = fmt::format("the excess of {} lies within the measuring error of {}",
                                     with_unit(excess.over, 2, "m2"), with_unit(excess.tolerance, 2, "m2"));
      reason.held_back_zh = fmt::format("超出 {}，在测量误差 {} 之内", with_unit(excess.over, 2, "m2"),
                                        with_unit(excess.tolerance, 2, "m2"));
      if (limit.held_back.empty()) reason.makes_violation = more_sure(excess, figures);
    } else if (!limit.held_back.empty()) {
      reason.held_back = limit.held_back;
      reason.held_back_zh = limit.held_back_zh;
      reason.makes_violation = {"a proven limit in force of " + allowed, "现行有据的上限为 " + allowed};
    } else {
      reason.verdict = Verdict::violation;
      reason.turns = less_or_less_sure(excess, figures);
    }
    return reason;
  }

  /// Of two limits it is not settled which one holds.
  static void add_unsettled(const Limit& limit, const Excess& excess, Finding& finding, Reason& reason) {
    const std::string lower = with_unit(limit.m2, 1, "m2"), higher = with_unit(limit.unsettled_m2, 1, "m2");
    finding.facts.push_back({"limit that may hold instead", "可能适用的上限", higher, limit.unsettled_basis});
    reason.held_back = fmt::format("which of the limits {} and {} holds here is not settled", lower, higher);
    reason.held_back_zh = fmt::format("此处适用 {} 还是 {} 的上限尚未明确", lower, higher);
    if (excess.beyond <= excess.rounding) {
      reason.turns.en += fmt::format(", or a ruling that {} holds", higher);
      reason.turns.zh += fmt::format("，或明确适用 {} 的上限", higher);
    }
    if (excess.sure() && limit.held_back.empty())
      reason.makes_violation = {fmt::format("a ruling that {} holds", lower),
                                fmt::format("明确适用 {} 的上限", lower)};
  }

  void judge_storeys(std::size_t item, Finding& finding, std::vector<Reason>& reasons) const {
    const auto storeys = storeys_.number(item);
    const auto most = rule_.number("storeys_most", when_);
    if (!storeys || *storeys <= most.value) return;
    finding.facts.push_back({"storeys", "层数", fmt::format("{:.0f}", *storeys), source(item)});
    reasons.push_back({.verdict = most.held_back ? Verdict::for_field_check : Verdict::violation,
                       .what = fmt::format("It has {:.0f} storeys; {:.0f} is allowed.", *storeys, most.value),
                       .what_zh = fmt::format("层数 {:.0f}，只许 {:.0f} 层。", *storeys, most.value),
                       .turns = {fmt::format("{:.0f} storeys less", *storeys - most.value),
                                 fmt::format("减少 {:.0f} 层", *storeys - most.value)},
                       .held_back = most.held_back.value_or(""),
                       .held_back_zh = most.held_back_zh.value_or("")});
  }

  void judge_use(std::size_t item, Finding& finding, std::vector<Reason>& reasons) const {
    const std::string_view use = use_.text(item);
    if (use.empty()) return;
    const auto negating = rule_.texts("negating_words", when_).value;
    const Words words(use, negating);
    const auto tells = [&](const char* name) { return words.tell(rule_.texts(name, when_).value); };
    const auto put_to = [&](const char* what, const char* what_zh) {
      reasons.push_back({.verdict = Verdict::violation,
                         .what = what,
                         .what_zh = what_zh,
                         .turns = {"a use found that is watching alone", "恢复看护用途"}});
    };
    if (tells("letting_words")) {
      put_to("It is let.", "用于出租。");
    } else if (tells("selling_words")) {
      put_to("It was sold.", "用于出售。");
    } else if (tells("lived_in_words")) {
      put_to("It is lived in for good.", "用于常住。");
    } else if (tells("dwelling_words") && !tells("watching_words")) {
      reasons.push_back({.verdict = Verdict::for_field_check,
                         .what = "Somebody may be living in it.",
                         .what_zh = "可能用于居住。",
                         .turns = {"a record that somebody watches there", "查明为看护住宿"},
                         .makes_violation = {"a record that somebody lives there for good", "查明为常住"},
                         .held_back = "whether it is a permanent dwelling is not recorded",
                         .held_back_zh = "没有记录是否常住"});
    } else {
      return;
    }
    finding.facts.push_back({"use", "用途", std::string(use), source(item)});
  }

  /// The worst verdict's words first. To turn it, all of its reasons have to go.
  static void put_together(std::vector<Reason> reasons, Finding& finding) {
    std::ranges::stable_sort(reasons, [](const Reason& a, const Reason& b) { return a.verdict > b.verdict; });
    finding.verdict = reasons.front().verdict;
    finding.held_back_by = reasons.front().held_back;
    finding.held_back_by_zh = reasons.front().held_back_zh;
    for (const Reason& one : reasons) {
      finding.what += (finding.what.empty() ? "" : " ") + one.what;
      finding.what_zh += one.what_zh;
      if (one.verdict != finding.verdict) continue;
      finding.turns += (finding.turns.empty() ? "" : "; and ") + one.turns.en;
      finding.turns_zh += (finding.turns_zh.empty() ? "" : "；且") + one.turns.zh;
    }
    for (const Reason& one : reasons) {
      if (finding.verdict == Verdict::violation || one.makes_violation.en.empty()) continue;
      finding.turns += fmt::format("; {} would make it a violation", one.makes_violation.en);
      finding.turns_zh += fmt::format("；{}则为违规", one.makes_violation.zh);
    }
  }

  const Sites& sites_;
  const Rule& rule_;
  const When when_;
  const Snapshot& structures_;
  FieldOf use_, storeys_, error_, project_, greenhouse_;
  double rounding_m2_, unknown_error_m2_;
};

}  // namespace

Rulings guard_houses(const Sites& sites) {
  const Snapshot& structures = *sites.layer("structures");
  const auto kinds =
      sites.context().rules.rule("G1").texts("guard_house_kinds", sites.context().when()).value;
  const FieldOf kind(structures, "kind");
  const GuardHouse guard_house(sites);
  Rulings rulings;
  for (std::size_t item = 0; item < structures.size(); ++item) {
    if (structures.kind(item) != geometry::Kind::polygon) continue;
    if (std::ranges::find(kinds, kind.text(item)) == kinds.end()) continue;
    ++rulings.at;
    if (auto finding = guard_house.judge(item)) {
      rulings.findings.push_back(std::move(*finding));
    } else {
      ++rulings.clear;
    }
  }
  return rulings;
}

}  // namespace caitu::checks::detail
