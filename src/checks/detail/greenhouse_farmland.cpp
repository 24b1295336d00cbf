// G5, G6 and G10: what is done to cropland, to permanent basic farmland and to the protected space.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.hpp"
#include "checks/detail/greenhouse.hpp"
#include "checks/detail/words.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks::detail {
namespace {

using base::mu_from_m2;
using geodata::Snapshot;
using Texts = std::vector<std::string>;

/// G5 of a case whose evidence has been put together: how much is cropland, how much basic farmland, how
/// grave.
void measure_damage(const Sites& sites, const Rule& rule, Finding& finding) {
  const When when = sites.context().when();
  const Beneath beneath = sites.ground().beneath(finding.where);
  // Where no parcel lies beneath, the spots' own class has told that it is cropland.
  const double cropland = beneath.surveyed_m2() > 0 ? beneath.cropland_m2 : finding.area_m2;
  const double basic = std::min(sites.inside_m2("basic_farmland", finding.where), cropland);
  const auto grave_basic = rule.number("grave_basic_farmland_mu", when);
  const auto grave_other = rule.number("grave_other_mu", when);
  finding.measured = mu_from_m2(cropland);
  finding.unit = "mu";
  const double basic_mu = mu_from_m2(basic), other_mu = finding.measured - basic_mu;
  if (basic_mu >= grave_basic.value || other_mu >= grave_other.value)
    finding.severity = rule.text("grave_severity", when).value;
  const bool hardened = finding.verdict == Verdict::violation;
  finding.what = fmt::format(
      "{} of cropland {}, {} of it permanent basic farmland.", with_unit(finding.measured, 2, "mu"),
      hardened ? "hardened or damaged" : "with its soil moved", with_unit(basic_mu, 2, "mu"));
  finding.what_zh = fmt::format("耕地{} {}，其中永久基本农田 {}。", hardened ? "硬化或耕作层破坏" : "动土",
                                with_unit(finding.measured, 2, "mu"), with_unit(basic_mu, 2, "mu"));
  finding.facts.push_back({"cropland", "耕地", with_unit(finding.measured, 3, "mu"), "parcels"});
  finding.facts.push_back({"permanent basic farmland", "永久基本农田", with_unit(basic_mu, 3, "mu"),
                           sites.layer("basic_farmland") == nullptr ? "no such layer" : "basic_farmland"});
  finding.facts.push_back(
      {"graver from", "追诉面积",
       fmt::format("{}, {}", with_unit(grave_basic.value, 0, "mu"), with_unit(grave_other.value, 0, "mu")),
       cite(rule, *grave_basic.given)});
  const std::size_t spots = finding.subjects.size();
  const Turn off = spots == 1 ? Enough(rule, "cropland", when)
                                    .not_enough(cropland, finding.area_m2, {"mu", 3, "cropland", "耕地"})
                              : Turn{fmt::format("none of the {} spots on cropland", spots),
                                     fmt::format("{} 处全部退出耕地", spots)};
  finding.turns = off.en + (hardened ? ", or proof that the soil can still be tilled"
                                     : ", or a visit that finds a field levelled; one that finds damage "
                                       "would make it a violation");
  finding.turns_zh =
      off.zh + (hardened ? "，或查明耕作层未受破坏" : "，或实地查明仅为平整土地；查明耕作层受破坏则为违规");
}

/// m² of cropland under a spot by the parcels; where none lie beneath, by its class before the change.
double cropland_under(const Sites& sites, const Snapshot& spots, std::size_t item) {
  const Beneath beneath = sites.ground().beneath(spots.geometry(item));
  if (beneath.surveyed_m2() > 0) return beneath.cropland_m2;
  const geodata::LandClass* before =
      sites.context().classes.find("survey", FieldOf(spots, "DLBM").text(item));
  return before != nullptr && before->kind == geodata::LandKind::cropland ? spots.area_m2(item) : 0;
}

/// A plot or greenhouse whose use has been read, on land that it may not take.
struct Taken {
  const Snapshot* snapshot;
  std::size_t item;
  std::string_view use, built_on;
};

void add_turn(Finding& finding, const Turn& turn) {
  finding.turns += turn.en;
  finding.turns_zh += turn.zh;
}

/// The finding of a rule that bans by the day of building, where enough of it lies on `layer`.
std::optional<Finding> taken_finding(const Sites& sites, const Rule& rule, const std::string& layer,
                                     const Figures& figures, const Taken& of) {
  const Enough enough(rule, "overlap", sites.context().when());
  const auto land = of.snapshot->geometry(of.item);
  const double area = geometry::area_m2(land), on = sites.inside_m2(layer, land);
  if (on < 0.01 || !enough(on, area)) return {};
  Finding finding = sites.begin(rule, Verdict::for_field_check, {subject_of(*of.snapshot, of.item)});
  finding.measured = mu_from_m2(on);
  finding.unit = "mu";
  add_turn(finding, enough.not_enough(on, area, figures));
  const std::string source = of.snapshot->schema().layer + " " + finding.subjects.front().key;
  finding.facts = {
      {"use", "用途", std::string(of.use), source},
      {"built on", "建成日期", of.built_on.empty() ? "unknown" : std::string(of.built_on), source},
      {"area", "面积", with_unit(mu_from_m2(area), 3, "mu"), source},
      {"of it inside", "其中位于其内", with_unit(finding.measured, 3, "mu"), layer}};
  sites.locate(finding, geometry::oriented(land));
  return finding;
}

/// What the day of building would turn, of a value that bans from a day on; `clear_before`: what was built
/// before is clear.
template <typename T>
Turn built_turn(const Rule& rule, const InForce<T>& ban, const Finding& finding, const Taken& of,
                bool clear_before) {
  const std::string& from = ban.given->valid_from;
  if (from.empty()) return {};
  if (finding.verdict == Verdict::violation)
    return {fmt::format(", or proof that it was built before {}", from),
            fmt::format("，或查明建成于 {} 之前", from)};
  if (!of.built_on.empty() || holds_back(rule, *ban.parameter, *ban.given)) return {};
  Turn turn;
  if (clear_before)
    turn = {fmt::format(", or proof that it was built before {}", from),
            fmt::format("，或查明建成于 {} 之前", from)};
  turn.en += fmt::format("; a day of building from {} on would make it a violation", from);
  turn.zh += fmt::format("；查明建成于 {} 及以后则为违规", from);
  return turn;
}

std::optional<Finding> soil_finding(const Sites& sites, const Rule& rule, const Taken& of) {
  auto finding =
      taken_finding(sites, rule, "basic_farmland", {"mu", 3, "permanent basic farmland", "永久基本农田"}, of);
  if (!finding) return {};
  const auto regime = rule.text("regime", sites.context().when(std::string(of.built_on)));
  const bool banned = regime.value == "banned" && !regime.held_back;
  if (banned) finding->verdict = Verdict::violation;
  finding->facts.push_back({"regime", "适用规定", regime.value, cite(rule, *regime.given)});
  finding->what = fmt::format("A facility that destroys the soil takes {} of permanent basic farmland.",
                              with_unit(finding->measured, 2, "mu"));
  finding->what_zh =
      fmt::format("破坏耕作层的种植设施占用永久基本农田 {}。", with_unit(finding->measured, 2, "mu"));
  add_turn(*finding, {", or proof that it keeps the soil", "，或查明未破坏耕作层"});
  add_turn(*finding, built_turn(rule, regime, *finding, of, false));
  if (!banned && !hold_back(*finding, regime)) {
    finding->held_back_by = "it was allowed with replacement then, which no layer shows";
    finding->held_back_by_zh = "当时经补划可以占用，而没有图层说明是否补划";
  }
  return finding;
}

std::optional<Finding> plot_finding(const Sites& sites, const Rule& rule, const Taken& of) {
  const auto banned = rule.flag("banned", sites.context().when(std::string(of.built_on)));
  if (!banned.value && !banned.held_back) return {};
  auto finding =
      taken_finding(sites, rule, "protected", {"mu", 3, "the protected space", "耕地保护空间"}, of);
  if (!finding) return {};
  if (!hold_back(*finding, banned)) finding->verdict = Verdict::violation;
  finding->what = fmt::format("A scattered supporting plot takes {} of the protected space.",
                              with_unit(finding->measured, 2, "mu"));
  finding->what_zh = fmt::format("点状配套设施占用耕地保护空间 {}。", with_unit(finding->measured, 2, "mu"));
  finding->facts.push_back({"banned", "禁止占用", banned.value ? "yes" : "no", cite(rule, *banned.given)});
  add_turn(*finding, built_turn(rule, banned, *finding, of, true));
  return finding;
}

/// Every polygon of a layer whose words say that the rule is about it, judged.
template <typename IsAbout, typename Judge>
void judge_each(const Snapshot* snapshot, const char* use_field, const IsAbout& is_about, const Judge& judge,
                Rulings& rulings) {
  if (snapshot == nullptr) return;
  const FieldOf use(*snapshot, use_field), built_on(*snapshot, "built_on");
  for (std::size_t item = 0; item < snapshot->size(); ++item) {
    if (snapshot->kind(item) != geometry::Kind::polygon || !is_about(use.text(item))) continue;
    ++rulings.at;
    if (auto finding = judge(Taken{snapshot, item, use.text(item), built_on.text(item)})) {
      rulings.findings.push_back(std::move(*finding));
    } else {
      ++rulings.clear;
    }
  }
}

}  // namespace

