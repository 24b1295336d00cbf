#include "catalog/import.hpp"

#include <algorithm>
#include <chrono>
#include <future>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/workers.hpp"
#include "catalog/attachments.hpp"
#include "catalog/difference.hpp"
#include "catalog/fold.hpp"
#include "catalog/intake.hpp"
#include "catalog/publish.hpp"
#include "catalog/quality_audit.hpp"
#include "catalog/quality_report.hpp"
#include "catalog/reading.hpp"
#include "catalog/rejects.hpp"
#include "catalog/scratch_folder.hpp"
#include "catalog/snapshots.hpp"
#include "geodata/map_watch.hpp"
#include "store/job_state.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;

base::Json describe(const std::vector<DeliveredFile>& files, const ImportRequest& request) {
  base::Json sources = base::Json::array();
  for (const auto& file : files) {
    // What caitu wrote itself lies in a folder that goes away.
    const std::string name =
        request.derived.is_null() ? file.name : std::filesystem::path(file.name).filename().string();
    base::Json source{{"file", name},
                      {"layer", file.source.layer()},
                      {"driver", file.source.driver()},
                      {"crs", file.placement.crs.authority().empty() ? file.placement.crs.name()
                                                                     : file.placement.crs.authority()},
                      {"crs_definition", file.placement.crs.definition()},
                      {"crs_from", file.placement.basis},
                      {"datum", geometry::name(file.placement.datum)}};
    if (!file.source.encoding_note().empty()) source["encoding"] = file.source.encoding_note();
    sources.push_back(std::move(source));
  }
  for (const auto& [ours, theirs] : request.field_map) {
    for (auto& source : sources) source["map"][ours] = theirs;
  }
  return sources;
}

[[noreturn]] void refuse_whole(const ImportReport& report, const std::vector<DeliveredFile>& files,
                               const std::string& rejects_file, const std::string& mend) {
  const Where where{.file = files.size() == 1 ? files.front().name : std::string(), .layer = report.layer};
  std::string reasons;
  for (const auto& [reason, rows] : report.refused_by_reason) {
    reasons += (reasons.empty() ? "" : "; ") + std::to_string(rows) + " × " + reason;
  }
  if (report.rows_in == 0) {
    throw Error(Code::refused, "the delivery holds no rows, and nothing was published", where,
                "ask for the land itself; caitu import --list FILE shows what a file holds");
  }
  throw Error(
      Code::refused, "every row was refused, and nothing was published: " + reasons, where,
      mend + (rejects_file.empty() ? "" : (mend.empty() ? "" : "; ") + ("the rows are in " + rejects_file)));
}

const geodata::Declaration& find_declaration(const std::map<std::string, geodata::Declaration>& all,
                                             const std::string& layer) {
  const auto at = all.find(layer);
  if (at != all.end()) return at->second;
  std::vector<std::string> names;
  for (const auto& [id, declaration] : all) names.push_back(id);
  const std::string nearest = base::nearest_name(layer, names);
  throw Error(Code::usage, "no layer \"" + layer + "\" is declared",
              (nearest.empty() ? std::string() : "did you mean \"" + nearest + "\"? ") +
                  "A layer of your own is declared by a file in the workspace's layers/ folder.");
}

/// Takes away the half-written files that killed imports of this layer left among the snapshots and rasters.
/// Call with the layer staged: then no other import of it runs.
void clear_leftovers(const Workspace& workspace, const std::string& layer) {
  for (const auto& entry : std::filesystem::directory_iterator(workspace.snapshots())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(layer + "-")) continue;
    const std::string_view ending = std::string_view(name).substr(
        std::min(name.size(), name.find_first_not_of("0123456789", layer.size() + 1)));
    if (ending.starts_with(".snapshot.part-") || ending.starts_with(".rows.part-"))
      std::filesystem::remove(entry.path());
  }
  for (const std::filesystem::path& half : half_attachments(workspace, layer)) std::filesystem::remove(half);
}

store::EditionRecord make_record(const ImportReport& report, const ImportRequest& request,
                                 const std::string& digest) {
  base::Json source{{"files", report.sources}, {"program", "caitu " CAITU_VERSION}};
  if (!request.notice.empty()) source["notice"] = request.notice;
  if (!request.derived.is_null()) source["derived"] = request.derived;
  if (!request.job.empty()) source["job"] = request.job;
  return {.layer = report.layer,
          .edition = report.edition,
          .as_of = report.as_of,
          .imported_at = base::utc_now(),
          .published = true,
          .source = std::move(source),
          .report = to_json(report),
          .rows = report.rows_published,
          .area_m2 = report.area_m2,
          .digest = digest,
          .snapshot = snapshot_name(report.layer, report.edition),
          .schema = {}};
}

void check_date(const std::string& as_of) {
  if (is_date(as_of)) return;
  throw Error(Code::usage, "\"" + as_of + "\" is no date", Where{.field = "--as-of"},
              "the land date is written as 2025-06-30");
}

