#include <fmt/format.h>

#include <memory>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/processes.hpp"
#include "app/program.hpp"
#include "app/terminal.hpp"
#include "base/error.hpp"
#include "catalog/import.hpp"
#include "jobs/execute.hpp"

namespace caitu::app {
namespace {

struct Arguments {
  std::string workspace, layer, as_of, crs, datum, encoding, notice, report, fail_on;
  std::vector<std::string> files, maps, listed;
  bool dry_run = false, json = false;
  std::size_t threads = 0;
};

catalog::ImportRequest make_request(const Arguments& arguments) {
  catalog::ImportRequest request{.layer = arguments.layer,
                                 .files = {arguments.files.begin(), arguments.files.end()},
                                 .as_of = arguments.as_of,
                                 .crs = arguments.crs,
                                 .datum = {},
                                 .encoding = arguments.encoding,
                                 .field_map = {},
                                 .notice = arguments.notice,
                                 .dry_run = arguments.dry_run,
                                 .report_folder = arguments.report,
                                 .threads = arguments.threads,
                                 .who = shell_user()};
  if (!arguments.datum.empty()) {
    request.datum = geometry::parse_datum(arguments.datum);
    if (!request.datum) {
      throw base::Error(base::Code::usage, "\"" + arguments.datum + "\" is no datum that caitu knows",
                        base::Where{.field = "--datum"}, "gcj02, bd09 or cgcs2000");
    }
  }
  for (const std::string& map : arguments.maps) {
    const std::size_t equals = map.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == map.size()) {
      throw base::Error(base::Code::usage, "\"" + map + "\" is no mapping", base::Where{.field = "--map"},
                        "write it as FIELD=SOURCE_FIELD");
    }
    request.field_map[map.substr(0, equals)] = map.substr(equals + 1);
  }
  return request;
}

void print_counts(const std::string& title, const std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [reason, rows] : counts) fmt::print("  {:<10} {:>12}  {}\n", title, grouped(rows), reason);
}

/// By rule with its count, and the first few where they are.
void print_quality(const catalog::QualityReport& quality) {
  fmt::print("  {:<10} {:>12}  {} errors, {} warnings, {} notes\n", "quality", "", grouped(quality.errors),
             grouped(quality.warnings), grouped(quality.notes));
  for (const catalog::QualityRule& rule : catalog::quality_rules()) {
    const auto counted = quality.by_rule.find(std::string(rule.id));
    if (counted == quality.by_rule.end()) continue;
    fmt::print("  {:<10} {:>12}  {}: {} {}\n", store::name(rule.severity), grouped(counted->second), rule.id,
               rule.title_en, rule.title_zh);
    std::size_t listed = 0;
    for (const catalog::QualityFinding& finding : quality.findings) {
      if (finding.rule != rule.id) continue;
      if (listed++ == catalog::kListedOfRule) break;
      std::string place;
      if (!finding.geometry.empty()) {
        const geometry::Position at = geometry::point_on(finding.geometry);
        place = fmt::format(" at {:.6f}, {:.6f}", at.lon, at.lat);
      }
      fmt::print("      {}{}{}{}: {}\n", finding.file,
                 finding.row == 0 ? "" : " row " + std::to_string(finding.row),
                 finding.key.empty() ? "" : ", " + finding.key, place, finding.what);
    }
  }
  for (const std::string& reason : quality.not_run) fmt::print("  not run: {}\n", reason);
}

void print_report(const catalog::ImportReport& report) {
  if (report.edition == 0) {
    fmt::print("{}: dry run, nothing was written; land as of {}\n", report.layer, report.as_of);
  } else {
    fmt::print("{}: edition {} published, land as of {}\n", report.layer, report.edition, report.as_of);
  }
  fmt::print("  {:<10} {:>12}\n", "rows in", grouped(report.rows_in));
  fmt::print("  {:<10} {:>12}  {}\n", "published", grouped(report.rows_published), mu_text(report.area_m2));
  fmt::print("  {:<10} {:>12}  added {}, changed {}, unchanged {}, removed {}\n", "against", "",
             grouped(report.added), grouped(report.changed), grouped(report.unchanged),
             grouped(report.removed));
  fmt::print("  {:<10} {:>12}  by key {}, by equal geometry {}, by overlap {}, new {}\n", "ids", "",
             grouped(report.identity.by_key), grouped(report.identity.by_geometry),
             grouped(report.identity.by_overlap), grouped(report.identity.fresh));
  print_counts("repaired", report.repaired_by_reason);
  print_counts("refused", report.refused_by_reason);
  print_counts("noted", report.notes);
  for (const std::string& warning : report.warnings) fmt::print("  warning: {}\n", warning);
  for (const auto& row : report.refused) fmt::print("  {} row {}: {}\n", row.file, row.row, row.reason);
  if (report.rows_refused > report.refused.size())
    fmt::print("  … and {} more\n", grouped(report.rows_refused - report.refused.size()));
  print_quality(report.quality);
  if (!report.rejects_file.empty())
    fmt::print("  refused rows with their geometry: {}\n", report.rejects_file);
  fmt::print("  {:.1f} s\n", report.seconds);
}

