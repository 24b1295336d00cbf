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
        fmt::format("缺少乡镇图层（towns）：计划表 1 的 {} 个规模提升群均无法生成。", tables.towns().size()));
    return derived;
  }
  const auto items = detail::items_of_towns(tables, *layers.towns, derived.notes);
  for (std::size_t t = 0; t < items.size(); ++t) {
    const PlanTown& town = tables.towns()[t];
    geometry::Geometry land = detail::united_items(*layers.towns, items[t]);
    if (land.empty()) {
      derived.notes.push_back(fmt::format("乡镇图层中没有{}{}（{}；计划表 1，L{}）：缺其规模提升群。",
                                          town.district, town.name, town.code, town.line));
      continue;
    }
    if (items[t].size() > 1) {
      derived.notes.push_back(fmt::format("{}{}在乡镇图层中有 {} 个图形：其规模提升群取它们的并集。",
                                          town.district, town.name, items[t].size()));
    }
    derived.features.push_back(cluster_of(town, std::move(land)));
  }
  return derived;
}

}  // namespace caitu::checks
