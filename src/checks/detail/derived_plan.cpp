#include "checks/detail/derived_plan.hpp"

#include "base/units.hpp"
#include "checks/detail/attributes.hpp"
#include "geometry/measure.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks::detail {
namespace {

PlanLayers layers_of(const Context& context) {
  const auto snapshot = [&](const char* layer) -> const geodata::Snapshot* {
    const auto* edition = context.pinned.find(layer);
    return edition == nullptr ? nullptr : edition->snapshot.get();
  };
  return {.towns = snapshot("towns"), .districts = snapshot("districts"), .roads = snapshot("roads")};
}

}  // namespace

Derived clusters_of(const Context& context) {
  return derive_clusters(PlanTables::load(context.plan), layers_of(context));
}

Derived belts_of(const Context& context) {
  const double width_m = context.rules.rule("belts").number("width_each_side_m", context.when()).value;
  return derive_belts(PlanTables::load(context.plan), layers_of(context), width_m);
}

base::Json beside_delivered(const Context& context, const std::string& layer,
                            const Derived::Feature& feature) {
  const auto* edition = context.pinned.find(layer);
  if (edition == nullptr) return nullptr;
  const geodata::Snapshot& delivered = *edition->snapshot;
  const geometry::Zone zone(feature.geometry);
  std::size_t nearest = 0;
  double common = 0;
  delivered.tree().query(geometry::box_of(feature.geometry), 0,
                         [&](std::size_t first, std::size_t last, bool) {
                           for (std::size_t item = first; item < last; ++item) {
                             if (delivered.kind(item) != geometry::Kind::polygon) continue;
                             const double m2 = zone.area_inside_m2(delivered.geometry(item));
                             if (m2 > common || (m2 == common && m2 > 0 && item < nearest)) {
                               common = m2;
                               nearest = item;
                             }
                           }
                           return true;
                         });
  if (common == 0) return {{"delivered", "none has land in common"}};
  const double ours = geometry::area_m2(feature.geometry), theirs = delivered.area_m2(nearest);
  return {{"name", FieldOf(delivered, "name").text(nearest)},
          {"delivered_mu", base::mu_from_m2(theirs)},
          {"common_mu", base::mu_from_m2(common)},
          {"intersection_over_union", common / (ours + theirs - common)}};
}

}  // namespace caitu::checks::detail
