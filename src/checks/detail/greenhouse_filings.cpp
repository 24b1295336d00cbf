// G7 and G8: filings, and closed cases that are back.
#include <fmt/format.h>

#include <algorithm>

#include "checks/detail/greenhouse.hpp"
#include "checks/detail/shapes.hpp"
#include "checks/detail/words.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::Snapshot;
using Texts = std::vector<std::string>;

/// What a plot is filed for or a building used for; unknown where neither kind nor words tell.
enum class Trade { unknown, growing, livestock, fishery, non_farm };

class Trades {
 public:
  Trades(const Rule& rule, const When& when)
      : non_farm_(rule.texts("non_farm_kinds", when).value),
        growing_kinds_(rule.texts("growing_kinds", when).value),
        growing_(rule.texts("growing_words", when).value),
        livestock_(rule.texts("livestock_words", when).value),
        fishery_(rule.texts("fishery_words", when).value) {}

  Trade of_words(std::string_view text) const {
    const Words words(text);
    if (words.tell(fishery_)) return Trade::fishery;
    if (words.tell(livestock_)) return Trade::livestock;
    return words.tell(growing_) ? Trade::growing : Trade::unknown;
  }
  /// The use found decides; without one that tells, the kind.
  Trade of_building(std::string_view kind, std::string_view use) const {
    if (std::ranges::find(non_farm_, kind) != non_farm_.end()) return Trade::non_farm;
    const Trade found = of_words(use);
    if (found != Trade::unknown) return found;
    return std::ranges::find(growing_kinds_, kind) != growing_kinds_.end() ? Trade::growing : Trade::unknown;
  }

 private:
  Texts non_farm_, growing_kinds_, growing_, livestock_, fishery_;
};

void judge_filing_numbers(const Sites& sites, const Rule& rule, const Snapshot& facilities,
                          Rulings& rulings) {
  const auto required = rule.find<bool>("filing_required", sites.context().when());
  if (!required || !required->value) return;
  const FieldOf filing(facilities, "filing_no"), use(facilities, "use_filed");
  for (std::size_t item = 0; item < facilities.size(); ++item) {
    if (facilities.kind(item) != geometry::Kind::polygon) continue;
    ++rulings.at;
    if (!filing.text(item).empty()) {
      ++rulings.clear;
      continue;
    }
    Finding finding = sites.begin(rule, required->held_back ? Verdict::for_field_check : Verdict::violation,
                                  {subject_of(facilities, item)});
    hold_back(finding, *required);
    finding.what = "Facility land without a filing number.";
    finding.what_zh = "设施农业用地没有备案编号。";
    finding.facts = {{"filing number", "备案编号", "none", "facilities " + finding.subjects.front().key},
                     {"use as filed", "备案用途", std::string(use.text(item)),
                      "facilities " + finding.subjects.front().key},
                     {"a filing is required", "须备案", "yes", cite(rule, *required->given)}};
    finding.turns = "a filing number";
    finding.turns_zh = "补录备案编号";
    sites.locate(finding, geometry::oriented(facilities.geometry(item)));
    rulings.findings.push_back(std::move(finding));
  }
}

/// A building on a plot that was filed for something else.
void judge_uses(const Sites& sites, const Rule& rule, const Snapshot& facilities, Rulings& rulings) {
  const Snapshot* structures = sites.layer("structures");
  if (structures == nullptr) return;
  const When when = sites.context().when();
  const Trades trades(rule, when);
  const double least = rule.number("inside_share_least", when).value;
  const FieldOf kind(*structures, "kind"), use(*structures, "use_found"), filed(facilities, "use_filed");
  for (std::size_t item = 0; item < structures->size(); ++item) {
    if (structures->kind(item) != geometry::Kind::polygon) continue;
    const Trade found = trades.of_building(kind.text(item), use.text(item));
    if (found == Trade::unknown) continue;
    const auto land = structures->geometry(item);
    const Inside on = inside(facilities, land);
    if (on.items.empty() || on.m2 < least * geometry::area_m2(land)) continue;
    ++rulings.at;
    const std::size_t plot = on.items.front();
    const Trade wanted = trades.of_words(filed.text(plot));
    // A plot filed in words that tell nothing is still filed for farming.
    if (found == wanted || (wanted == Trade::unknown && found != Trade::non_farm)) {
      ++rulings.clear;
      continue;
    }
    Finding finding =
        sites.begin(rule, Verdict::violation, {subject_of(*structures, item), subject_of(facilities, plot)});
    finding.what = fmt::format("A plot filed for \"{}\" is used otherwise: {} {}.", filed.text(plot),
                               kind.text(item), use.text(item));
    finding.what_zh =
        fmt::format("备案用途为“{}”，现状为 {} {}。", filed.text(plot), kind.text(item), use.text(item));
    finding.facts = {
        {"use as filed", "备案用途", std::string(filed.text(plot)), "facilities " + finding.subjects[1].key},
        {"kind", "建筑类型", std::string(kind.text(item)), "structures " + finding.subjects[0].key},
        {"use found", "现状用途", std::string(use.text(item)), "structures " + finding.subjects[0].key}};
    const bool fileable = found != Trade::non_farm;
    finding.turns = fileable ? "the use as filed, or a filing for the use found"
                             : "the use as filed: no filing covers a use that is no farming";
    finding.turns_zh = fileable ? "恢复备案用途，或按现状用途重新备案" : "恢复备案用途；非农用途不能备案";
    sites.locate(finding, geometry::oriented(land));
    rulings.findings.push_back(std::move(finding));
  }
}

}  // namespace

