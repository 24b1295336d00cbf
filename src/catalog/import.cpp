#include "catalog/import.hpp"

#include <algorithm>
#include <chrono>
#include <future>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/workers.hpp"
#include "catalog/difference.hpp"
#include "catalog/fold.hpp"
#include "catalog/intake.hpp"
#include "catalog/quality_audit.hpp"
#include "catalog/quality_report.hpp"
#include "catalog/rejects.hpp"
#include "catalog/scratch_folder.hpp"
#include "catalog/snapshots.hpp"
#include "geodata/map_watch.hpp"
#include "store/audit_log.hpp"
#include "store/job_state.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;

constexpr std::size_t kBatchRows = 1000;
constexpr std::size_t kBatchesInFlight = 16;

struct ReadBatch {
  const DeliveredFile* file = nullptr;
  std::vector<geodata::SourceRow> rows;
};
struct TakenBatch {
  const DeliveredFile* file = nullptr;
  std::vector<TakenRow> rows;
};

std::string reason_kind(const std::string& reason) {
  // Positions and values differ from row to row; what stands before them is the reason.
  return reason.substr(0, reason.find(", near "));
}

/// Reads, transforms and repairs the whole delivery. Features go to the snapshot writer as they come, because
/// memory must not grow with the delivery; who they are is known only when all have been seen.
class Intake {
 public:
  Intake(const geodata::Declaration& declaration, std::vector<DeliveredFile>& files, QualityAudit& audit,
         ImportReport& report)
      : declaration_(declaration), files_(files), audit_(audit), report_(report) {
    for (const std::string& key : declaration.schema.key)
      key_fields_.push_back(*declaration.schema.index_of(key));
    for (const auto& file : files)
      expected_ += static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.source.rows()));
  }

  void run(geodata::SnapshotWriter& snapshot, RejectsFile& rejects, std::size_t threads,
           const base::Progress& progress) {
    std::size_t current = 0;
    bool first_batch = true;
    const auto read = [&]() -> std::optional<ReadBatch> {
      while (current < files_.size()) {
        progress.check();
        ReadBatch batch{.file = &files_[current], .rows = files_[current].source.read(kBatchRows)};
        if (!batch.rows.empty()) {
          if (first_batch) check_coordinates(*batch.file, batch.rows);
          first_batch = false;
          return batch;
        }
        ++current;
        first_batch = true;
      }
      return std::nullopt;
    };
    const auto take = [&](ReadBatch batch) {
      TakenBatch taken{.file = batch.file, .rows = {}};
      taken.rows.reserve(batch.rows.size());
      for (auto& row : batch.rows)
        taken.rows.push_back(
            take_row(declaration_, key_fields_, *batch.file, std::move(row), &audit_.row_audit()));
      return taken;
    };
    const auto keep = [&](TakenBatch batch) {
      for (auto& row : batch.rows) {
        audit_.take(*batch.file, row);
        keep_row(batch.file->name, std::move(row), snapshot, rejects);
      }
      progress.at("reading", report_.rows_in, std::max(expected_, report_.rows_in));
    };
    base::ordered_pipeline<ReadBatch, TakenBatch>(read, take, keep, threads, kBatchesInFlight);
  }

  const std::vector<Claim>& claims() const { return claims_; }
  std::uint64_t outside_region() const { return outside_; }

 private:
  void keep_row(const std::string& file, TakenRow&& row, geodata::SnapshotWriter& snapshot,
                RejectsFile& rejects) {
    ++report_.rows_in;
    for (const std::string& note : row.notes) ++report_.notes[note];
    if (!row.notes.empty()) ++report_.rows_noted;
    if (!row.feature) {
      ++report_.rows_refused;
      ++report_.refused_by_reason[reason_kind(row.refusal)];
      if (report_.refused.size() < kListedRows) report_.refused.push_back({file, row.row, row.refusal});
      rejects.add({.row = row.row,
                   .file = file,
                   .reason = row.refusal,
                   .geometry = std::move(row.delivered),
                   .attributes = std::move(row.attributes)});
      return;
    }
    if (!row.repair.empty()) {
      ++report_.rows_repaired;
      ++report_.repaired_by_reason[row.repair_kind];
      if (report_.repaired.size() < kListedRows)
        report_.repaired.push_back({file, row.row, row.repair, row.repair_at});
    }
    if (row.outside_region) ++outside_;
    report_.area_m2 += row.feature->area_m2;
    claims_.push_back(row.claim);
    snapshot.add(row.claim.id, row.feature->geometry, row.feature->values, row.feature->area_m2);
  }

  const geodata::Declaration& declaration_;
  std::vector<DeliveredFile>& files_;
  QualityAudit& audit_;
  ImportReport& report_;
  std::vector<std::size_t> key_fields_;
  std::vector<Claim> claims_;
  std::uint64_t expected_ = 0, outside_ = 0;
};

