#include "checks/pinned.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "catalog/intake.hpp"
#include "catalog/living_edition.hpp"

namespace caitu::checks {
namespace {

using base::Code;
using base::Error;
using base::Where;

/// The cases as they stand, which is no state of the land: each says itself of which day it is.
constexpr std::string_view kCases = "flags";

std::shared_ptr<const catalog::Edition> edition_on(const catalog::Catalog& catalog,
                                                   const catalog::State& state, const std::string& layer,
                                                   const std::optional<std::string>& as_of) {
  const auto at = state.current.find(layer);
  const auto edited = at != state.current.end() && at->second->changes > 0 ? at->second : nullptr;
  if (layer == kCases) return catalog.edition(layer);
  if (!as_of || !edited || edited->record.as_of > *as_of) return catalog.edition(layer, {}, as_of);
  if (edited->record.edition == 0) return edited;  // only edits have filled the layer
  const auto below = catalog.edition(layer, {}, as_of);
  return below->record.edition == edited->record.edition ? edited : below;
}

constexpr const char* kSameWorkspace =
    "is this the workspace of that run? A replay reads the same editions, which no import takes away";

std::string called(const Pin& pin) {
  std::string text = "edition " + std::to_string(pin.edition) + " of layer \"" + pin.layer + "\"";
  if (pin.changes > 0) text += " with its edits up to " + std::to_string(pin.changes);
  return text;
}

std::shared_ptr<const catalog::Edition> found_again(const catalog::Catalog& catalog, const Pin& pin) try {
  const auto state = catalog.state();
  const auto current = state->current.find(pin.layer);
  if (current != state->current.end()) {
    const catalog::Edition& now = *current->second;
    if (now.record.edition == pin.edition && now.changes == pin.changes && now.record.digest == pin.digest)
      return current->second;
  }
  if (pin.changes == 0) return catalog.edition(pin.layer, pin.edition);
  return catalog::edition_with_edits(catalog, pin.schema.value(), pin.edition, pin.settled, pin.changes);
} catch (const Error& error) {
  if (error.code() != Code::not_found) throw;
  throw Error(Code::refused,
              "the run read " + called(pin) + ", and this workspace has it not: " + error.what(),
              Where{.layer = pin.layer}, kSameWorkspace);
}

}  // namespace

const catalog::Edition* Pinned::find(const std::string& layer) const {
  const auto at = layers.find(layer);
  return at == layers.end() ? nullptr : at->second.get();
}

Pinned pin(const catalog::Catalog& catalog, const std::optional<std::string>& as_of) {
  if (as_of && !catalog::is_date(*as_of))
    throw Error(Code::invalid, "\"" + *as_of + "\" is no date", Where{.field = "as_of"},
                "write it as 2024-12-31");
  Pinned pinned;
  const auto state = catalog.state();
  for (const auto& [layer, declaration] : state->declarations) {
    try {
      const auto edition = edition_on(catalog, *state, layer, as_of);
      if (layer != kCases) pinned.as_of = std::max(pinned.as_of, edition->record.as_of);
      pinned.layers.emplace(layer, edition);
    } catch (const Error& error) {
      if (error.code() != Code::not_found) throw;
      pinned.missing.emplace(layer, error.what());
    }
  }
  if (as_of) pinned.as_of = *as_of;
  return pinned;
}

std::vector<Pin> pins_of(const Pinned& pinned) {
  std::vector<Pin> pins;
  for (const auto& [layer, edition] : pinned.layers) {
    const store::EditionRecord& record = edition->record;
    Pin pin{.layer = layer,
            .edition = record.edition,
            .changes = edition->changes,
            .settled = edition->settled,
            .as_of = record.as_of,
            .digest = record.digest,
            .rows = record.rows,
            .schema = {}};
    if (pin.changes > 0) pin.schema = record.schema;
    pins.push_back(std::move(pin));
  }
  return pins;
}

Pinned pin_again(const catalog::Catalog& catalog, const std::string& as_of, const std::vector<Pin>& pins,
                 const std::map<std::string, std::string>& missing) {
  Pinned pinned{.as_of = as_of, .layers = {}, .missing = missing};
  for (const Pin& pin : pins) {
    auto edition = found_again(catalog, pin);
    if (edition->record.digest != pin.digest)
      throw Error(Code::refused,
                  called(pin) + " is not what the run read: its digest is " + edition->record.digest +
                      ", and the manifest says " + pin.digest,
                  Where{.layer = pin.layer}, kSameWorkspace);
    pinned.layers.emplace(pin.layer, std::move(edition));
  }
  return pinned;
}

}  // namespace caitu::checks
