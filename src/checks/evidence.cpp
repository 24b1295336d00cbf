#include "checks/evidence.hpp"

#include <fstream>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "checks/detail/report_folder.hpp"
#include "checks/report_page.hpp"
#include "geodata/sink.hpp"

namespace caitu::checks {
namespace {

using geodata::Field;
using geodata::FieldType;
using geodata::Value;

geodata::Schema schema() {
  geodata::Schema schema;
  schema.layer = "findings";
  schema.title = "核查结果";
  schema.title_en = "Findings";
  schema.kinds = {geometry::Kind::polygon};
  const auto text = [&](const char* name, const char* title) {
    schema.fields.push_back(Field{.name = name, .title = title});
  };
  const auto number = [&](const char* name, const char* title, FieldType type = FieldType::real) {
    schema.fields.push_back(Field{.name = name, .title = title, .type = type});
  };
  text("fingerprint", "图斑指纹");
  text("check", "核查");
  text("rule", "规则");
  number("version", "规则版本", FieldType::integer);
  number("category", "问题类别", FieldType::integer);
  text("verdict", "判定");
  text("severity", "严重程度");
  number("measured", "实测值");
  number("limit", "限值");
  text("unit", "单位");
  number("tolerance", "容差");
  text("district", "所在区");
  text("town", "所在乡镇");
  number("mu", "面积（亩）");
  text("state", "状态");
  text("what", "说明");
  text("what_en", "In words");
  text("basis", "依据");
  text("held_back_by", "未判违规的原因");
  text("held_back_by_en", "Held back by");
  text("turns", "改变判定的最小变化");
  text("parcels", "涉及图斑");
  text("evidence", "证据");
  return schema;
}

std::string keys_of(const std::vector<Subject>& subjects) {
  std::string keys;
  for (const Subject& one : subjects) keys += (keys.empty() ? "" : "；") + one.key;
  return keys;
}

std::vector<Value> values_of(const Finding& one) {
  return {one.fingerprint,
          one.check,
          one.rule,
          one.version,
          std::int64_t{one.category},
          std::string(name(one.verdict)),
          one.severity,
          one.measured,
          one.limit,
          one.unit,
          one.tolerance,
          one.district,
          one.town,
          base::mu_from_m2(one.area_m2),
          std::string(name(one.state)),
          one.what_zh,
          one.what,
          one.basis,
          one.held_back_by_zh,
          one.held_back_by,
          one.turns_zh,
          keys_of(one.parcels),
          evidence_json(one).dump()};
}

base::Json json_of(const std::vector<Subject>& subjects) {
  base::Json list = base::Json::array();
  for (const Subject& one : subjects)
    list.push_back({{"layer", one.layer}, {"id", one.id}, {"key", one.key}});
  return list;
}

struct DrawnRow {
  const std::string* check;
  const Drawn* drawn;
};

geodata::Schema drawn_schema(const std::string& layer) {
  geodata::Schema schema;
  schema.layer = layer;
  schema.kinds = {geometry::Kind::polygon};
  schema.fields = {Field{.name = "check", .title = "核查"}, Field{.name = "name", .title = "名称"},
                   Field{.name = "mu", .title = "面积（亩）", .type = FieldType::real, .unit = "mu"}};
  return schema;
}

void write_drawn(const std::filesystem::path& folder, const Run& run) {
  std::map<std::string, std::vector<DrawnRow>> layers;
  for (const CheckResult& result : run.results) {
    for (const Drawn& one : result.drawn) layers[one.layer].push_back({&result.check, &one});
  }
  geodata::SinkOptions options;
  options.own_columns = false;
  for (const auto& [layer, rows] : layers) {
    geodata::Sink sink(folder / (layer + ".gpkg"), drawn_schema(layer), options);
    std::uint64_t number = 0;
    for (const auto& [check, drawn] : rows)
      sink.write(++number, drawn->where, {*check, drawn->name, base::mu_from_m2(drawn->area_m2)},
                 drawn->area_m2);
    sink.finish();
  }
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "the report cannot be written", base::Where{.file = file.string()},
                      "is there room?");
}

}  // namespace

base::Json evidence_json(const Finding& finding) {
  base::Json facts = base::Json::array();
  for (const Fact& fact : finding.facts)
    facts.push_back(
        {{"name", fact.name}, {"name_zh", fact.name_zh}, {"value", fact.value}, {"source", fact.source}});
  return {{"title", finding.title},
          {"title_zh", finding.title_zh},
          {"subjects", json_of(finding.subjects)},
          {"parcels", json_of(finding.parcels)},
          {"owner_units", finding.owner_units},
          {"location_units", finding.location_units},
          {"facts", std::move(facts)}};
}

void write_findings(const std::filesystem::path& file, const Run& run) {
  geodata::SinkOptions options;
  options.own_columns = false;
  geodata::Sink sink(file, schema(), options);
  std::uint64_t number = 0;
  for (const CheckResult& result : run.results) {
    for (const Finding& one : result.findings) sink.write(++number, one.where, values_of(one), one.area_m2);
  }
  sink.finish();
}

void write_report(const std::filesystem::path& folder, const Run& run, const Context& context,
                  const base::Json& manifest) {
  detail::ReportFolder made(folder);
  write_text(made.path() / "report.html", report_page(run, context, manifest));
  write_text(made.path() / "manifest.json", base::json_text(manifest, 2) + "\n");
  write_findings(made.path() / "findings.gpkg", run);
  write_findings(made.path() / "findings.xlsx", run);
  write_drawn(made.path(), run);
  made.deliver();
}

void check_report_folder(const std::filesystem::path& folder) { detail::refuse_no_report(folder); }

}  // namespace caitu::checks
