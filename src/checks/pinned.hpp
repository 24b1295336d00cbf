#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

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

/// Of every layer the newest edition that is not after `as_of`; without it, the current ones, and the latest
/// of their land dates as the day: no clock is asked. Error(invalid) when `as_of` is no date.
Pinned pin(const catalog::Catalog& catalog, const std::optional<std::string>& as_of);

}  // namespace caitu::checks
