#include "catalog/living.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "catalog/present.hpp"
#include "geodata/query.hpp"
#include "geometry/codec.hpp"
#include "store/audit_log.hpp"

namespace caitu::catalog {
namespace {

using base::Code;
using base::Error;
using base::Json;
using base::Where;
using geodata::Feature;

constexpr std::chrono::seconds kBetweenFolds{5};
constexpr std::chrono::milliseconds kBetweenMoves{200};

std::string districts_at(const State& state, geometry::Position place, const std::vector<std::string>& wanted,
                         bool& inside) {
  const auto districts = state.current.find("districts");
  if (districts == state.current.end()) return "no outline of a district";
  const geodata::Snapshot& snapshot = *districts->second->snapshot;
  const auto code = snapshot.schema().index_of("code");
  std::string found;
  for (const std::size_t item : geodata::at(snapshot, place, 0)) {
    if (!code) break;
    const geodata::Value value = snapshot.column(*code).value(item);
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) continue;
    inside = inside || std::ranges::find(wanted, *text) != wanted.end();
    found += (found.empty() ? "" : ", ") + *text;
  }
  return found.empty() ? "no district" : "district " + found;
}

void require_place(const State& state, const std::string& layer, const Feature& feature,
                   const Editor& editor) {
  if (editor.districts.empty()) return;
  bool inside = false;
  const std::string where =
      districts_at(state, geometry::point_on(feature.geometry), editor.districts, inside);
  if (inside) return;
  std::string may;
  for (const std::string& district : editor.districts) may += (may.empty() ? "" : ", ") + district;
  throw Error(Code::denied, "the feature stands in " + where + ", and " + editor.who + " may edit in " + may,
              Where{.layer = layer}, "ask who keeps the accounts, or an editor of that district");
}

Json audited(const geodata::Schema& schema, const Feature& feature) {
  std::string text = R"({"geometry":)";
  geometry::append_geojson(text, feature.geometry);
  text += R"(,"properties":)" + attributes_of(schema, feature.values) + "}";
  return base::parse_json(text);
}

}  // namespace

ChangedMeanwhile::ChangedMeanwhile(const std::string& layer, std::uint64_t feature, std::string tag)
    : Error(Code::conflict,
            "feature " + std::to_string(feature) + " of layer " + layer +
                " was changed by somebody else meanwhile",
            Where{.layer = layer}, "read it again, and edit what it is now"),
      tag_(std::move(tag)) {}

const geodata::Declaration& living_declaration(const State& state, const std::string& layer) {
  const auto at = state.declarations.find(layer);
  if (at == state.declarations.end())
    throw Error(Code::not_found, "there is no layer \"" + layer + "\"", Where{.layer = layer});
  if (at->second.schema.living) return at->second;
  throw Error(Code::unsupported,
              "layer \"" + layer + "\" is a delivery's: it is not edited one feature at a time",
              Where{.layer = layer}, "import a new edition: caitu import WS " + layer + " FILE");
}

struct Living::Impl {
  Impl(Catalog& of, FoldOptions with) : catalog(of), folds(with) {}

  /// What an edit makes of the feature before it; an empty id asks for a new one.
  struct Step {
    store::Operation operation;
    std::optional<Feature> before, after;
  };

  std::vector<Edited> edit(const std::string& layer, const Editor& editor, const Editing& make);
  Edited edit_one(const std::string& layer, const Edit& one, const Editor& editor);
  static Feature expected_feature(const Present& present, std::uint64_t feature, const Expected& expected);
  static Step step(const geodata::Declaration& declaration, const Present& present, const Edit& edit);
  static Step change(const geodata::Declaration& declaration, const Present& present, const Edit& edit);
  Edited write(const geodata::Schema& schema, const Step& step, const Editor& editor, std::uint64_t after);

  Catalog& catalog;
  FoldOptions folds;
  std::mutex mutex;  ///< one edit at a time
  std::optional<store::Work> work;
  std::map<std::string, Unseen> unseen;

  void move_log();
  void watch_log();
  void watch_folds();

  std::atomic<bool> watched = false;
  std::mutex watch_mutex;
  std::condition_variable wake, log_is_long;
  bool stopping = false, move_due = false;
  std::thread watcher, log_watcher;
};

