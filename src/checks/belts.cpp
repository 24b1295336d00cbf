#include "checks/belts.hpp"

#include <fmt/format.h>

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

  const auto* fields = context.pinned.find("vegetable_land");
  std::shared_ptr<const Snapshot> in_use;
  if (fields != nullptr) {
    const Rule& retention = context.rules.rule("retention");
    detail::Gathering gathering(context.scratch / "belts_in_use");
    gathering.add(*fields->snapshot,
                  detail::in_use(*fields->snapshot, context.pinned.as_of,
                                 retention.texts("counted_growing", context.when()).value));
    in_use = detail::retained_land(context, "belts_retained", gathering.finish(), {}).land;
  } else {
    result.not_run.push_back(
        {"belts.vegetable_land", "vegetable_land", detail::why_missing(context, "vegetable_land")});
  }
  const auto* facilities = context.pinned.find("facilities");
  std::shared_ptr<const Snapshot> facility_land;
  if (facilities != nullptr) {
    detail::Gathering gathering(context.scratch / "belts_facilities");
    gathering.add(*facilities->snapshot, [](std::size_t) { return true; });
    facility_land = detail::retained_land(context, "belts_facility_land", gathering.finish(), {}).land;
  }
  if (facilities == nullptr)
    result.not_run.push_back({"belts.facilities", "facilities", detail::why_missing(context, "facilities")});
  for (const char* layer : {"vegetable_land", "facilities"}) {
    if (auto empty = detail::holds_nothing(context, layer)) result.notes.push_back(std::move(*empty));
  }
  for (Derived::Feature& belt : belts.features) {
    Measure measure;
    const std::string name = text_of(belt, "name");
    measure.id = "belts." + name;
    measure.title = name;
    measure.title_en = text_of(belt, "roads");
    measure.value = mu_from_m2(geometry::area_m2(belt.geometry));
    measure.unit = "mu";
    measure.source = cite(rule, *width.given);
    measure.notes.push_back(at_width);
    measure.detail = {{"district", text_of(belt, "district")},
                      {"towns", text_of(belt, "towns")},
                      {"side", text_of(belt, "side")},
                      {"width_m", width.value}};
    if (in_use) measure.detail["vegetable_land_mu"] = mu_from_m2(detail::inside(*in_use, belt.geometry).m2);
    if (facilities != nullptr)
      measure.detail["facilities_mu"] = mu_from_m2(detail::inside(*facility_land, belt.geometry).m2);
    if (auto delivered = detail::beside_delivered(context, "belts_delivered", belt); !delivered.is_null())
      measure.detail["delivered"] = std::move(delivered);
    result.measures.push_back(std::move(measure));
    const double m2 = geometry::area_m2(belt.geometry);
    result.drawn.push_back({"belts", name, std::move(belt.geometry), m2});
  }
  return result;
}

}  // namespace caitu::checks
