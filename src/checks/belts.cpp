#include "checks/belts.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>

#include "base/units.hpp"
#include "checks/detail/derived_plan.hpp"
#include "checks/detail/ground.hpp"
#include "checks/detail/land_in_use.hpp"
#include "checks/detail/needs.hpp"
#include "checks/detail/shapes.hpp"
#include "geometry/measure.hpp"

namespace caitu::checks {
namespace {

using base::mu_from_m2;
using geodata::Snapshot;

std::string text_of(const Derived::Feature& feature, const char* field) {
  const auto at = feature.values.find(field);
  if (at == feature.values.end()) return {};
  const auto* text = std::get_if<std::string>(&at->second);
  return text == nullptr ? "" : *text;
}

using Admits = std::function<bool(std::size_t item)>;

/// The land of a layer with each square metre once; null, and told, when there is no such layer.
std::shared_ptr<const Snapshot> land_of(const Context& context, const std::string& layer,
                                        const std::function<Admits(const Snapshot&)>& admits,
                                        CheckResult& result) {
  const auto* edition = context.pinned.find(layer);
  if (edition == nullptr) {
    result.not_run.push_back({"belts." + layer, layer, detail::why_missing(context, layer)});
    return nullptr;
  }
  if (auto empty = detail::holds_nothing(context, layer)) result.notes.push_back(std::move(*empty));
  detail::Gathering gathering(context.scratch / ("belts_" + layer));
  gathering.add(*edition->snapshot, admits(*edition->snapshot));
  return detail::retained_land(context, "belts_once_" + layer, gathering.finish(), {}).land;
}

/// What lies on the belts; each null when there is no such layer.
struct Land {
  std::shared_ptr<const Snapshot> in_use, facilities;
};

Measure measure_of(const Context& context, const Derived::Feature& belt, const InForce<double>& width,
                   const Land& land) {
  Measure measure;
  measure.title = text_of(belt, "name");
  measure.id = "belts." + measure.title;
  measure.title_en = text_of(belt, "roads");
  measure.value = mu_from_m2(geometry::area_m2(belt.geometry));
  measure.unit = "mu";
  measure.detail = {{"district", text_of(belt, "district")},
                    {"towns", text_of(belt, "towns")},
                    {"side", text_of(belt, "side")},
                    {"width_m", width.value}};
  if (land.in_use)
    measure.detail["vegetable_land_mu"] = mu_from_m2(detail::inside(*land.in_use, belt.geometry).m2);
  if (land.facilities)
    measure.detail["facilities_mu"] = mu_from_m2(detail::inside(*land.facilities, belt.geometry).m2);
  if (auto delivered = detail::beside_delivered(context, "belts_delivered", belt); !delivered.is_null())
    measure.detail["delivered"] = std::move(delivered);
  return measure;
}

}  // namespace

CheckResult check_belts(const Context& context) {
  CheckResult result;
  result.check = "belts";
  const Rule& rule = context.rules.rule("belts");
  if (auto missing = detail::missing_layers(context, rule)) {
    result.not_run.push_back(std::move(*missing));
    return result;
  }
  const auto width = rule.number("width_each_side_m", context.when());
  const std::string at_width = fmt::format("单侧宽度 {:g} 米（假定，计划没有给出）", width.value);
  Derived belts = detail::belts_of(context);
  result.notes = belts.notes;
  result.notes.insert(result.notes.begin(), at_width);
  const auto growing = context.rules.rule("retention").texts("counted_growing", context.when()).value;
  const auto in_use = [&](const Snapshot& fields) {
    return detail::in_use(fields, context.pinned.as_of, growing);
  };
  const auto all = [](const Snapshot&) { return [](std::size_t) { return true; }; };
  const Land land{.in_use = land_of(context, "vegetable_land", in_use, result),
                  .facilities = land_of(context, "facilities", all, result)};
  for (Derived::Feature& belt : belts.features) {
    const double m2 = geometry::area_m2(belt.geometry);
    Measure measure = measure_of(context, belt, width, land);
    measure.source = cite(rule, *width.given);
    measure.notes.push_back(at_width);
    result.drawn.push_back({"belts", measure.title, std::move(belt.geometry), m2});
    result.measures.push_back(std::move(measure));
  }
  return result;
}

}  // namespace caitu::checks