void check_notice(const std::string& notice) {
  if (notice.size() <= kMaxNoticeBytes) return;
  throw Error(Code::usage, "the notice has " + std::to_string(notice.size()) + " bytes",
              Where{.field = "--notice"}, "at most " + std::to_string(kMaxNoticeBytes));
}

void check_region(const geodata::Declaration& declaration, const ImportReport& report, std::uint64_t outside,
                  const std::string& mend, std::vector<std::string>& warnings) {
  if (outside == 0) return;
  if (outside == report.rows_published) {
    throw Error(
        Code::refused, "every feature lies outside the layer's region: a wrong zone, datum or axis order",
        Where{.layer = report.layer},
        mend + (mend.empty() ? "" : "; ") + "look at the file's CRS; --crs and --datum say another one");
  }
  warnings.push_back(std::to_string(outside) + " features lie outside the region of layer " +
                     declaration.schema.layer);
}

/// A job works for who asked for it.
std::string who_imports(const Workspace& workspace, const ImportRequest& request) {
  if (request.job.empty()) return request.who;
  store::Work work = store::Work::open(workspace.work(), true);
  const auto job = store::JobStates(work).find(request.job);
  return job ? job->job.who : request.who;
}

/// Against the edition that was current, which a rollback may have made another than the newest.
void tell(const Difference& difference, ImportReport& report) {
  report.added = difference.added();
  report.changed = difference.changed;
  report.unchanged = difference.unchanged;
  report.removed = difference.removed();
}

/// The edition that is current when a delivery comes.
struct CurrentLand {
  std::uint32_t edition = 0;
  std::shared_ptr<const geodata::Snapshot> snapshot;
  std::vector<store::RowState> rows;
};

std::optional<CurrentLand> current_land(const Workspace& workspace, const store::Store& store,
                                        const std::string& layer) {
  const auto known = store.layer(layer);
  if (!known || known->current == 0) return std::nullopt;
  return CurrentLand{known->current, open_snapshot(workspace, store, *store.edition(layer, known->current)),
                     store.rows_of(layer, known->current)};
}

Identities identify_rows(const geodata::Schema& schema, const std::vector<Claim>& claims,
                         const std::optional<CurrentLand>& current, const geodata::SnapshotWriter& writer,
                         MatchOptions options, std::size_t threads) {
  options.threads = threads;
  const auto land = [&writer](std::size_t claim) { return writer.geometry(claim); };
  if (!current) return identify(schema, claims, nullptr, land, options);
  const Former former{*current->snapshot, current->rows};
  return identify(schema, claims, &former, land, options);
}

/// Where an import writes before anybody sees it: an edition that it has staged, or, of a dry run, a folder
/// that goes away.
struct Target {
  std::optional<store::StagedEdition> staged;
  std::unique_ptr<ScratchFolder> scratch;
  std::uint32_t edition = 0;
  std::filesystem::path snapshot, rejects;  ///< of a dry run no rejects file
};

Target make_target(const Workspace& workspace, store::Store& store, const geodata::Declaration& declaration,
                   const std::string& as_of, bool dry_run) {
  const std::string& layer = declaration.schema.layer;
  Target target;
  if (dry_run) {
    target.scratch = std::make_unique<ScratchFolder>();
    target.snapshot = target.scratch->path() / snapshot_name(layer, 0);
    return target;
  }
  // What was edited becomes history that the delivery is told against, not something that it hides.
  fold(workspace, declaration);
  target.staged = store.stage(declaration.schema, as_of);
  target.edition = target.staged->edition();
  clear_leftovers(workspace, layer);
  target.snapshot = workspace.snapshots() / snapshot_name(layer, target.edition);
  target.rejects = workspace.rejects() / (layer + "-" + std::to_string(target.edition) + ".csv");
  return target;
}

/// What the delivery is told against, and what it changes in the record.
struct Compared {
  std::vector<std::uint64_t> ids;  ///< of each claim
  Difference difference;           ///< to the newest edition, on which the record's rows build
};

Compared compare_rows(const Workspace& workspace, const store::Store& store, const geodata::Schema& schema,
                      const std::vector<Claim>& claims, const geodata::SnapshotWriter& writer,
                      const MatchOptions& match, std::size_t threads, ImportReport& report) {
  const auto current = current_land(workspace, store, schema.layer);
  report.identity = identify_rows(schema, claims, current, writer, match, threads);
  if (report.identity.shared > 0) {
    report.warnings.push_back(std::to_string(report.identity.shared) +
                              " rows share their key with another row; each keeps an id of its own");
  }
  Compared compared{.ids = std::move(report.identity.ids), .difference = {}};
  const bool newest = current && current->edition == store.newest(schema.layer);
  compared.difference =
      compare(newest ? current->rows : store.newest_rows(schema.layer), compared.ids, claims);
  tell(current && !newest ? compare(current->rows, compared.ids, claims) : compared.difference, report);
  report.follows = current ? current->edition : 0;
  return compared;
}

