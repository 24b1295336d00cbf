#include "checks/derive.hpp"

#include <fmt/format.h>

#include "checks/detail/town_items.hpp"

namespace caitu::checks {
namespace {

constexpr std::string_view kClusterOf = "规模提升群";

Derived::Feature cluster_of(const PlanTown& town, geometry::Geometry land) {
  return {.values = {{"name", town.name + std::string(kClusterOf)},
                     {"district", town.district},
                     {"town", town.name},
                     {"town_code", town.code}},
          .geometry = std::move(land)};
}

}  // namespace

Derived derive_clusters(const PlanTables& tables, const PlanLayers& layers) {
  Derived derived;
  if (layers.towns == nullptr) {
    derived.notes.push_back(
        fmt::format("There is no layer towns: none of the {} clusters of table 1 of the plan can be derived.",
                    tables.towns().size()));
    return derived;
  }
  const auto items = detail::items_of_towns(tables, *layers.towns, derived.notes);
  for (std::size_t t = 0; t < items.size(); ++t) {
    const PlanTown& town = tables.towns()[t];
    geometry::Geometry land = detail::united_items(*layers.towns, items[t]);
    if (land.empty()) {
      derived.notes.push_back(
          fmt::format("{} of {} ({}; plan, table 1, L{}) is not in the layer towns: its "
                      "cluster is missing.",
                      town.name, town.district, town.code, town.line));
      continue;
    }
    if (items[t].size() > 1) {
      derived.notes.push_back(
          fmt::format("{} of {} has {} outlines in the layer towns: its cluster is their "
                      "union.",
                      town.name, town.district, items[t].size()));
    }
    derived.features.push_back(cluster_of(town, std::move(land)));
  }
  return derived;
}

}  // namespace caitu::checks