/// `make` is told the declaration, and the layer as it is inside the edits' transaction.
std::vector<Edited> Living::Impl::edit(const std::string& layer, const Editor& editor, const Editing& make) {
  std::lock_guard lock(mutex);
  const auto state = catalog.state();
  const geodata::Declaration& declaration = living_declaration(*state, layer);
  const geodata::Schema& schema = declaration.schema;
  if (!work) work = store::Work::open(catalog.workspace().work(), false);
  if (watched) work->leave_log();
  const auto current = state->current.find(layer);
  const auto edition = current == state->current.end() ? nullptr : current->second;
  if (edition) check_grown(edition->snapshot->schema(), schema);
  const auto settled = state->settled.find(layer);
  const std::uint64_t held =
      std::max(edition ? edition->changes : 0, settled == state->settled.end() ? 0 : settled->second);
  store::WorkChange transaction(*work);
  Unseen& edits = unseen[layer];
  edits.read_on(*work, schema, held);
  const std::uint64_t committed = edits.read;
  const Present present(schema, edition, edits);
  std::vector<Edited> made;
  try {
    for (const Edit& one : make(declaration, present)) {
      if (!made.empty()) edits.read_on(*work, schema, held);
      const Step step = Impl::step(declaration, present, one);
      for (const auto& feature : {step.before, step.after})
        if (feature) require_place(*state, layer, *feature, editor);
      made.push_back(write(schema, step, editor, held));
    }
    if (made.empty()) return made;
    transaction.commit();
  } catch (...) {
    // What is taken back was read already.
    if (edits.read != committed) edits = {};
    throw;
  }
  catalog.edited();
  if (work->log_pages() >= store::kLogPages) move_log();
  return made;
}

Edited Living::Impl::edit_one(const std::string& layer, const Edit& one, const Editor& editor) {
  return edit(layer, editor,
              [&](const geodata::Declaration&, const Present&) { return std::vector<Edit>{one}; })
      .front();
}

void Living::Impl::move_log() {
  {
    std::lock_guard lock(watch_mutex);
    move_due = true;
  }
  log_is_long.notify_one();
}

void Living::Impl::watch_log() {
  std::optional<store::Work> mover;
  std::unique_lock lock(watch_mutex);
  for (;;) {
    log_is_long.wait(lock, [this] { return stopping || move_due; });
    if (stopping) return;
    move_due = false;
    lock.unlock();
    try {
      if (!mover) mover = store::Work::open(catalog.workspace().work(), false);
      mover->move_log();
    } catch (const Error& error) {
      // What was edited stays in the log, and the next edit asks for this again.
      spdlog::error("the log of work.db cannot be moved into it: {}", error.full());
    }
    lock.lock();
    log_is_long.wait_for(lock, kBetweenMoves, [this] { return stopping; });
  }
}

void Living::Impl::watch_folds() {
  std::unique_lock lock(watch_mutex);
  while (!wake.wait_for(lock, kBetweenFolds, [this] { return stopping; })) {
    lock.unlock();
    try {
      fold_due(catalog.workspace(), *catalog.state(), folds);
    } catch (const Error& error) {
      // The edits stay in their log and are shown from there; the next round tries again.
      spdlog::error("edits cannot be folded into an edition: {}", error.full());
    }
    lock.lock();
  }
}

Edited Living::Impl::write(const geodata::Schema& schema, const Step& step, const Editor& editor,
                           std::uint64_t after) {
  const Feature& feature = step.after ? *step.after : *step.before;
  store::LivingChange change;
  change.layer = schema.layer;
  change.feature = feature.id;
  change.operation = step.operation;
  change.who = editor.who;
  Edited edited;
  edited.feature = feature.id;
  if (step.after) {
    change.geometry = feature.geometry;
    change.attributes = attributes_of(schema, feature.values);
    edited.tag = tag_of(schema, feature.geometry, feature.values);
  }
  change = store::LivingChanges(*work).append(std::move(change), after);
  edited.version = change.version;
  edited.sequence = change.sequence;
  store::AuditLog(*work).append({.who = editor.who,
                                 .action = "feature." + std::string(name(step.operation)),
                                 .subject = schema.layer + "/" + std::to_string(feature.id),
                                 .before = step.before ? audited(schema, *step.before) : Json(),
                                 .after = step.after ? audited(schema, *step.after) : Json()});
  return edited;
}

Feature Living::Impl::expected_feature(const Present& present, std::uint64_t feature,
                                       const Expected& expected) {
  const geodata::Schema& schema = present.schema();
  auto found = present.find(feature);
  if (!found) {
    throw Error(Code::not_found,
                "layer " + schema.layer + " has no feature " + std::to_string(feature) + " now",
                Where{.layer = schema.layer});
  }
  const std::string tag = tag_of(schema, found->geometry, found->values);
  if (!expected.any && std::ranges::find(expected.tags, tag) == expected.tags.end())
    throw ChangedMeanwhile(schema.layer, feature, tag);
  return std::move(*found);
}

