// What an import says, as JSON.
#include "base/units.hpp"
#include "catalog/import.hpp"

namespace caitu::catalog {

base::Json to_json(const ImportReport& report) {
  base::Json refused = base::Json::array(), repaired = base::Json::array();
  for (const auto& row : report.refused)
    refused.push_back({{"file", row.file}, {"row", row.row}, {"reason", row.reason}});
  for (const auto& row : report.repaired) {
    repaired.push_back(
        {{"file", row.file}, {"row", row.row}, {"what", row.what}, {"lon", row.at.lon}, {"lat", row.at.lat}});
  }
  base::Json json{{"layer", report.layer},
                  {"edition", report.edition},
                  {"as_of", report.as_of},
                  {"rows_in", report.rows_in},
                  {"rows_published", report.rows_published},
                  {"rows_refused", report.rows_refused},
                  {"rows_repaired", report.rows_repaired},
                  {"rows_noted", report.rows_noted},
                  {"follows", report.follows},
                  {"identity",
                   {{"by_key", report.identity.by_key},
                    {"by_geometry", report.identity.by_geometry},
                    {"by_overlap", report.identity.by_overlap},
                    {"new", report.identity.fresh},
                    {"least_overlap", report.match.least_overlap},
                    {"reach_m", report.match.reach_m}}},
                  {"added", report.added},
                  {"changed", report.changed},
                  {"unchanged", report.unchanged},
                  {"removed", report.removed},
                  {"mu", base::mu_from_m2(report.area_m2)},
                  {"area_m2", report.area_m2},
                  {"refused_by_reason", report.refused_by_reason},
                  {"repaired_by_reason", report.repaired_by_reason},
                  {"notes", report.notes},
                  {"refused", std::move(refused)},
                  {"repaired", std::move(repaired)},
                  {"warnings", report.warnings},
                  {"quality", to_json(report.quality)},
                  {"sources", report.sources},
                  {"seconds", report.seconds}};
  if (!report.rejects_file.empty()) json["rejects_file"] = report.rejects_file;
  return json;
}

}  // namespace caitu::catalog
