#include "app/check_desk.hpp"

#include "base/workers.hpp"

namespace caitu::app {

CheckDesk::CheckDesk(const catalog::Catalog& catalog, const Config& config)
    : rules_(checks::load_rules({find_installation().rules()})),
      classes_(geodata::LandClasses::load(find_installation().geodata / "land_classes.csv")),
      desks_({.catalog = catalog,
              .rules = rules_,
              .classes = classes_,
              .plan = find_installation().geodata / "plan",
              .threads = config.threads == 0 ? base::default_threads() : config.threads}),
      service_{.rules = rules_, .desks = desks_} {}

}  // namespace caitu::app
