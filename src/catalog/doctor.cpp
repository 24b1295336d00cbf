#include "catalog/doctor.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "catalog/attachments.hpp"
#include "catalog/known_rows.hpp"
#include "catalog/leftovers.hpp"
#include "catalog/snapshots.hpp"
#include "store/audit_log.hpp"
#include "store/examine.hpp"
#include "store/work.hpp"

namespace caitu::catalog {
namespace {

namespace fs = std::filesystem;
using store::Check;
using store::Checks;
using store::Verdict;

constexpr const char* kRestore = "restore a backup: caitu restore FILE WS";
constexpr const char* kRepair = "caitu doctor WS --repair";
/// Sums of areas are taken in another order than at the import.
constexpr double kAreaTolerance = 1e-9;
/// Below this share of the disk, or with less room than the record takes, an import or a backup may not fit.
constexpr double kLittleRoom = 0.05;

bool in_order(const Check& check) { return check.verdict == Verdict::good; }

/// What was not in order before and is now, is repaired.
Checks after_repair(const Checks& before, Checks after) {
  for (const Check& old : before) {
    if (in_order(old)) continue;
    const auto same =
        std::find_if(after.begin(), after.end(), [&](const Check& c) { return c.what == old.what; });
    if (same == after.end()) {
      after.push_back({.what = old.what, .verdict = Verdict::repaired, .found = old.found});
    } else if (in_order(*same)) {
      *same = {.what = old.what, .verdict = Verdict::repaired, .found = old.found};
    }
  }
  return after;
}

Checks examined(const fs::path& file, const std::function<Checks()>& examine,
                const std::function<void(const fs::path&)>& rebuild, bool repair) {
  Checks before = examine();
  if (!repair || std::all_of(before.begin(), before.end(), in_order)) return before;
  try {
    rebuild(file);
  } catch (const base::Error& error) {
    before.push_back({.what = file.filename().string() + ", repair",
                      .verdict = Verdict::damaged,
                      .found = error.what(),
                      .way_out = kRestore});
    return before;
  }
  return after_repair(before, examine());
}

/// Empty when the file is the edition's snapshot and every block of it is whole.
std::string snapshot_fault(const fs::path& file, const store::EditionRecord& record) {
  try {
    const auto snapshot = geodata::Snapshot::open(file);
    snapshot->verify();
    const geodata::SnapshotInfo& info = snapshot->info();
    if (info.layer != record.layer || info.edition != record.edition || info.as_of != record.as_of ||
        snapshot->digest() != record.digest) {
      return "it is the snapshot of something else";
    }
    return {};
  } catch (const base::Error& error) {
    return error.what();
  }
}

/// The edition's rows as a whole: as many as were published, and of the same digest. Builds its snapshot
/// where that is wanted.
Check examine_edition(const Workspace& workspace, const store::Store& store,
                      const store::EditionRecord& record, bool repair) {
  const std::string what = "layer " + record.layer + ", edition " + std::to_string(record.edition);
  const fs::path place = workspace.snapshots() / record.snapshot;
  const bool missing = !fs::exists(place);
  const std::string fault = missing ? "its snapshot is missing" : snapshot_fault(place, record);
  const bool build = repair && !fault.empty();
  try {
    fs::path built = place;
    if (!build) built += kProofEnding;
    const ProofFile proof(build ? fs::path() : built);
    rebuild_snapshot(store, record, built);
    const auto snapshot = geodata::Snapshot::open(built);
    const double off = std::abs(snapshot->total_area_m2() - record.area_m2);
    if (snapshot->size() != record.rows || off > kAreaTolerance * std::max(1.0, record.area_m2)) {
      return {.what = what,
              .verdict = Verdict::damaged,
              .found = "it holds " + std::to_string(snapshot->size()) + " features and says " +
                       std::to_string(record.rows) + ", or their areas differ from its sum",
              .way_out = kRestore};
    }
  } catch (const base::Error& error) {
    if (error.code() == base::Code::cancelled) throw;
    return {.what = what, .verdict = Verdict::damaged, .found = error.what(), .way_out = kRestore};
  }
  if (fault.empty())
    return {.what = what, .found = std::to_string(record.rows) + " features, rows and snapshot agree"};
  if (build)
    return {.what = what, .verdict = Verdict::repaired, .found = "the snapshot was built again: " + fault};
  return {.what = what,
          .verdict = missing ? Verdict::note : Verdict::damaged,
          .found = missing ? fault + "; it is built when it is first asked for" : "its snapshot: " + fault,
          .way_out = kRepair};
}

/// The rows that the next import would know of an edition; nothing when they are whole, or there are none.
std::optional<Check> examine_known_rows(const Workspace& workspace, const store::EditionRecord& record,
                                        bool repair) {
  const fs::path file = workspace.snapshots() / known_rows_name(record.layer, record.edition);
  const std::string fault = fs::exists(file) ? known_rows_fault(file) : std::string();
  if (fault.empty()) return std::nullopt;
  std::error_code failed;
  const bool removed = repair && fs::remove(file, failed);
  return Check{.what = "layer " + record.layer + ", rows known of edition " + std::to_string(record.edition),
               .verdict = removed ? Verdict::repaired : Verdict::damaged,
               .found = removed ? "removed, so that the next import takes every row anew: " + fault : fault,
               .way_out = removed ? "" : kRepair};
}

void examine_editions(const Workspace& workspace, bool repair, const base::Progress& progress,
                      Checks& checks) {
  try {
    const store::Store store = store::Store::open(workspace.database(), true);
    for (const store::LayerRecord& layer : store.layers()) {
      for (const store::EditionRecord& record : store.editions(layer.schema.layer)) {
        if (!record.published) continue;
        progress.check();
        progress.at("edition " + std::to_string(record.edition) + " of " + record.layer, 0, 0);
        checks.push_back(examine_edition(workspace, store, record, repair));
        if (auto check = examine_known_rows(workspace, record, repair)) checks.push_back(std::move(*check));
      }
      const auto current = store.edition(layer.schema.layer, layer.current);
      if (!current || !current->published) {
        checks.push_back({.what = "layer " + layer.schema.layer + ", current edition",
                          .verdict = Verdict::damaged,
                          .found = "edition " + std::to_string(layer.current) + " is not published",
                          .way_out = kRestore});
      }
    }
  } catch (const base::Error& error) {
    if (error.code() == base::Code::cancelled) throw;
    checks.push_back(
        {.what = "editions", .verdict = Verdict::damaged, .found = error.what(), .way_out = kRestore});
  }
}

/// The digest that the audit trail announced for each edition, by "layer/number"; the last counts, for an
/// import that was killed leaves its number to the next.
std::map<std::string, std::string> announced_editions(const fs::path& work, std::string& since) {
  store::Work opened = store::Work::open(work, true);
  std::map<std::string, std::string> announced;
  store::AuditLog(opened).read(1, [&](const store::AuditRow& row) {
    if (since.empty()) since = row.at;
    if (row.entry.action != "edition.publish") return;
    const base::Json& after = row.entry.after;
    announced[row.entry.subject] =
        after.is_object() && after.contains("digest") && after["digest"].is_string()
            ? after["digest"].get<std::string>()
            : std::string();
  });
  return announced;
}

/// Whether trail and record tell of the same editions. A trail begins with the first write that was audited,
/// so older editions are not in it.
void examine_trail(const Workspace& workspace, Checks& checks) {
  const std::string what = "audit trail and editions";
  if (!fs::exists(workspace.work())) return;  // told already
  try {
    std::string since;
    auto announced = announced_editions(workspace.work(), since);
    const store::Store store = store::Store::open(workspace.database(), true);
    std::string unaudited, other;
    for (const store::LayerRecord& layer : store.layers()) {
      for (const store::EditionRecord& record : store.editions(layer.schema.layer)) {
        if (!record.published) continue;
        const std::string subject = record.layer + "/" + std::to_string(record.edition);
        const auto row = announced.extract(subject);
        if (row.empty()) {
          if (!since.empty() && record.imported_at > since) unaudited += " " + subject;
        } else if (!row.mapped().empty() && row.mapped() != record.digest) {
          other += " " + subject;
        }
      }
    }
    std::string unpublished;
    for (const auto& [subject, digest] : announced) unpublished += " " + subject;
    if (!other.empty()) {
      checks.push_back({.what = what,
                        .verdict = Verdict::damaged,
                        .found = "editions that are not those that were published:" + other,
                        .way_out = kRestore});
    }
    if (!unaudited.empty()) {
      checks.push_back({.what = what,
                        .verdict = Verdict::note,
                        .found = "editions that the trail does not tell of:" + unaudited,
                        .way_out = "ask who could write to caitu.db"});
    }
    if (!unpublished.empty()) {
      checks.push_back(
          {.what = what,
           .verdict = Verdict::note,
           .found = "announced and not published, so the import was killed or runs:" + unpublished,
           .way_out = "import again"});
    }
    if (other.empty() && unaudited.empty() && unpublished.empty())
      checks.push_back({.what = what, .found = "they agree"});
  } catch (const base::Error& error) {
    checks.push_back({.what = what, .verdict = Verdict::damaged, .found = error.what(), .way_out = kRestore});
  }
}

/// Layers that have editions keep their declaration, or nothing more can be imported into them.
void examine_declarations(const Workspace& workspace, std::vector<fs::path> folders, Checks& checks) {
  try {
    folders.push_back(workspace.own_layers());
    const auto declared = geodata::load_declarations(folders);
    checks.push_back({.what = "declared layers", .found = std::to_string(declared.size()) + " layers"});
    const store::Store store = store::Store::open(workspace.database(), true);
    for (const store::LayerRecord& layer : store.layers()) {
      const std::string& id = layer.schema.layer;
      if (declared.contains(id)) continue;
      checks.push_back({.what = "layer " + id + ", declaration",
                        .verdict = Verdict::note,
                        .found = "it has editions and is declared no longer",
                        .way_out = "put " + id + ".toml back into " + workspace.own_layers().string()});
    }
  } catch (const base::Error& error) {
    checks.push_back({.what = "declared layers",
                      .verdict = Verdict::damaged,
                      .found = error.full(),
                      .way_out = "correct the file"});
  }
}

void examine_room(const Workspace& workspace, Checks& checks) {
  std::error_code failed;
  const fs::space_info space = fs::space(workspace.folder, failed);
  const auto record = fs::file_size(workspace.database(), failed);
  if (failed || space.capacity == 0) return;
  const bool little = space.available < record || static_cast<double>(space.available) <
                                                      kLittleRoom * static_cast<double>(space.capacity);
  checks.push_back({.what = "room on the disk",
                    .verdict = little ? Verdict::note : Verdict::good,
                    .found = std::to_string(space.available >> 20) + " MiB free",
                    .way_out = little ? "make room: an import or a backup may not fit" : ""});
}

}  // namespace

Checks examine_workspace(const Workspace& workspace, const std::vector<fs::path>& declared, bool repair,
                         const base::Progress& progress) {
  if (!fs::exists(workspace.database()) && !fs::exists(workspace.work())) {
    throw base::Error(base::Code::not_found, "there is no workspace",
                      base::Where{.file = workspace.folder.string()},
                      "make one with `caitu init`, or name another folder");
  }
  Checks checks = examined(
      workspace.database(), [&] { return store::examine_record(workspace.database(), progress); },
      store::repair_record, repair);
  Checks work = examined(
      workspace.work(), [&] { return store::examine_work(workspace.work(), progress); }, store::repair_work,
      repair);
  checks.insert(checks.end(), work.begin(), work.end());
  examine_editions(workspace, repair, progress, checks);
  examine_attachments(workspace, declared, progress, checks);
  examine_trail(workspace, checks);
  examine_leftovers(workspace, repair, checks);
  examine_declarations(workspace, declared, checks);
  examine_room(workspace, checks);
  return checks;
}

}  // namespace caitu::catalog
