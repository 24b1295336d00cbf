#pragma once

#include <filesystem>

#include "checks/run.hpp"

namespace caitu::checks {

/// Writes a run's findings as the layer `findings`, in the format of the file's ending: one row a finding,
/// with `fingerprint, check, rule, version, category, verdict, severity, measured, limit, unit, tolerance,
/// district, town, mu, state` and, in words, what it is, on what basis, what holds it back, what would turn
/// it, and the facts as JSON. Same run, same rows.
void write_findings(const std::filesystem::path& file, const Run& run);

/// What a finding rests on, as a flag keeps it: subjects, parcels, units and facts.
base::Json evidence_json(const Finding& finding);

}  // namespace caitu::checks
