#pragma once

#include <filesystem>

#include "checks/context.hpp"
#include "checks/run.hpp"

namespace caitu::checks {

/// Writes a run's findings as the layer `findings`, in the format of the file's ending: one row a finding,
/// with `fingerprint, check, rule, version, category, verdict, severity, measured, limit, unit, tolerance,
/// district, town, mu, state` and, in words, what it is, on what basis, what holds it back, what would turn
/// it, and the facts as JSON. Same run, same rows.
void write_findings(const std::filesystem::path& file, const Run& run);

/// What a finding rests on, as a flag keeps it beside its fields: the rule's title, subjects, parcels, units
/// and facts.
base::Json evidence_json(const Finding& finding);

/// Writes the folder of a run's evidence: report.html, findings.gpkg and findings.xlsx, manifest.json, and
/// for each layer that a check draws (double_counted, belts) a GeoPackage of its name with `check, name, mu`.
/// Same run, same bytes, on any number of threads.
///
/// The folder is there whole or not at all; it may be missing, empty, or a former report, which is replaced.
/// Error(refused) when it holds anything else, Error(io) when it cannot be written.
void write_report(const std::filesystem::path& folder, const Run& run, const Context& context,
                  const base::Json& manifest);
/// Refuses a folder that `write_report` would refuse: for whoever asks before a long run.
void check_report_folder(const std::filesystem::path& folder);

}  // namespace caitu::checks
