#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "checks/pinned.hpp"
#include "checks/result.hpp"

namespace caitu::checks {

/// Why something was found: {flag, check, rule, version, title, title_en, category, severity, verdict,
/// verdict_zh, what, what_en, comparison {measured, limit, tolerance, unit, sentence, sentence_zh}, facts,
/// held_back_by, turns, turns_zh, basis, subjects, parcels, owner_units, location_units, district, town, mu,
/// state}. `flag` is the fingerprint; `what` and `title` are Chinese, `turns` is English. Of a rule that
/// compares no figures the numbers are null, and the sentences say so.
base::Json why_json(const Finding& finding);

/// The same of a flag as the pinned edition of `flags` holds it, by its fingerprint or the id of its feature,
/// with `id` and its workflow: status, status_zh, assignee, reason, status_by, status_at, found_on, seen_on.
/// Nothing when there is no such flag.
std::optional<base::Json> why_json(const Pinned& pinned, const std::string& flag);

/// For a terminal: rule, sentence, facts with their sources, comparison, what holds the verdict back, and the
/// smallest change that turns it. Lines end with \n.
std::string why_text(const base::Json& why);

}  // namespace caitu::checks
