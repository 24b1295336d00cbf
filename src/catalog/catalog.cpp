#include "catalog/catalog.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "catalog/kept_editions.hpp"
#include "catalog/living_edition.hpp"
#include "catalog/snapshots.hpp"
#include "geodata/map_watch.hpp"
#include "store/work.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Where;

std::string describe(const std::vector<store::EditionRecord>& editions) {
  std::string text;
  for (const auto& record : editions) {
    text += (text.empty() ? "" : ", ") + std::to_string(record.edition) + " (" + record.as_of +
            (record.withdrawn ? ", withdrawn)" : ")");
  }
  return text.empty() ? "it has none" : "it has " + text;
}

}  // namespace

struct Catalog::Impl {
  using Clock = std::chrono::steady_clock;

  Workspace workspace;
  std::map<std::string, geodata::Declaration> declarations;

  mutable std::mutex store_mutex;  ///< one reader of the record at a time
  store::Store store;
  std::int64_t seen = -1;
  std::map<std::pair<std::string, std::uint32_t>, std::weak_ptr<const Edition>> opened;

  std::mutex change_mutex;  ///< one change of the state at a time; taken before the others
  std::set<std::shared_ptr<const Edition>> whole;  ///< current editions of which every block was read
  std::uint64_t lost_seen = 0;                     ///< snapshots that lost pages up to the last look
  std::map<std::string, std::shared_ptr<const Edition>> below;  ///< current editions without edits
  std::optional<store::Work> work;
  std::int64_t work_seen = -1;
  std::map<std::string, std::string> failures;  ///< why edits of a layer cannot be laid over it, said once

  mutable KeptEditions kept;

  mutable std::mutex state_mutex;
  std::shared_ptr<const State> state;

  std::mutex watch_mutex;
  std::condition_variable wake;
  bool stopping = false, edited = false;
  std::thread watcher, edits_watcher;

  Impl(Workspace where, const std::vector<std::filesystem::path>& declared)
      : workspace(std::move(where)), store(store::Store::open(workspace.database(), true)) {
    std::vector<std::filesystem::path> folders = declared;
    folders.push_back(workspace.own_layers());
    declarations = geodata::load_declarations(folders);
    take_up();
  }

  std::shared_ptr<const State> current_state() const {
    std::lock_guard lock(state_mutex);
    return state;
  }

  /// The same edition is mapped once, whoever asks. Call with `store_mutex` held.
  std::shared_ptr<const Edition> open_edition(const store::EditionRecord& record) {
    auto& known = opened[{record.layer, record.edition}];
    const auto before = known.lock();
    // All else of a published record stays.
    if (before && before->record.withdrawn == record.withdrawn) return before;
    auto edition = std::make_shared<Edition>();
    edition->record = record;
    edition->snapshot = before ? before->snapshot : open_snapshot(workspace, store, record);
    known = edition;
    return edition;
  }

  void publish(std::shared_ptr<const State> next) {
    std::lock_guard lock(state_mutex);
    state = std::move(next);
  }

  void take_up() {
    std::lock_guard change(change_mutex);
    const auto before = current_state();
    auto next = std::make_shared<State>();
    next->generation = before ? before->generation + 1 : 1;
    next->declarations = declarations;
    {
      std::lock_guard lock(store_mutex);
      seen = store.change_counter();
      for (const store::LayerRecord& layer : store.layers()) {
        auto editions = store.editions(layer.schema.layer);
        std::erase_if(editions, [](const auto& record) { return !record.published; });
        const auto current = std::find_if(editions.begin(), editions.end(), [&layer](const auto& record) {
          return record.edition == layer.current;
        });
        if (current != editions.end()) {
          next->current[layer.schema.layer] = open_edition(*current);
        }
        next->settled[layer.schema.layer] = settled_through(editions);
        next->editions[layer.schema.layer] = std::move(editions);
      }
      std::erase_if(opened, [](const auto& entry) { return entry.second.expired(); });
    }
    const auto below_before = std::exchange(below, next->current);
    lay_edits(*next, before.get(), below_before);
    std::erase_if(whole,
                  [this](const auto& edition) { return find(below, edition->record.layer) != edition; });
    publish(std::move(next));
  }

  /// Puts edits over the living layers of a state; what `before` shows is gone on from where it has the same
  /// edition below. True when something is shown that `before` does not show. Call with `change_mutex` held.
  bool lay_edits(State& next, const State* before,
                 const std::map<std::string, std::shared_ptr<const Edition>>& below_before) {
    if (!work && std::filesystem::exists(workspace.work())) work = store::Work::open(workspace.work(), true);
    if (!work) return false;
    work_seen = work->change_counter();
    bool changed = false;
    for (const auto& [layer, declaration] : declarations) {
      if (!declaration.schema.living) continue;
      const auto on = find(below, layer), shown = before ? find(before->current, layer) : nullptr;
      const bool same_below = before != nullptr && find(below_before, layer) == on;
      auto edition =
          edited_edition(declaration.schema, on, same_below ? shown : nullptr, next.settled[layer]);
      changed = changed || edition != shown;
      if (edition) next.current[layer] = std::move(edition);
    }
    return changed;
  }

