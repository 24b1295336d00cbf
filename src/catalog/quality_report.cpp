#include "catalog/quality_report.hpp"

#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "geodata/sink.hpp"
#include "geometry/measure.hpp"

namespace caitu::catalog {
namespace {

using geodata::FieldType;
using geodata::Value;

geodata::Schema findings_schema() {
  geodata::Schema schema;
  schema.layer = "findings";
  schema.title = "质检结果";
  schema.title_en = "Findings";
  schema.kinds = {geometry::Kind::point, geometry::Kind::line, geometry::Kind::polygon};
  const auto add = [&schema](const char* name, FieldType type) {
    geodata::Field field;
    field.name = name;
    field.type = type;
    schema.fields.push_back(std::move(field));
  };
  add("number", FieldType::integer);
  for (const char* name : {"rule", "rule_zh", "severity", "file"}) add(name, FieldType::text);
  add("row", FieldType::integer);
  for (const char* name : {"key", "field", "what", "what_zh", "way_out", "way_out_zh", "other"})
    add(name, FieldType::text);
  for (const char* name : {"lon", "lat", "measured", "allowed"}) add(name, FieldType::real);
  add("unit", FieldType::text);
  return schema;
}

Value text_value(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value number_value(const std::optional<double>& number) { return number ? Value(*number) : Value(); }

std::vector<Value> values_of(const QualityFinding& finding, std::int64_t number) {
  Value lon, lat;
  if (!finding.geometry.empty()) {
    const geometry::Position at = geometry::point_on(finding.geometry);
    if (std::isfinite(at.lon)) {
      lon = at.lon;
      lat = at.lat;
    }
  }
  return {number,
          finding.rule,
          std::string(quality_rule(finding.rule).title_zh),
          std::string(store::name(finding.severity)),
          text_value(finding.file),
          finding.row == 0 ? Value() : Value(finding.row),
          text_value(finding.key),
          text_value(finding.field),
          finding.what,
          finding.what_zh,
          finding.way_out,
          finding.way_out_zh,
          text_value(finding.other_place),
          lon,
          lat,
          number_value(finding.measured),
          number_value(finding.allowed),
          text_value(finding.unit)};
}

void write_findings(const std::filesystem::path& file, const std::vector<QualityFinding>& findings) {
  geodata::Sink sink(file, findings_schema(), {.format = {}, .encoding = {}, .own_columns = false});
  std::int64_t number = 0;
  for (const QualityFinding& finding : findings) {
    ++number;
    sink.write(static_cast<std::uint64_t>(number), finding.geometry, values_of(finding, number), 0);
  }
  sink.finish();
}

}  // namespace

void write_quality_report(const std::filesystem::path& folder, const QualityReportOf& of) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    throw base::Error(base::Code::io, "the folder of the report cannot be made: " + failed.message(),
                      base::Where{.file = folder.string()});
  const std::filesystem::path page = folder / "report.html";
  std::ofstream out(page, std::ios::binary | std::ios::trunc);
  out << quality_page(of);
  out.close();
  if (!out) throw base::Error(base::Code::io, "the report cannot be written", base::Where{.file = page.string()});
  write_findings(folder / "findings.xlsx", of.report.quality.findings);
  write_findings(folder / "findings.gpkg", of.report.quality.findings);
}

}  // namespace caitu::catalog