/// Writes the record from the finished snapshot and what the audit found, while the snapshot goes to the
/// disk.
void write_edition(const std::filesystem::path& file, const geodata::Snapshot& snapshot,
                   const Difference& difference, const RejectsFile& rejects, const QualityReport& quality,
                   std::size_t threads, store::StagedEdition& staged, const base::Progress& progress) {
  std::future<void> on_disk = std::async(std::launch::async, geodata::sync_block_file, file);
  write_difference(difference, snapshot, threads, staged, progress);
  for (const store::Reject& reject : rejects.rows()) staged.reject(reject);
  for (const QualityFinding& finding : quality.findings) staged.finding(finding);
  on_disk.get();
}

/// Before the edition that names them is published.
void keep_rasters(const Workspace& workspace, const std::string& layer,
                  const std::vector<DeliveredFile>& files, const base::Progress& progress) {
  std::uint64_t kept = 0;
  for (const DeliveredFile& file : files) {
    if (!file.raster) continue;
    progress.at("keeping the rasters", kept++, files.size());
    keep_attachment(workspace, file.raster->file, file.raster->sha256, layer, progress);
  }
}

ImportReport begin_report(const ImportRequest& request) {
  ImportReport report;
  report.layer = request.layer;
  report.match = request.match;
  report.as_of = request.as_of.empty() ? base::utc_today() : request.as_of;
  check_date(report.as_of);
  check_notice(request.notice);
  return report;
}

}  // namespace

std::optional<base::Json> published_by(const Workspace& workspace, const std::string& layer,
                                       const std::string& job) {
  const store::Store store = store::Store::open(workspace.database(), false);
  for (const store::EditionRecord& edition : store.editions(layer)) {
    if (edition.published && edition.source.value("job", "") == job) return edition.report;
  }
  return std::nullopt;
}

ImportReport import_delivery(const Workspace& workspace, const std::vector<std::filesystem::path>& declared,
                             const ImportRequest& request, const base::Progress& progress) {
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [started] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  std::vector<std::filesystem::path> folders = declared;
  folders.push_back(workspace.own_layers());
  const auto declarations = geodata::load_declarations(folders);
  const geodata::Declaration& declaration = find_declaration(declarations, request.layer);
  const geodata::Schema& schema = declaration.schema;
  const std::size_t threads = request.threads == 0 ? base::default_threads() : request.threads;

  ImportReport report = begin_report(request);
  store::Store store = store::Store::open(workspace.database(), request.dry_run);
  std::vector<DeliveredFile> files = open_delivery(declaration, request, report.warnings, progress);
  report.sources = describe(files, request);

  Target target = make_target(workspace, store, declaration, report.as_of, request.dry_run);
  geodata::SnapshotWriter writer(target.snapshot, schema,
                                 {.layer = schema.layer, .edition = target.edition, .as_of = report.as_of});
  RejectsFile rejects(target.rejects);
  const geodata::MapWatch watch;
  QualityAudit quality(audit_context(workspace, store, declared, declaration));
  const KnownRows known = KnownRows::open(workspace, store, schema);
  const ReadRows read =
      read_rows(declaration, files, known, {writer, rejects, quality, report}, threads, progress);
  report.rejects_file = rejects.finish();
  report.rows_published = report.rows_in - report.rows_refused;
  if (report.rows_published == 0) refuse_whole(report, files, report.rejects_file, quality.likely_mend());
  check_region(declaration, report, read.outside_region, quality.likely_mend(), report.warnings);

  progress.at("telling rows apart", 0, 0);
  writer.seal();
  const Compared compared =
      compare_rows(workspace, store, schema, read.claims, writer, request.match, threads, report);
  watch.check();
  progress.at("building the snapshot", 0, 0);
  writer.assign_ids(compared.ids);
  const std::string digest = writer.finish();
  const auto snapshot = geodata::Snapshot::open(target.snapshot);
  report.quality = quality.finish(*snapshot, read.claims, compared.ids, threads, progress);
  if (target.staged) {
    keep_rasters(workspace, schema.layer, files, progress);
    write_edition(target.snapshot, *snapshot, compared.difference, rejects, report.quality, threads,
                  *target.staged, progress);
    report.edition = target.edition;
  }
  if (!request.report_folder.empty())
    write_quality_report(request.report_folder, {report, declaration, *snapshot, request.notice});
  watch.check();
  report.seconds = seconds();
  if (target.staged) {
    progress.check();
    publish(workspace, *target.staged, make_record(report, request, digest), who_imports(workspace, request));
    read.to_know.leave(workspace, *snapshot, read.claims, writer.arrivals());
    report.seconds = seconds();
  }
  return report;
}

}  // namespace caitu::catalog
