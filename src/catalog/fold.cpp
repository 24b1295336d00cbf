#include "catalog/fold.hpp"

#include <algorithm>
#include <ctime>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "base/workers.hpp"
#include "catalog/difference.hpp"
#include "catalog/living_edition.hpp"
#include "catalog/publish.hpp"
#include "catalog/snapshots.hpp"

namespace caitu::catalog {
namespace {

using store::EditionRecord;

/// What a fold begins from.
struct Below {
  std::optional<EditionRecord> current;
  std::uint32_t newest = 0;
  std::uint64_t settled = 0;
};

Below below(const store::Store& store, const std::string& layer) {
  Below below;
  const auto editions = store.editions(layer);
  const auto shown = store.layer(layer);
  for (const EditionRecord& record : editions) {
    if (!record.published) continue;
    below.newest = record.edition;
    if (shown && record.edition == shown->current) below.current = record;
  }
  below.settled = settled_through(editions);
  return below;
}

std::string fold_date(const Below& below) {
  const std::string today = base::utc_today();
  return below.current ? std::max(below.current->as_of, today) : today;
}

EditionRecord record_of(const Below& below, const Changes& changes, const std::string& as_of,
                        const Difference& difference, const geodata::Snapshot& snapshot) {
  base::Json source{{"program", "caitu " CAITU_VERSION},
                    {"changes",
                     {{"after", below.settled},
                      {"through", changes.through},
                      {"features", changes.delta.size()},
                      {"onto", below.current ? below.current->edition : 0}}}};
  if (below.current && below.current->source.contains("notice"))
    source["notice"] = below.current->source["notice"];
  base::Json report{{"layer", snapshot.info().layer},
                    {"edition", snapshot.info().edition},
                    {"as_of", as_of},
                    {"rows_published", snapshot.size()},
                    {"added", difference.added()},
                    {"changed", difference.changed},
                    {"unchanged", difference.unchanged},
                    {"removed", difference.removed()},
                    {"mu", base::mu_from_m2(snapshot.total_area_m2())},
                    {"area_m2", snapshot.total_area_m2()}};
  EditionRecord record;
  record.layer = snapshot.info().layer;
  record.edition = snapshot.info().edition;
  record.as_of = as_of;
  record.imported_at = base::utc_now();
  record.published = true;
  record.source = std::move(source);
  record.report = std::move(report);
  record.rows = snapshot.size();
  record.area_m2 = snapshot.total_area_m2();
  record.digest = snapshot.digest();
  return record;
}

/// What the new edition changes against the newest rows of the record.
Difference difference_of(const store::Store& store, const geodata::Snapshot& snapshot) {
  std::vector<std::uint64_t> ids(snapshot.size());
  std::vector<Claim> claims(snapshot.size());
  base::parallel_for(snapshot.size(), base::default_threads(), [&](std::size_t item) {
    const geodata::Feature feature = snapshot.feature(item);
    ids[item] = feature.id;
    claims[item] = {.id = feature.id, .content = geodata::content_digest(feature.geometry, feature.values)};
  });
  return compare(store.newest_rows(snapshot.info().layer), ids, claims);
}

std::uint32_t write_fold(const Workspace& workspace, const geodata::Schema& schema, store::Store& store,
                         store::Work& work, store::StagedEdition& staged, const Below& below,
                         const std::string& as_of) {
  const Changes changes = changes_since(work, schema, below.settled);
  std::shared_ptr<const geodata::Snapshot> base;
  if (below.current) base = open_snapshot(workspace, store, *below.current);
  const std::string name = snapshot_name(schema.layer, staged.edition());
  const std::filesystem::path file = workspace.snapshots() / name;
  write_changed(file, schema, {.layer = schema.layer, .edition = staged.edition(), .as_of = as_of},
                base.get(), changes.delta);
  geodata::sync_block_file(file);
  const auto snapshot = geodata::Snapshot::open(file);
  const Difference difference = difference_of(store, *snapshot);
  write_difference(difference, *snapshot, base::default_threads(), staged, {});
  EditionRecord record = record_of(below, changes, as_of, difference, *snapshot);
  record.snapshot = name;
  publish(workspace, staged, record, "caitu");
  return record.edition;
}

/// UTC, as the change log writes it.
std::string utc_before_now(std::chrono::seconds ago) {
  const std::time_t then = std::time(nullptr) - static_cast<std::time_t>(ago.count());
  std::tm parts{};
  gmtime_r(&then, &parts);
  char buffer[32];
  return {buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

bool due(const store::Waiting& waiting, const FoldOptions& options) {
  if (waiting.changes == 0) return false;
  return waiting.changes > options.changes || waiting.since <= utc_before_now(options.after);
}

}  // namespace

std::optional<std::uint32_t> fold(const Workspace& workspace, const geodata::Declaration& declaration) {
  const geodata::Schema& schema = declaration.schema;
  if (!schema.living || !std::filesystem::exists(workspace.work())) return std::nullopt;
  store::Work work = store::Work::open(workspace.work(), true);
  store::Store store = store::Store::open(workspace.database(), false);
  const store::LivingChanges log(work);
  for (;;) {
    const Below seen = below(store, schema.layer);
    if (log.head(schema.layer) <= seen.settled) return std::nullopt;
    const std::string as_of = fold_date(seen);
    store::StagedEdition staged = store.stage(schema, as_of);
    // Staged, nobody else publishes editions of the layer; until then somebody might have.
    const Below held = below(store, schema.layer);
    if (held.newest != seen.newest || held.settled != seen.settled ||
        held.current.has_value() != seen.current.has_value() ||
        (held.current && held.current->edition != seen.current->edition))
      continue;
    return write_fold(workspace, schema, store, work, staged, held, as_of);
  }
}

bool fold_due(const Workspace& workspace, const State& state, const FoldOptions& options) {
  if (!std::filesystem::exists(workspace.work())) return false;
  store::Work work = store::Work::open(workspace.work(), true);
  bool any = false;
  for (const auto& [layer, declaration] : state.declarations) {
    if (!declaration.schema.living) continue;
    const auto settled = state.settled.find(layer);
    const auto waiting =
        store::LivingChanges(work).waiting(layer, settled == state.settled.end() ? 0 : settled->second);
    if (!due(waiting, options)) continue;
    try {
      if (const auto edition = fold(workspace, declaration)) {
        spdlog::info("layer {}: {} changes are now edition {}", layer, waiting.changes, *edition);
        any = true;
      }
    } catch (const base::Error& error) {
      if (error.code() != base::Code::busy) throw;
    }
  }
  return any;
}

}  // namespace caitu::catalog
