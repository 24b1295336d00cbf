#include "catalog/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "catalog/intake.hpp"
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

void create_workspace(const Workspace& workspace) {
  if (std::filesystem::exists(workspace.database())) {
    throw Error(Code::conflict, "there is a workspace already", Where{.file = workspace.folder.string()});
  }
  std::error_code failed;
  for (const auto& folder :
       {workspace.folder, workspace.snapshots(), workspace.rejects(), workspace.own_layers()}) {
    std::filesystem::create_directories(folder, failed);
    if (failed)
      throw Error(Code::io, "the folder cannot be made: " + failed.message(), Where{.file = folder.string()});
  }
  store::Store::create(workspace.database());
  store::Work::create(workspace.work());
}

const store::EditionRecord* chosen_edition(const std::vector<store::EditionRecord>& editions,
                                           std::optional<std::uint32_t> edition,
                                           const std::optional<std::string>& as_of) {
  const store::EditionRecord* chosen = nullptr;
  for (const auto& record : editions) {
    if (edition ? record.edition != *edition : record.withdrawn || record.as_of > *as_of) continue;
    if (chosen == nullptr || record.as_of >= chosen->as_of) chosen = &record;
  }
  return chosen;
}

struct Catalog::Impl {
  Workspace workspace;
  std::map<std::string, geodata::Declaration> declarations;

  mutable std::mutex store_mutex;  ///< one reader of the record at a time
  store::Store store;
  std::int64_t seen = -1;
  std::map<std::pair<std::string, std::uint32_t>, std::weak_ptr<const Edition>> opened;

  std::mutex change_mutex;  ///< one change of the state at a time; taken before the others
  std::set<std::shared_ptr<const Edition>> whole;  ///< current editions of which every block was read
  std::uint64_t lost_seen = 0;  ///< snapshots that lost pages up to the last look

  mutable std::mutex state_mutex;
  std::shared_ptr<const State> state;

  std::mutex watch_mutex;
  std::condition_variable watch_stop;
  bool stopping = false;
  std::thread watcher;

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
    auto& kept = opened[{record.layer, record.edition}];
    const auto before = kept.lock();
    // All else of a published record stays.
    if (before && before->record.withdrawn == record.withdrawn) return before;
    auto edition = std::make_shared<Edition>();
    edition->record = record;
    edition->snapshot = before ? before->snapshot : open_snapshot(workspace, store, record);
    kept = edition;
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
        next->editions[layer.schema.layer] = std::move(editions);
      }
      std::erase_if(opened, [](const auto& entry) { return entry.second.expired(); });
    }
    std::erase_if(whole, [&next](const auto& edition) {
      const auto at = next->current.find(edition->record.layer);
      return at == next->current.end() || at->second != edition;
    });
    publish(std::move(next));
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

  bool changed() {
    std::lock_guard lock(store_mutex);
    return store.change_counter() != seen;
  }
};

Catalog::Catalog(Workspace workspace, std::vector<std::filesystem::path> declared)
    : impl_(std::make_unique<Impl>(std::move(workspace), declared)) {}

Catalog::~Catalog() {
  {
    std::lock_guard lock(impl_->watch_mutex);
    impl_->stopping = true;
  }
  impl_->watch_stop.notify_all();
  if (impl_->watcher.joinable()) impl_->watcher.join();
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

std::shared_ptr<const Edition> Catalog::edition_named(const std::string& layer,
                                                      const std::string& text) const {
  if (is_date(text)) return edition(layer, {}, text);
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number == 0) {
    throw Error(Code::invalid, "\"" + text + "\" names no edition", Where{.layer = layer},
                "write its number, like 3, or a date, like 2024-06-30");
  }
  return edition(layer, number);
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

bool Catalog::refresh() {
  if (!impl_->changed()) return false;
  const auto before = impl_->current_state();
  impl_->take_up();
  const auto after = impl_->current_state();
  for (const auto& [layer, edition] : after->current) {
    const auto old = before->current.find(layer);
    if (old == before->current.end() || old->second != edition) {
      spdlog::info("layer {} is now edition {} of {}: {} features", layer, edition->record.edition,
                   edition->record.as_of, edition->record.rows);
    }
  }
  return true;
}

bool Catalog::mend() {
  std::lock_guard change(impl_->change_mutex);
  const auto state = impl_->current_state();
  if (const std::uint64_t lost = geodata::lost_maps(); lost != impl_->lost_seen) {
    impl_->lost_seen = lost;
    impl_->whole.clear();
  }
  for (const auto& [layer, edition] : state->current) {
    if (impl_->whole.contains(edition)) continue;
    auto sound = edition;
    try {
      edition->snapshot->verify();
    } catch (const Error& error) {
      spdlog::warn("{}: it is built again from the record", error.full());
      sound = impl_->built_again(*edition);
      auto next = std::make_shared<State>(*state);
      ++next->generation;
      next->current[layer] = sound;
      impl_->publish(std::move(next));
    }
    impl_->whole.insert(std::move(sound));
    return true;
  }
  return false;
}

void Catalog::watch(int interval_ms) {
  impl_->watcher = std::thread([this, interval_ms] {
    std::unique_lock lock(impl_->watch_mutex);
    while (!impl_->watch_stop.wait_for(lock, std::chrono::milliseconds(interval_ms),
                                       [this] { return impl_->stopping; })) {
      try {
        refresh();
        mend();
      } catch (const Error& error) {
        // The editions in hand stay good; the next round tries again.
        spdlog::error("new editions cannot be taken up: {}", error.full());
      }
    }
  });
}

}  // namespace caitu::catalog
