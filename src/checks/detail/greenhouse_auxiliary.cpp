// G4: the auxiliary land of projects.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/units.hpp"
#include "checks/detail/greenhouse.hpp"
#include "checks/detail/shapes.hpp"
#include "checks/detail/words.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks::detail {
namespace {

using base::mu_from_m2;
using geodata::Snapshot;

/// A project: its land, and what on it serves the growing.
struct Project {
  Subject subject;
  double m2 = 0;
  geometry::GeometryView land;
  std::vector<geometry::GeometryView> auxiliary = {};
  std::vector<Subject> subjects = {};  ///< of them
  double error_m2 = 0;                 ///< of the buildings among them
};

/// Parks and bases by their number.
std::map<std::string, Project, std::less<>> projects_of(const Sites& sites) {
  std::map<std::string, Project, std::less<>> projects;
  for (const auto& [layer, field] : {std::pair("parks", "project_id"), std::pair("ring_bases", "base_id")}) {
    const Snapshot* snapshot = sites.layer(layer);
    if (snapshot == nullptr) continue;
    const FieldOf id(*snapshot, field);
    for (std::size_t item = 0; item < snapshot->size(); ++item) {
      if (snapshot->kind(item) != geometry::Kind::polygon || id.text(item).empty()) continue;
      projects.try_emplace(std::string(id.text(item)), Project{.subject = subject_of(*snapshot, item),
                                                               .m2 = snapshot->area_m2(item),
                                                               .land = snapshot->geometry(item)});
    }
  }
  return projects;
}

class Collector {
 public:
  explicit Collector(const Sites& sites) : sites_(sites), projects_(projects_of(sites)) {}

  /// Puts a feature with what it names, or else with the project on whose land it stands.
  void add(const Snapshot& snapshot, std::size_t item, std::string_view named, double error_m2) {
    auto at = projects_.find(named);
    if (at == projects_.end() && named.empty()) at = standing_on(snapshot.geometry(item));
    if (at == projects_.end()) return;
    at->second.auxiliary.push_back(snapshot.geometry(item));
    at->second.subjects.push_back(subject_of(snapshot, item));
    at->second.error_m2 += std::max(error_m2, 0.0);
  }
  const std::map<std::string, Project, std::less<>>& projects() const { return projects_; }

 private:
  std::map<std::string, Project, std::less<>>::iterator standing_on(geometry::GeometryView land) {
    for (const auto& [layer, field] :
         {std::pair("parks", "project_id"), std::pair("ring_bases", "base_id")}) {
      const Snapshot* snapshot = sites_.layer(layer);
      if (snapshot == nullptr) continue;
      const Inside in = inside(*snapshot, land);
      if (in.m2 * 2 < geometry::area_m2(land)) continue;
      return projects_.find(FieldOf(*snapshot, field).text(in.items.front()));
    }
    return projects_.end();
  }

  const Sites& sites_;
  std::map<std::string, Project, std::less<>> projects_;
};

Collector collected(const Sites& sites, const Rule& rule, const When& when) {
  Collector collector(sites);
  if (const Snapshot* facilities = sites.layer("facilities")) {
    const auto production = rule.texts("production_use_words", when).value;
    const auto other = rule.texts("other_use_words", when).value;
    const FieldOf use(*facilities, "use_filed"), project(*facilities, "project_id");
    for (std::size_t item = 0; item < facilities->size(); ++item) {
      const Words words(use.text(item));
      if (facilities->kind(item) != geometry::Kind::polygon || words.tell(production) || words.tell(other))
        continue;
      collector.add(*facilities, item, project.text(item), 0);
    }
  }
  if (const Snapshot* structures = sites.layer("structures")) {
    const auto kinds = sites.context().rules.rule("G1").texts("auxiliary_kinds", when).value;
    const FieldOf kind(*structures, "kind"), project(*structures, "project_id"),
        error(*structures, "error_m2");
    for (std::size_t item = 0; item < structures->size(); ++item) {
      if (structures->kind(item) != geometry::Kind::polygon) continue;
      if (std::ranges::find(kinds, kind.text(item)) == kinds.end()) continue;
      collector.add(*structures, item, project.text(item), error.number(item).value_or(0));
    }
  }
  return collector;
}

/// The most auxiliary land of a project, and why.
struct Limit {
  InForce<double> share, cap;
  double by_share = 0;  ///< 亩