Rulings filings(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G7");
  const Snapshot& facilities = *sites.layer("facilities");
  Rulings rulings;
  judge_filing_numbers(sites, rule, facilities, rulings);
  judge_uses(sites, rule, facilities, rulings);
  return rulings;
}

namespace {

/// How near what was found lies to a closed case; nothing when it is another place.
struct Nearness {
  double measured = 0, limit = 0;
  std::string unit, what;
  Turn turns;  ///< what would make it another place
};
std::optional<Nearness> nearness(const Rule& rule, const When& when, geometry::GeometryView closed,
                                 geometry::GeometryView found) {
  if (closed.kind == geometry::Kind::polygon) {
    const double both = geometry::Zone(closed).area_inside_m2(found);
    const double iou = both / (geometry::area_m2(closed) + geometry::area_m2(found) - both);
    const double least = rule.number("iou_least", when).value;
    if (iou < least) return {};
    const std::string apart = below(least, 2, "");
    return Nearness{
        iou,
        least,
        "",
        "intersection over union",
        {"an overlap with the closed case of " + apart + " or less", "与原轮廓重合度不超过 " + apart}};
  }
  const double metres = gap_m(closed, found), most = rule.number("distance_m", when).value;
  if (metres > most) return {};
  const std::string farther = above(most - metres, 2, "m");
  return Nearness{metres,
                  most,
                  "m",
                  "distance",
                  {"a place " + farther + " farther from the closed case", "距原点位再远 " + farther}};
}

}  // namespace

Rulings recurrences(const Sites& sites, std::span<const Finding> found) {
  const Rule& rule = sites.context().rules.rule("G8");
  const When when = sites.context().when();
  const Snapshot& rectified = *sites.layer("rectified");
  const FieldOf category(rectified, "category"), closed_on(rectified, "closed_on");
  const std::string from = rule.text("closed_from", when).value;
  Rulings rulings;
  for (std::size_t item = 0; item < rectified.size(); ++item) {
    const auto closed = rectified.geometry(item);
    if (closed.empty()) continue;
    ++rulings.at;
    bool back = false;
    const std::string_view day = closed_on.text(item);
    if (!day.empty() && (day < from || day > when.as_of)) {
      ++rulings.clear;
      continue;
    }
    for (const Finding& one : found) {
      if (one.category == 0 || category.text(item) != std::to_string(one.category)) continue;
      const auto near = nearness(rule, when, closed, one.where);
      if (!near) continue;
      back = true;
      Finding finding = sites.begin(rule, one.verdict, one.subjects);
      finding.subjects.push_back(subject_of(rectified, item));
      finding.category = one.category;
      finding.measured = near->measured;
      finding.limit = near->limit;
      finding.unit = near->unit;
      finding.held_back_by = one.held_back_by;
      finding.held_back_by_zh = one.held_back_by_zh;
      finding.what =
          fmt::format("A case closed on {} is back: {}", day.empty() ? "an unknown day" : day, one.what);
      finding.what_zh = fmt::format("{}销号的问题反弹：{}", day.empty() ? "日期不明" : day, one.what_zh);
      finding.facts = one.facts;
      finding.facts.push_back({near->what, near->unit == "m" ? "距原点位" : "与原轮廓重合度",
                               fmt::format("{:.2f} {}", near->measured, near->unit),
                               "rectified " + finding.subjects.back().key});
      finding.turns = near->turns.en + ", or " + one.turns;
      finding.turns_zh = near->turns.zh + "，或" + one.turns_zh;
      sites.locate(finding, one.where);
      rulings.findings.push_back(std::move(finding));
    }
    if (!back) ++rulings.clear;
  }
  return rulings;
}

}  // namespace caitu::checks::detail
