#include "app/wiring.hpp"

#include "base/workers.hpp"

namespace caitu::app {

Reading::Reading(const std::string& workspace, const Config& config, bool reads_open)
    : installation_(find_installation()),
      catalog_({workspace}, {installation_.layers()}),
      living_(catalog_, config.folds),
      tiles_(catalog_, tiles::load_tilesets(installation_.tiles, catalog_.state()->declarations),
             config.tiles),
      totals_(config.threads == 0 ? base::default_threads() : config.threads),
      styles_(installation_.styles, tiles_.tilesets()),
      gate_(catalog_.workspace().work(), reads_open),
      context_{.catalog = catalog_,
               .tiles = tiles_,
               .totals = totals_,
               .styles = styles_,
               .living = living_,
               .gate = gate_,
               .web = installation_.web,
               .counters = [] { return nullptr; },
               .queued = [] { return std::size_t{0}; },
               .version = CAITU_VERSION} {}

}  // namespace caitu::app