  static std::shared_ptr<const Edition> find(
      const std::map<std::string, std::shared_ptr<const Edition>>& editions, const std::string& layer) {
    const auto at = editions.find(layer);
    return at == editions.end() ? nullptr : at->second;
  }

  /// `shown`: what was shown last over the same edition, or null.
  std::shared_ptr<const Edition> edited_edition(const geodata::Schema& schema,
                                                const std::shared_ptr<const Edition>& on,
                                                const std::shared_ptr<const Edition>& shown,
                                                std::uint64_t settled) {
    const bool goes_on = shown && shown->changes > settled;
    const auto& from = goes_on ? shown : on;
    try {
      const std::uint64_t after = goes_on ? shown->changes : settled;
      if (store::LivingChanges(*work).head(schema.layer) <= after) return from;
      const Changes changes = changes_since(*work, schema, after);
      auto edition = with_changes(workspace, schema, from, changes);
      failures.erase(schema.layer);
      return edition;
    } catch (const Error& error) {
      // The edits wait in their log, to be tried again; the land below must not wait for them.
      work_seen = -1;
      if (std::exchange(failures[schema.layer], error.full()) != error.full())
        spdlog::error("edits of layer {} cannot be shown: {}", schema.layer, error.full());
      return from;
    }
  }

  /// Takes up edits alone. True when something changed.
  bool take_up_edits() {
    std::lock_guard change(change_mutex);
    if (work ? work->change_counter() == work_seen : !std::filesystem::exists(workspace.work())) return false;
    const auto before = current_state();
    auto next = std::make_shared<State>(*before);
    if (!lay_edits(*next, before.get(), below)) return false;
    ++next->generation;
    publish(std::move(next));
    return true;
  }

  /// Builds a damaged snapshot again. Who reads the old file keeps it, for the new one takes its name only.
  std::shared_ptr<const Edition> built_again(const Edition& damaged) {
    std::lock_guard lock(store_mutex);
    const auto& record = damaged.record;
    rebuild_snapshot(store, record, workspace.snapshots() / record.snapshot);
    auto edition = std::make_shared<Edition>();
    edition->record = record;
    edition->snapshot = geodata::Snapshot::open(workspace.snapshots() / record.snapshot);
    opened[{record.layer, record.edition}] = edition;
    return edition;
  }

  /// Reads every block of a current edition, and puts it into the state again when one is damaged.
  void mend(const std::shared_ptr<const Edition>& edition) {
    bool sound = true;
    try {
      edition->snapshot->verify();
    } catch (const Error& error) {
      spdlog::warn("{}: it is built again from the record", error.full());
      sound = false;
    }
    std::lock_guard change(change_mutex);
    const std::string& layer = edition->record.layer;
    if (find(below, layer) != edition) return;
    auto mended = sound ? edition : built_again(*edition);
    if (!sound) {
      below[layer] = mended;
      auto next = std::make_shared<State>(*current_state());
      ++next->generation;
      // Edits that came meanwhile were laid over what could still be read.
      if (find(next->current, layer) == edition) next->current[layer] = mended;
      publish(std::move(next));
    }
    whole.insert(std::move(mended));
  }

  /// A current edition of which some blocks were not read yet; null when there is none.
  std::shared_ptr<const Edition> unread() {
    std::lock_guard change(change_mutex);
    if (const std::uint64_t lost = geodata::lost_maps(); lost != lost_seen) {
      lost_seen = lost;
      whole.clear();
    }
    for (const auto& [layer, edition] : below)
      if (!whole.contains(edition)) return edition;
    return nullptr;
  }

  bool changed() {
    std::lock_guard lock(store_mutex);
    return store.change_counter() != seen;
  }

  bool take_up_published() {
    if (!changed()) return false;
    const auto before = current_state();
    take_up();
    for (const auto& [layer, edition] : current_state()->current) {
      const auto old = find(before->current, layer);
      if (old && old->record.edition == edition->record.edition) continue;
      spdlog::info("layer {} is now edition {} of {}: {} features", layer, edition->record.edition,
                   edition->record.as_of, edition->record.rows);
    }
    return true;
  }

  void watch_editions(std::chrono::milliseconds interval);
  void watch_edits(std::chrono::milliseconds interval);
};

Catalog::Catalog(Workspace workspace, std::vector<std::filesystem::path> declared)
    : impl_(std::make_unique<Impl>(std::move(workspace), declared)) {}