/// The import as a job of this process: `caitu jobs` and the server show it, and may call it off.
catalog::ImportReport import_as_job(const catalog::Workspace& workspace, catalog::ImportRequest request,
                                    const base::Progress& progress) {
  const std::vector<std::filesystem::path> declared{find_installation().layers()};
  // A dry run leaves no trace, and where there is no workspace there are no jobs.
  if (request.dry_run || !std::filesystem::exists(workspace.database()))
    return catalog::import_delivery(workspace, declared, request, progress);
  catalog::ImportReport report;
  jobs::Process process = import_process(workspace, declared);
  process.run = [&](const jobs::Call& call) {
    request.job = call.job;
    report = catalog::import_delivery(workspace, declared, request, call.progress);
    return to_json(report);
  };
  jobs::Queue queue(workspace.work());
  jobs::execute(queue, queue.begin(process, import_inputs(request), shell_user()), process, progress);
  return report;
}

/// 1 when findings of the severity that `--fail-on` names, or of a worse one, were made.
void fail_on_findings(const Arguments& arguments, const catalog::QualityReport& quality) {
  if (arguments.fail_on.empty()) return;
  const bool failed = quality.errors > 0 || (arguments.fail_on == "warning" && quality.warnings > 0);
  if (failed) throw CLI::RuntimeError(kFailed);
}

void run(const Arguments& arguments) {
  if (!arguments.listed.empty()) return list_deliveries(arguments.listed, arguments.encoding, arguments.json);
  if (arguments.files.empty()) {
    throw base::Error(base::Code::usage, "WS, LAYER and FILE are required",
                      "caitu import WS LAYER FILE…; caitu import --list FILE… shows what files hold");
  }
  const catalog::ImportRequest request = make_request(arguments);
  catalog::ImportReport report;
  {
    ProgressBar bar("import " + arguments.layer);
    report = import_as_job({arguments.workspace}, request, bar.progress());
  }
  if (arguments.json) {
    fmt::print("{}\n", to_json(report).dump(2));
  } else {
    print_report(report);
  }
  if (!arguments.report.empty()) fmt::print(stderr, "report: {}/report.html\n", arguments.report);
  fail_on_findings(arguments, report.quality);
}

}  // namespace

void add_import(CLI::App& program) {
  auto* command = program.add_subcommand("import", "Take a delivery into a new edition of a layer");
  const auto a = std::make_shared<Arguments>();
  command->add_option("WS", a->workspace, "folder of the workspace");
  command->add_option("LAYER", a->layer,
                      "layer id, as declared in geodata/layers or the workspace's layers/");
  command->add_option(
      "FILE", a->files,
      "a file, a folder or a .zip; FILE:LAYER picks one of several layers, FILE:* or FILE:DLTB* takes "
      "those as one edition, as do several files. Of imagery: rasters (GeoTIFF, .img, JPEG 2000)");
  command
      ->add_option("--list", a->listed,
                   "only show what these files hold: layers, rows, fields, CRS, encoding")
      ->expected(1, -1);
  command->add_option("--as-of", a->as_of,
                      "the date of which the land is true, like 2025-06-30 (default: today)");
  command->add_option("--crs", a->crs,
                      "coordinate system of the files: EPSG:4527, a .wkt file or '+proj=pipeline …'");
  command->add_option("--datum", a->datum, "degrees of a map service: gcj02 or bd09");
  command->add_option("--encoding", a->encoding, "encoding of the text: GBK, GB18030, UTF-8 …");
  command
      ->add_option("--map", a->maps, "FIELD=SOURCE_FIELD: which field of the file fills a field of the layer")
      ->take_all();
  command->add_option(
      "--notice", a->notice,
      "what whoever looks at this edition has to know; the map shows it (虚构数据 of made-up data)");
  command->add_option("--threads", a->threads, "threads (default: one for each core)");
  command->add_flag("--dry-run", a->dry_run, "the whole report; write nothing into the workspace");
  command->add_option(
      "--report", a->report,
      "folder for report.html, findings.xlsx and findings.gpkg: what goes back to the surveyor");
  command->add_option("--fail-on", a->fail_on, "exit with 1 on findings of this severity or a worse one")
      ->check(CLI::IsMember({"error", "warning"}));
  command->add_flag("--json", a->json, "the report as JSON");
  command->callback([a] { run(*a); });
}

}  // namespace caitu::app
