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
  std::string basis, held_back, unsettled_basis;
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
    judge_size(item, finding);
    judge_storeys(item, finding);
    judge_use(item, finding);
    if (finding.verdict == Verdict::clear) return {};
    sites_.locate(finding, geometry::oriented(structures_.geometry(item)));
    return finding;
  }

 private:
  Limit limit_of(std::size_t item) const {
    const Place place = sites_.places().of(structures_.geometry(item), project_.text(item));
    Scope scope{.province = place.province, .county = place.county};
    scope.region = rule_.text("region", when_, scope).value;
    const auto in_force = rule_.number("guard_house_limit_m2", when_, scope);
    Limit limit{in_force.value, 0, cite(rule_, *in_force.given), in_force.held_back.value_or(""), {}};
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

  void judge_size(std::size_t item, Finding& finding) const {
    const Limit limit = limit_of(item);
    const auto error = error_.number(item);
    const bool known = error && *error >= 0;
    finding.measured = structures_.area_m2(item);
    finding.limit = limit.m2;
    finding.tolerance = known ? *error : unknown_error_m2_;
    finding.unit = "m2";
    const double over = finding.measured - limit.m2;
    finding.facts = {
        {"area", "占地面积", with_unit(finding.measured, 2, "m2"), "measured on " + source(item)},
        {"limit", "面积上限", with_unit(limit.m2, 1, "m2"), limit.basis},
        {"measuring error", "测量误差",
         (known ? "± " : "unknown; taken as ± ") + with_unit(finding.tolerance, 2, "m2"),
         known ? source(item) : "G3 unknown_error_m2"}};
    if (over <= rounding_m2_) return;
    const bool sure = over > finding.tolerance + rounding_m2_;
    const bool unsettled =
        limit.unsettled_m2 > 0 && finding.measured <= limit.unsettled_m2 + finding.tolerance + rounding_m2_;
    finding.verdict =
        sure && !unsettled && limit.held_back.empty() ? Verdict::violation : Verdict::for_field_check;
    finding.what = fmt::format("A guard house of {}; {} is allowed.", with_unit(finding.measured, 2, "m2"),
                               with_unit(limit.m2, 1, "m2"));
    finding.what_zh = fmt::format("看护房 {}，上限 {}。", with_unit(finding.measured, 2, "m2"),
                                  with_unit(limit.m2, 1, "m2"));
    finding.turns = fmt::format("{} less", with_unit(over, 2, "m2"));
    finding.turns_zh = fmt::format("面积减少 {}", with_unit(over, 2, "m2"));
    if (sure) {
      finding.turns += fmt::format(", or a survey error of {} or more", with_unit(over, 2, "m2"));
      finding.turns_zh += fmt::format("，或测量误差达到 {}", with_unit(over, 2, "m2"));
    } else {
      finding.held_back_by = fmt::format("the excess of {} lies within the measuring error of {}",
                                         with_unit(over, 2, "m2"), with_unit(finding.tolerance, 2, "m2"));
      finding.turns +=
          fmt::format("; a survey error below {} would make it a violation", with_unit(over, 2, "m2"));
      finding.turns_zh += fmt::format("；测量误差小于 {} 时为违规", with_unit(over, 2, "m2"));
    }
    if (unsettled) {
      finding.facts.push_back({"limit that may hold instead", "可能适用的上限",
                               with_unit(limit.unsettled_m2, 1, "m2"), limit.unsettled_basis});
      finding.held_back_by =
          fmt::format("which of the limits {} and {} holds here is not settled", with_unit(limit.m2, 1, "m2"),
                      with_unit(limit.unsettled_m2, 1, "m2"));
    }
    if (sure && !unsettled) finding.held_back_by = limit.held_back;
  }

  /// A reason besides the size. The worse verdict's words stand first.
  static void add(Finding& finding, Verdict verdict, const std::string& what, const std::string& what_zh,
                  const std::string& turns, const std::string& turns_zh, const std::string& held_back) {
    const bool first = finding.verdict == Verdict::clear;
    const bool worse = verdict > finding.verdict;
    finding.what = first ? what : worse ? what + " " + finding.what : finding.what + " " + what;
    finding.what_zh = first ? what_zh : worse ? what_zh + finding.what_zh : finding.what_zh + what_zh;
    finding.turns = first ? turns : finding.turns + "; and " + turns;
    finding.turns_zh = first ? turns_zh : finding.turns_zh + "；且" + turns_zh;
    if (worse) {
      finding.verdict = verdict;
      finding.held_back_by = held_back;
    }
  }

  void judge_storeys(std::size_t item, Finding& finding) const {
    const auto storeys = storeys_.number(item);
    const auto most = rule_.number("storeys_most", when_);
    if (!storeys || *storeys <= most.value) return;
    finding.facts.push_back({"storeys", "层数", fmt::format("{:.0f}", *storeys), source(item)});
    add(finding, most.held_back ? Verdict::for_field_check : Verdict::violation,
        fmt::format("It has {:.0f} storeys; {:.0f} is allowed.", *storeys, most.value),
        fmt::format("层数 {:.0f}，只许 {:.0f} 层。", *storeys, most.value), "one storey only", "改为单层",
        most.held_back.value_or(""));
  }

  void judge_use(std::size_t item, Finding& finding) const {
    const std::string_view use = use_.text(item);
    if (use.empty()) return;
    const auto negating = rule_.texts("negating_words", when_).value;
    const Words words(use, negating);
    const auto tells = [&](const char* name) { return words.tell(rule_.texts(name, when_).value); };
    const auto put_to = [&](const char* what, const char* what_zh) {
      finding.facts.push_back({"use", "用途", std::string(use), source(item)});
      add(finding, Verdict::violation, what, what_zh, "a use that is watching", "恢复看护用途", "");
    };
    if (tells("letting_words")) {
      put_to("It is let.", "用于出租。");
    } else if (tells("selling_words")) {
      put_to("It was sold.", "用于出售。");
    } else if (tells("lived_in_words")) {
      put_to("It is lived in for good.", "用于常住。");
    } else if (tells("dwelling_words") && !tells("watching_words")) {
      finding.facts.push_back({"use", "用途", std::string(use), source(item)});
      add(finding, Verdict::for_field_check, "Somebody may be living in it.", "可能用于居住。",
          "a record that somebody watches there", "查明为看护住宿",
          "whether it is a permanent dwelling is not recorded");
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
