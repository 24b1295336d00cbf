#include "checks/detail/derived_plan.hpp"

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

}  // namespace caitu::checks::detail
