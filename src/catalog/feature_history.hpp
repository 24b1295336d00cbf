#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "catalog/catalog.hpp"

namespace caitu::catalog {

/// One edit of a feature of a living layer.
struct PastEdit {
  std::uint64_t version = 0;  ///< edits of the feature until then
  std::string operation;      ///< "insert", "update", "delete"
  std::string at, who;        ///< UTC, ISO; an account or "shell:USER"
  base::Json properties;      ///< all fields with a value, as it left them
};

/// Every edit of a feature, oldest first, those that an edition has taken in too. What came with a delivery
/// is none. Errors as store::Work::open for reading; a workspace without a work.db has no edits.
std::vector<PastEdit> feature_history(const Workspace& workspace, const std::string& layer,
                                      std::uint64_t feature);

}  // namespace caitu::catalog
