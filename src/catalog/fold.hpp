#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "catalog/catalog.hpp"

namespace caitu::catalog {

/// Changes of living layers into editions of the record (DESIGN 3, Living layers).
///
/// One fold is one transaction of caitu.db, whose edition says up to which sequence it holds the change log
/// (`source.changes.through`): killed at any moment nothing is lost and nothing is laid over twice. The log
/// keeps what was folded, as the features' history. In the audit trail the edition is published by "caitu";
/// who made the edits stands in their own rows.

/// Folds what edits of one living layer have gathered; its as-of date is today's, or that of the edition
/// below where that is later. The edition published, or nullopt when there was nothing to fold. Error(busy)
/// while an import of the layer runs.
std::optional<std::uint32_t> fold(const Workspace& workspace, const geodata::Declaration& declaration);

/// When a serving process folds by itself.
struct FoldOptions {
  std::uint64_t changes = 10'000;    ///< more than so many wait …
  std::chrono::seconds after{3600};  ///< … or one has waited so long
};
/// Folds what is due; a layer whose import runs waits for the next call. True when something was folded.
bool fold_due(const Workspace& workspace, const State& state, const FoldOptions& options);

}  // namespace caitu::catalog