Rulings damaged_cropland(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G5");
  const When when = sites.context().when();
  const Snapshot& spots = *sites.layer("spots");
  const auto hardening = rule.texts("hardening_spot_types", when).value;
  const auto soil = rule.texts("soil_spot_types", when).value;
  const auto damage = rule.texts("damage_words", when).value;
  const Enough enough(rule, "cropland", when);
  const FieldOf type(spots, "TBLX"), seen(spots, "TZ");
  Rulings rulings;
  for (std::size_t item = 0; item < spots.size(); ++item) {
    if (spots.kind(item) != geometry::Kind::polygon) continue;
    const bool hard = among(hardening, type.text(item)) || Words(seen.text(item)).tell(damage);
    if (!hard && !among(soil, type.text(item))) continue;
    ++rulings.at;
    if (!enough(cropland_under(sites, spots, item), spots.area_m2(item))) {
      ++rulings.clear;
      continue;
    }
    Finding finding =
        sites.begin(rule, hard ? Verdict::violation : Verdict::for_field_check, {subject_of(spots, item)});
    if (!hard) {
      finding.held_back_by = "soil is moved in levelling a field too";
      finding.held_back_by_zh = "平整土地也会动土";
    }
    finding.facts = {{"seen", "影像所见", fmt::format("{} {}", type.text(item), seen.text(item)),
                      "spots " + finding.subjects.front().key}};
    sites.locate(finding, geometry::oriented(spots.geometry(item)));
    rulings.findings.push_back(std::move(finding));
  }
  rulings.findings = as_cases(sites, std::move(rulings.findings), rule.number("one_case_gap_m", when).value);
  for (Finding& finding : rulings.findings) measure_damage(sites, rule, finding);
  return rulings;
}

