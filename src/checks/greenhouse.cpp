#include "checks/greenhouse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "checks/detail/derived_plan.hpp"
#include "checks/detail/greenhouse.hpp"
#include "checks/detail/needs.hpp"

namespace caitu::checks {
namespace {

/// Those that were published; else derived here, by the same rule.
std::vector<geometry::Geometry> belts_of(const Context& context, const detail::Sites& sites,
                                         std::vector<std::string>& notes) {
  std::vector<geometry::Geometry> belts;
  if (const geodata::Snapshot* published = sites.layer("belts")) {
    for (std::size_t item = 0; item < published->size(); ++item) {
      if (published->kind(item) == geometry::Kind::polygon)
        belts.push_back(geometry::copy(published->geometry(item)));
    }
    return belts;
  }
  if (sites.layer("roads") == nullptr) return belts;
  Derived derived = detail::belts_of(context);
  for (Derived::Feature& belt : derived.features) belts.push_back(std::move(belt.geometry));
  notes.push_back(fmt::format("产业推进带没有发布，按道路单侧 {:g} 米推出。",
                              context.rules.rule("belts").number("width_each_side_m", context.when()).value));
  notes.insert(notes.end(), derived.notes.begin(), derived.notes.end());
  return belts;
}

void order(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    const auto key = [](const Finding& one) {
      const geometry::Box box = geometry::box_of(one.where);
      return std::tuple(box.min_lon, box.min_lat, box.max_lon, box.max_lat);
    };
    return key(a) < key(b);
  });
}

}  // namespace

CheckResult check_greenhouse(const Context& context) {
  CheckResult result;
  result.check = "greenhouse";
  const detail::Sites sites(context);
  const std::vector<geometry::Geometry> belts = belts_of(context, sites, result.notes);
  const auto run = [&](const char* id, const std::function<detail::Rulings()>& rule) {
    context.progress.check();
    if (auto missing = detail::missing_layers(context, context.rules.rule(id))) {
      result.not_run.push_back(std::move(*missing));
      return;
    }
    detail::Rulings rulings = rule();
    order(rulings.findings);
    result.looked.push_back({id, rulings.at, rulings.clear});
    std::ranges::move(rulings.findings, std::back_inserter(result.findings));
    std::ranges::move(rulings.notes, std::back_inserter(result.notes));
  };
  run("G1", [&] { return detail::non_farm_buildings(sites, belts); });
  run("G2", [&] { return detail::housing(sites); });
  run("G3", [&] { return detail::guard_houses(sites); });
  const std::vector<Finding> buildings = result.findings;
  run("G4", [&] { return detail::auxiliary_land(sites); });
  run("G5", [&] { return detail::damaged_cropland(sites); });
  run("G6", [&] { return detail::soil_destroyed(sites); });
  run("G7", [&] { return detail::filings(sites); });
  run("G8", [&] { return detail::recurrences(sites, buildings); });
  run("G9", [&] { return detail::hardened_floors(sites); });
  run("G10", [&] { return detail::scattered_plots(sites); });
  return result;
}

}  // namespace caitu::checks
