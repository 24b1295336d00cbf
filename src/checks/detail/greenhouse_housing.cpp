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
  const double least_share = rule.number("inside_share_least", sites.context().when()).value;
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
    const double outside = geometry::area_m2(structures.geometry(item)) - in.m2;
    const Turn off = less_on(in.m2, tolerated_m2(outside, least_share, in.m2),
                             {.unit = "m2", .what = "the greenhouse's land", .what_zh = "大棚内用地"});
    finding.turns = off.en + ", or a use found that is no dwelling: the rule has no least size";
    finding.turns_zh = off.zh + "，或查明不用于居住；本规则不设面积下限";
    sites.locate(finding, geometry::oriented(structures.geometry(item)));
    rulings.findings.push_back(std::move(finding));
  }
  const double gap = rule.number("one_case_gap_m", sites.context().when()).value;
  rulings.findings = as_cases(sites, std::move(rulings.findings), gap);
  for (Finding& finding : rulings.findings) {
    finding.measured = inside(greenhouses, finding.where).m2;
    const auto dwellings = std::ranges::count(finding.subjects, "structures", &Subject::layer);
    if (dwellings == 1) continue;
    finding.turns = fmt::format("none of the {} dwellings in a greenhouse, or none lived in", dwellings);
    finding.turns_zh = fmt::format("{} 处住宅全部移出大棚，或均查明不用于居住", dwellings);
  }
  return rulings;
}

}  // namespace caitu::checks::detail