Rulings soil_destroyed(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G6");
  const auto destroying = rule.texts("soil_destroying_words", sites.context().when()).value;
  const auto kept = rule.texts("soil_kept_words", sites.context().when()).value;
  const auto is_about = [&](std::string_view use) {
    const Words words(use);
    return words.tell(destroying) && !words.tell(kept);
  };
  Rulings rulings;
  const auto judge = [&](const Taken& of) { return soil_finding(sites, rule, of); };
  judge_each(sites.layer("facilities"), "use_filed", is_about, judge, rulings);
  // One that stands on a plot is judged with the plot.
  const auto judge_alone = [&](const Taken& of) -> std::optional<Finding> {
    const auto land = of.snapshot->geometry(of.item);
    if (sites.inside_m2("facilities", land) * 2 > geometry::area_m2(land)) return {};
    return judge(of);
  };
  judge_each(sites.layer("greenhouses"), "kind", is_about, judge_alone, rulings);
  return rulings;
}

Rulings scattered_plots(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G10");
  const auto plot = rule.texts("plot_use_words", sites.context().when()).value;
  const auto is_about = [&](std::string_view use) { return Words(use).tell(plot); };
  Rulings rulings;
  const auto judge = [&](const Taken& of) { return plot_finding(sites, rule, of); };
  judge_each(sites.layer("facilities"), "use_filed", is_about, judge, rulings);
  judge_each(sites.layer("structures"), "use_found", is_about, judge, rulings);
  return rulings;
}

}  // namespace caitu::checks::detail
