// G2: housing inside greenhouses.
#include <fmt/format.h>

#include <algorithm>

#include "checks/detail/greenhouse.hpp"
#include "checks/detail/words.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks::detail {
Housing::Housing(const Sites& sites, const geodata::Snapshot& structures)
    : structures_(structures),
      greenhouses_(sites.layer("greenhouses")),
      kind_(structures, "kind"),
      use_(structures, "use_found") {
  const Rule& rule = sites.context().rules.rule("G2");
  const When when = sites.context().when();
  dwelling_kinds_ = rule.texts("dwelling_kinds", when).value;
  undecided_kinds_ = rule.texts("undecided_kinds", when).value;
  dwelling_words_ = rule.texts("dwelling_words", when).value;
  negating_words_ = rule.texts("negating_words", when).value;
  least_share_ = rule.number("inside_share_least", when).value;
}

bool Housing::lived_in(std::size_t structure) const {
  const std::string_view kind = kind_.text(structure), use = use_.text(structure);
  const bool told = Words(use, negating_words_).tell(dwelling_words_);
  if (among(dwelling_kinds_, kind)) return told || use.empty();
  return told && (kind.empty() || among(undecided_kinds_, kind));
}

Inside Housing::in_greenhouse(std::size_t structure) const {
  if (greenhouses_ == nullptr || !lived_in(structure)) return {};
  const auto land = structures_.geometry(structure);
  Inside in = inside(*greenhouses_, land);
  if (in.m2 < least_share_ * geometry::area_m2(land)) return {};
  return in;
}

Rulings housing(const Sites& sites) {
  const Rule& rule = sites.context().rules.rule("G2");
  const geodata::Snapshot& structures = *sites.layer("structures");
  const geodata::Snapshot& greenhouses = *sites.layer("greenhouses");
  const Housing housing(sites, structures);
  const FieldOf kind(structures, "kind"), use(structures, "use_found");
  Rulings rulings;
  for (std::size_t item = 0; item < structures.size(); ++item) {
    if (structures.kind(item) != geometry::Kind::polygon) continue;
    ++rulings.at;
    const Inside in = housing.in_greenhouse(item);
    if (in.items.empty()) {
      ++rulings.clear;
      continue;
    }
    const Subject building = subject_of(structures, item), house = subject_of(greenhouses, in.items.front());
    Finding finding = sites.begin(rule, Verdict::violation, {building, house});
    finding.measured = in.m2;
    finding.unit = "m2";
    finding.what = fmt::format("{} of housing inside a greenhouse.", with_unit(in.m2, 1, "m2"));
    finding.what_zh = fmt::format("大棚内有住宅 {}。", with_unit(in.m2, 1, "m2"));
    finding.facts = {
        {"kind and use", "类型与用途", fmt::format("{} {}", kind.text(item), use.text(item)),
         "structures " + building.key},
        {"inside the greenhouse", "棚内面积", with_unit(in.m2, 2, "m2"), "greenhouses " + house.key}};
    finding.turns = "nobody living there: the rule has no least size";
    finding.turns_zh = "查明无人居住；本规则不设面积下限";
    sites.locate(finding, geometry::oriented(structures.geometry(item)));
    rulings.findings.push_back(std::move(finding));
  }
  const double gap = rule.number("one_case_gap_m", sites.context().when()).value;
  rulings.findings = as_cases(sites, std::move(rulings.findings), gap);
  for (Finding& finding : rulings.findings) finding.measured = inside(greenhouses, finding.where).m2;
  return rulings;
}

}  // namespace caitu::checks::detail
