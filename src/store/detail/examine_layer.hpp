#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "store/store.hpp"

namespace caitu::store::detail {

class Connection;

struct LayerFaults {
  std::uint64_t seen = 0;            ///< rows looked at
  std::uint64_t staged = 0;          ///< rows of no published edition, or ended by none
  std::vector<std::string> rows;     ///< what a backup alone brings back
  std::vector<std::string> derived;  ///< what follows from the rows: R*Tree, registrations, statistics
};

/// Every row of a layer against its digest and its area, its R*Tree against its rows, and where QGIS looks
/// for it.
LayerFaults examine_layer(const Connection& connection, const LayerRecord& layer,
                          const std::vector<EditionRecord>& editions, const base::Progress& progress);

}  // namespace caitu::store::detail
