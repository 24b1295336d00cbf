#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace caitu::checks {

/// The editions that a run reads, and the day for which it is made. A value; keeps the snapshots mapped.
struct Pinned {
  std::string as_of;  ///< ISO date
  std::map<std::string, std::shared_ptr<const catalog::Edition>> layers;
  std::map<std::string, std::string> missing;  ///< layer → why it has no edition, a sentence

  /// Null when there is none.
  const catalog::Edition* find(const std::string& layer) const;
};

/// Of every layer the newest edition that is not after `as_of`, with its edits where it is the current one
/// and none of them is after that day; without `as_of`, the current ones, and the latest of their land dates
/// as the day: no clock is asked. Of `flags` always the current one, edits and all, whatever the day: a case
/// is known now, and says on which day it was found. Error(invalid) when `as_of` is no date.
Pinned pin(const catalog::Catalog& catalog, const std::optional<std::string>& as_of);

/// Which edition of a layer a run read: enough to read the same again, whatever has come since.
struct Pin {
  std::string layer;
  std::uint32_t edition = 0;  ///< 0: edits alone
  /// Edits laid over it: those past `settled`, up to `changes`; both 0 when there are none.
  std::uint64_t changes = 0, settled = 0;
  std::string as_of, digest;
  std::uint64_t rows = 0;
  std::optional<geodata::Schema>
      schema;  ///< in whose fields edits are laid over it; only when there are some
};
/// By layer.
std::vector<Pin> pins_of(const Pinned& pinned);

/// Exactly the editions of an earlier run. Error(refused) names layer and edition of one that is not there
/// any more, or holds something else.
Pinned pin_again(const catalog::Catalog& catalog, const std::string& as_of, const std::vector<Pin>& pins,
                 const std::map<std::string, std::string>& missing);

}  // namespace caitu::checks