Living::Impl::Step Living::Impl::step(const geodata::Declaration& declaration, const Present& present,
                                      const Edit& edit) {
  switch (edit.kind) {
    case Edit::Kind::insert: {
      Feature feature = whole_feature(declaration, edit.draft);
      feature.id = present.new_id(feature);
      return {.operation = store::Operation::insert, .before = {}, .after = std::move(feature)};
    }
    case Edit::Kind::remove:
      return {.operation = store::Operation::remove,
              .before = expected_feature(present, edit.feature, edit.expected),
              .after = {}};
    case Edit::Kind::replace:
    case Edit::Kind::merge:
      break;
  }
  return change(declaration, present, edit);
}

Living::Impl::Step Living::Impl::change(const geodata::Declaration& declaration, const Present& present,
                                        const Edit& edit) {
  const geodata::Schema& schema = declaration.schema;
  Step step{.operation = store::Operation::update,
            .before = expected_feature(present, edit.feature, edit.expected),
            .after = {}};
  Feature after = edit.kind == Edit::Kind::merge ? merged_feature(declaration, *step.before, edit.draft)
                                                 : whole_feature(declaration, edit.draft, &*step.before);
  after.id = edit.feature;
  if (!present.same_key(step.before->values, after.values)) {
    const Where where{.layer = schema.layer, .field = schema.key.front()};
    if (present.whole_key(step.before->values)) {
      throw Error(Code::invalid, "the key tells the feature apart and does not change", where,
                  "delete this feature and insert another with the new key");
    }
    if (const auto other = present.holder(after.values); other && *other != edit.feature) {
      throw Error(Code::conflict, "feature " + std::to_string(*other) + " holds this key already", where,
                  "edit that feature, or give this one a key of its own");
    }
  }
  step.after = std::move(after);
  return step;
}

Living::Living(Catalog& catalog, FoldOptions folds) : impl_(std::make_unique<Impl>(catalog, folds)) {}

Living::~Living() {
  {
    std::lock_guard lock(impl_->watch_mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  impl_->log_is_long.notify_all();
  for (std::thread* thread : {&impl_->watcher, &impl_->log_watcher})
    if (thread->joinable()) thread->join();
}

Edited Living::insert(const std::string& layer, const Draft& draft, const Editor& editor) {
  return impl_->edit_one(layer, {.kind = Edit::Kind::insert, .draft = draft}, editor);
}

Edited Living::replace(const std::string& layer, std::uint64_t feature, const Draft& draft,
                       const Expected& expected, const Editor& editor) {
  return impl_->edit_one(
      layer, {.kind = Edit::Kind::replace, .feature = feature, .draft = draft, .expected = expected}, editor);
}

Edited Living::merge(const std::string& layer, std::uint64_t feature, const Draft& draft,
                     const Expected& expected, const Editor& editor) {
  return impl_->edit_one(
      layer, {.kind = Edit::Kind::merge, .feature = feature, .draft = draft, .expected = expected}, editor);
}

Edited Living::merge(const std::string& layer, std::uint64_t feature, const Merging& merging,
                     const Expected& expected, const Editor& editor) {
  const auto make = [&](const geodata::Declaration& declaration, const Present& now) {
    const Feature before = Impl::expected_feature(now, feature, expected);
    return std::vector<Edit>{{.kind = Edit::Kind::merge,
                              .feature = feature,
                              .draft = merging(declaration.schema, before),
                              .expected = expected}};
  };
  return impl_->edit(layer, editor, make).front();
}

Edited Living::remove(const std::string& layer, std::uint64_t feature, const Expected& expected,
                      const Editor& editor) {
  return impl_->edit_one(layer, {.kind = Edit::Kind::remove, .feature = feature, .expected = expected},
                         editor);
}

std::vector<Edited> Living::together(const std::string& layer, std::span<const Edit> edits,
                                     const Editor& editor) {
  return impl_->edit(layer, editor, [&](const geodata::Declaration&, const Present&) {
    return std::vector<Edit>(edits.begin(), edits.end());
  });
}

std::vector<Edited> Living::together(const std::string& layer, const Editing& editing, const Editor& editor) {
  return impl_->edit(layer, editor, editing);
}

void Living::watch() {
  impl_->watched = true;
  impl_->watcher = std::thread([this] { impl_->watch_folds(); });
  impl_->log_watcher = std::thread([this] { impl_->watch_log(); });
}

}  // namespace caitu::catalog