  double mu() const { return std::min(by_share, cap.value); }
  const InForce<double>& binding() const { return by_share < cap.value ? share : cap; }
};

/// The verdict, what holds it back and what turns it.
void judge_excess(const Excess& excess, const Limit& limit, Finding& finding) {
  const Figures figures{"mu", 3, " auxiliary land", "附属设施用地"};
  Turn turn = less(excess, figures), makes_violation;
  if (hold_back(finding, limit.binding())) {
    if (excess.sure()) makes_violation = {"the same limit in force", "现行文件规定同一上限"};
  } else if (!excess.sure()) {
    finding.held_back_by = "the excess lies within the measuring error of the buildings";
    finding.held_back_by_zh = "超出部分在建筑物测量误差之内";
    makes_violation = more_sure(excess, figures);
  } else {
    finding.verdict = Verdict::violation;
    turn = less_or_less_sure(excess, figures);
  }
  finding.turns = turn.en;
  finding.turns_zh = turn.zh;
  if (makes_violation.en.empty()) return;
  finding.turns += fmt::format("; {} would make it a violation", makes_violation.en);
  finding.turns_zh += fmt::format("；{}则为违规", makes_violation.zh);
}

void say(const Rule& rule, const Limit& limit, const Project& project, Finding& finding) {
  const std::string measured = with_unit(finding.measured, 2, "mu"), most = with_unit(finding.limit, 2, "mu"),
                    land = with_unit(mu_from_m2(project.m2), 1, "mu");
  finding.what =
      fmt::format("Auxiliary land of {}; {} is the most for a project of {}.", measured, most, land);
  finding.what_zh = fmt::format("附属设施用地 {}，项目用地 {}，上限 {}。", measured, land, most);
  finding.facts = {
      {"project land", "项目用地", with_unit(mu_from_m2(project.m2), 2, "mu"),
       project.subject.layer + " " + project.subject.key},
      {"auxiliary land", "附属设施用地", with_unit(finding.measured, 3, "mu"),
       fmt::format("union of {} plots and buildings", project.auxiliary.size())},
      {"most by share", "比例上限",
       fmt::format("{:g} % = {}", limit.share.value * 100, with_unit(limit.by_share, 2, "mu")),
       cite(rule, *limit.share.given)},
      {"most at all", "面积上限", with_unit(limit.cap.value, 0, "mu"), cite(rule, *limit.cap.given)}};
}

std::optional<Finding> judge(const Sites& sites, const Rule& rule, const When& when, const Project& project) {
  const Place place = sites.places().of(project.land, project.subject.key);
  const Scope scope{.province = place.province, .county = place.county};
  Limit limit{rule.number("auxiliary_share_most", when, scope),
              rule.number("auxiliary_most_mu", when, scope)};
  limit.by_share = limit.share.value * mu_from_m2(project.m2);
  Union land = union_of(project.auxiliary);
  Excess excess{mu_from_m2(land.m2) - limit.mu(), mu_from_m2(project.error_m2),
                rule.number("rounding_mu", when).value};
  excess.beyond = excess.over;
  if (!excess.any()) return {};
  Finding finding = sites.begin(rule, Verdict::for_field_check, {project.subject});
  finding.subjects.insert(finding.subjects.end(), project.subjects.begin(), project.subjects.end());
  finding.measured = mu_from_m2(land.m2);
  finding.limit = limit.mu();
  finding.tolerance = excess.tolerance;
  finding.unit = "mu";
  judge_excess(excess, limit, finding);
  say(rule, limit, project, finding);
  sites.locate(finding, std::move(land.land));
  return finding;
}

}  // namespace

Rulings auxiliary_land(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G4");
  const When when = sites.context().when();
  Rulings rulings;
  const Collector collector = collected(sites, rule, when);
  for (const auto& [id, project] : collector.projects()) {
    if (project.auxiliary.empty()) continue;
    ++rulings.at;
    if (auto finding = judge(sites, rule, when, project)) {
      rulings.findings.push_back(std::move(*finding));
    } else {
      ++rulings.clear;
    }
  }
  return rulings;
}

}  // namespace caitu::checks::detail
