#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checks/rule.hpp"

namespace caitu::checks {

/// The rules of a run. A value; const-shared.
struct RuleSet {
  std::map<std::string, Rule, std::less<>> rules;  ///< by id
  std::string digest;                              ///< SHA-256, hex, of all that the rules say

  /// Error(not_found) names the nearest one.
  const Rule& rule(std::string_view id) const;
  /// Of one check, G2 before G10.
  std::vector<const Rule*> of(std::string_view check) const;
};

/// Reads rules from files, and from the *.toml of folders. `own` are a user's (`--rules`): each takes the
/// whole place of the house's rule of its id. It has a higher version and the same check, and every parameter
/// of the rule that it replaces, of the same type; it may have more values, others, and parameters of its
/// own. To change one figure: copy the house's file, change it, add one to its version.
///
/// Error(usage) names file and line of what is wrong: whatever load_rule refuses, two rules of one id, an id
/// that no rule of the house has, a version that is not higher.
RuleSet load_rules(const std::vector<std::filesystem::path>& house,
                   const std::vector<std::filesystem::path>& own = {});

/// One file. Keys: id, version, check, title, title_en, severity, measures, measures_en and needs must be
/// there, and for greenhouse rules category.
///
/// [[basis]]: id, document and confidence (A to D) must be there; number, date, clause, note, and together
/// superseded_on and superseded_by may be.
///
/// [[parameter]]: name, title, title_en, kind (legal, detection, plan, assumption) and the list `value` must
/// be there; unit, type (number, text, texts or flag; number by default), dated_by (as_of or built_on; as_of
/// by default) may be, and of kind plan comparator, word, and together not_measured and
/// not_measured_en.
///
/// [[parameter.value]]: value, valid_from (ISO date or "always"), basis (the id of one) and confidence must
/// be there; valid_to (exclusive), applies_to (a list of places: Scope), clause and note may be. At one place
/// values neither overlap nor leave a gap between them; those dated by the day of building begin with
/// "always" and end with one that still holds, for buildings are of any age.
///
/// Error(usage) names file, line, and the nearest name that is known.
Rule load_rule(const std::filesystem::path& file);

}  // namespace caitu::checks