base::Json describe(const std::vector<DeliveredFile>& files, const ImportRequest& request) {
  base::Json sources = base::Json::array();
  for (const auto& file : files) {
    base::Json source{{"file", file.name},
                      {"layer", file.source.layer()},
                      {"driver", file.source.driver()},
                      {"crs", file.crs.authority().empty() ? file.crs.name() : file.crs.authority()},
                      {"crs_definition", file.crs.definition()},
                      {"crs_from", file.crs_basis},
                      {"datum", geometry::name(file.datum)}};
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

std::string snapshot_name(const std::string& layer, std::uint32_t edition) {
  return layer + "-" + std::to_string(edition) + ".snapshot";
}

/// Takes away the half-written snapshots that killed imports of this layer left. Call with the layer staged:
/// then no other import of it runs.
void clear_leftovers(const Workspace& workspace, const std::string& layer) {
  for (const auto& entry : std::filesystem::directory_iterator(workspace.snapshots())) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(layer + "-", 0) != 0 || name.find(".snapshot.part-") == std::string::npos) continue;
    if (name.find_first_not_of("0123456789", layer.size() + 1) == name.find(".snapshot.part-")) {
      std::filesystem::remove(entry.path());
    }
  }
}

store::EditionRecord make_record(const ImportReport& report, const ImportRequest& request,
                                 const std::string& digest) {
  base::Json source{{"files", report.sources}, {"program", "caitu " CAITU_VERSION}};
  if (!request.notice.empty()) source["notice"] = request.notice;
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

/// Says in the audit trail what is about to be published; a job works for who asked for it.
void audit(const Workspace& workspace, const store::EditionRecord& record, const ImportRequest& request) {
  store::Work work = store::Work::open(workspace.work(), false);
  const auto job = request.job.empty() ? std::nullopt : store::JobStates(work).find(request.job);
  store::WorkChange change(work);
  store::AuditLog(work).append({.who = job ? job->job.who : request.who,
                                .action = "edition.publish",
                                .subject = record.layer + "/" + std::to_string(record.edition),
                                .after = {{"as_of", record.as_of},
                                          {"digest", record.digest},
                                          {"rows", record.rows},
                                          {"area_m2", record.area_m2},
                                          {"source", record.source}}});
  change.commit();
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

/// Writes the record from the finished snapshot and what the audit found.
void write_edition(const geodata::Snapshot& snapshot, const Difference& difference,
                   const RejectsFile& rejects, const QualityReport& quality, std::size_t threads,
                   store::StagedEdition& staged, const base::Progress& progress) {
  write_difference(difference, snapshot, threads, staged, progress);
  for (const store::Reject& reject : rejects.rows()) staged.reject(reject);
  for (const QualityFinding& finding : quality.findings) staged.finding(finding);
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
  std::vector<std::filesystem::path> folders = declared;
  folders.push_back(workspace.own_layers());
  const auto declarations = geodata::load_declarations(folders);
  const geodata::Declaration& declaration = find_declaration(declarations, request.layer);
  const geodata::Schema& schema = declaration.schema;

  ImportReport report;
  report.layer = request.layer;
  report.match = request.match;
  report.as_of = request.as_of.empty() ? base::utc_today() : request.as_of;
  check_date(report.as_of);
  check_notice(request.notice);
  store::Store store = store::Store::open(workspace.database(), request.dry_run);
  std::vector<DeliveredFile> files = open_delivery(declaration, request, report.warnings);
  report.sources = describe(files, request);

  std::optional<store::StagedEdition> staged;
  std::optional<ScratchFolder> scratch;
  std::uint32_t edition = 0;
  if (request.dry_run) {
    scratch.emplace();
  } else {
    // What was edited becomes history that the delivery is told against, not something that it hides.
    fold(workspace, declaration);
    staged = store.stage(schema, report.as_of);
    edition = staged->edition();
    clear_leftovers(workspace, schema.layer);
  }
  const std::filesystem::path snapshot_file =
      (scratch ? scratch->path() : workspace.snapshots()) / snapshot_name(schema.layer, edition);
  geodata::SnapshotWriter writer(snapshot_file, schema,
                                 {.layer = schema.layer, .edition = edition, .as_of = report.as_of});
  RejectsFile rejects(request.dry_run
                          ? std::filesystem::path()
                          : workspace.rejects() / (schema.layer + "-" + std::to_string(edition) + ".csv"));
  const std::size_t threads = request.threads == 0 ? base::default_threads() : request.threads;
  const geodata::MapWatch watch;
  QualityAudit quality(audit_context(workspace, store, declared, declaration));
  Intake intake(declaration, files, quality, report);
  intake.run(writer, rejects, threads, progress);
  report.rejects_file = rejects.finish();
  report.rows_published = report.rows_in - report.rows_refused;
  if (report.rows_published == 0) refuse_whole(report, files, report.rejects_file, quality.likely_mend());
  check_region(declaration, report, intake.outside_region(), quality.likely_mend(), report.warnings);

  progress.at("telling rows apart", 0, 0);
  writer.seal();
  const auto current = current_land(workspace, store, schema.layer);
  report.identity = identify_rows(schema, intake.claims(), current, writer, request.match, threads);
  watch.check();
  if (report.identity.shared > 0) {
    report.warnings.push_back(std::to_string(report.identity.shared) +
                              " rows share their key with another row; each keeps an id of its own");
  }
  const std::vector<std::uint64_t> ids = std::move(report.identity.ids);
  const std::uint32_t newest = store.newest(schema.layer);
  const Difference difference =
      compare(current && current->edition == newest ? current->rows : store.newest_rows(schema.layer), ids,
              intake.claims());
  tell(current && current->edition != newest ? compare(current->rows, ids, intake.claims()) : difference,
       report);
  report.follows = current ? current->edition : 0;
  progress.at("building the snapshot", 0, 0);
  writer.assign_ids(ids);
  const std::string digest = writer.finish();
  const auto snapshot = geodata::Snapshot::open(snapshot_file);
  std::future<void> on_disk;
  if (!request.dry_run) on_disk = std::async(std::launch::async, geodata::sync_block_file, snapshot_file);
  report.quality = quality.finish(*snapshot, intake.claims(), ids, threads, progress);
  if (!request.dry_run) {
    write_edition(*snapshot, difference, rejects, report.quality, threads, *staged, progress);
    on_disk.get();
    report.edition = edition;
  }
  if (!request.report_folder.empty())
    write_quality_report(request.report_folder, {report, declaration, *snapshot, request.notice});
  watch.check();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (!request.dry_run) {
    const store::EditionRecord record = make_record(report, request, digest);
    progress.check();
    audit(workspace, record, request);
    staged->publish(record);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  }
  return report;
}

}  // namespace caitu::catalog
