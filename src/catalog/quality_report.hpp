#pragma once

#include <filesystem>
#include <string>

#include "catalog/import.hpp"
#include "geodata/declared.hpp"
#include "geodata/snapshot.hpp"

namespace caitu::catalog {

/// What a report is about: an import that was done, or a dry run.
struct QualityReportOf {
  const ImportReport& report;
  const geodata::Declaration& declaration;
  const geodata::Snapshot& snapshot;
  const std::string& notice;
};

/// What a bureau sends back to the surveyor, in `folder`, which is made when it is not there:
/// report.html (one page by itself, Chinese first, with a map and the findings on it), findings.xlsx and
/// findings.gpkg (layer `findings`, EPSG:4490). The findings bear the same numbers in all three. Same
/// delivery, same bytes; no clock. Error(io) when the folder cannot be written.
void write_quality_report(const std::filesystem::path& folder, const QualityReportOf& of);

/// The page alone.
std::string quality_page(const QualityReportOf& of);

}  // namespace caitu::catalog