Catalog::~Catalog() {
  {
    std::lock_guard lock(impl_->watch_mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  for (std::thread* thread : {&impl_->watcher, &impl_->edits_watcher})
    if (thread->joinable()) thread->join();
}

std::shared_ptr<const State> Catalog::state() const { return impl_->current_state(); }
const Workspace& Catalog::workspace() const { return impl_->workspace; }

std::shared_ptr<const Edition> Catalog::edition(const std::string& layer, std::optional<std::uint32_t> number,
                                                const std::optional<std::string>& as_of) const {
  const auto state = impl_->current_state();
  if (!number && !as_of) {
    const auto at = state->current.find(layer);
    if (at != state->current.end()) return at->second;
    throw Error(Code::not_found, "layer \"" + layer + "\" has no published edition", Where{.layer = layer});
  }
  const auto all = state->editions.find(layer);
  if (all == state->editions.end() || all->second.empty()) {
    throw Error(Code::not_found, "layer \"" + layer + "\" has no published edition", Where{.layer = layer});
  }
  const store::EditionRecord* chosen = chosen_edition(all->second, number, as_of);
  if (chosen == nullptr) {
    throw Error(Code::not_found,
                number ? "layer \"" + layer + "\" has no edition " + std::to_string(*number)
                       : "layer \"" + layer + "\" has no edition on or before " + *as_of,
                Where{.layer = layer}, describe(all->second));
  }
  std::lock_guard lock(impl_->store_mutex);
  return impl_->open_edition(*chosen);
}

std::vector<std::uint64_t> Catalog::touched(const std::string& layer, std::uint32_t before,
                                            std::uint32_t after) const {
  store::TouchedRows rows;
  {
    std::lock_guard lock(impl_->store_mutex);
    rows = impl_->store.touched_rows(layer, before, after);
  }
  std::vector<std::uint64_t> ids;
  for (const auto* side : {&rows.before, &rows.after})
    for (const store::RowState& row : *side) ids.push_back(row.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void Catalog::keep(const std::shared_ptr<const Edition>& edition) const {
  if (edition->changes > 0) impl_->kept.keep(edition);
}

std::shared_ptr<const Edition> Catalog::kept(const std::string& layer, std::uint32_t number,
                                             std::uint64_t changes) const {
  auto found = Impl::find(impl_->current_state()->current, layer);
  if (!found || found->record.edition != number || found->changes != changes)
    found = impl_->kept.find(layer, number, changes);
  if (!found) {
    throw Error(Code::not_found,
                "layer \"" + layer + "\" was edited meanwhile, and edition " + std::to_string(number) +
                    " with its changes up to " + std::to_string(changes) + " is no longer kept",
                Where{.layer = layer},
                number == 0 ? "begin again at the first page"
                            : "begin again at the first page, or read edition=" + std::to_string(number) +
                                  ", which does not change");
  }
  keep(found);
  return found;
}

bool Catalog::refresh() {
  const bool published = impl_->take_up_published();
  return impl_->take_up_edits() || published;
}

bool Catalog::mend() {
  const auto edition = impl_->unread();
  if (edition) impl_->mend(edition);
  return edition != nullptr;
}

void Catalog::edited() {
  {
    std::lock_guard lock(impl_->watch_mutex);
    impl_->edited = true;
  }
  impl_->wake.notify_all();
}

void Catalog::Impl::watch_editions(std::chrono::milliseconds interval) {
  std::unique_lock lock(watch_mutex);
  while (!stopping) {
    wake.wait_for(lock, interval, [this] { return stopping; });
    if (stopping) return;
    lock.unlock();
    try {
      take_up_published();
      if (const auto edition = unread()) mend(edition);
    } catch (const Error& error) {
      // The editions in hand stay good; the next round tries again.
      spdlog::error("new editions cannot be taken up: {}", error.full());
    }
    lock.lock();
  }
}

void Catalog::Impl::watch_edits(std::chrono::milliseconds interval) {
  std::unique_lock lock(watch_mutex);
  while (!stopping) {
    wake.wait_for(lock, interval, [this] { return stopping || edited; });
    if (stopping) return;
    edited = false;
    lock.unlock();
    const auto begun = Clock::now();
    bool taken = false;
    try {
      taken = take_up_edits();
    } catch (const Error& error) {
      spdlog::error("edits cannot be taken up: {}", error.full());
    }
    const auto next = begun + std::max<Clock::duration>(kEditSpacing, 2 * (Clock::now() - begun));
    lock.lock();
    if (taken) wake.wait_until(lock, next, [this] { return stopping; });
  }
}

void Catalog::watch(int interval_ms) {
  const std::chrono::milliseconds interval(interval_ms);
  impl_->watcher = std::thread([this, interval] { impl_->watch_editions(interval); });
  impl_->edits_watcher = std::thread([this, interval] { impl_->watch_edits(interval); });
}

}  // namespace caitu::catalog
