#include "checks/detail/ground.hpp"

#include <algorithm>

#include "checks/detail/attributes.hpp"
#include "geometry/zone.hpp"

namespace caitu::checks::detail {
namespace {

using geodata::LandKind;
using geodata::Snapshot;

struct Shared {
  std::size_t item = 0;
  double m2 = 0;
};

std::vector<Shared> shared_with(const Snapshot& layer, geometry::GeometryView polygon, double least_m2) {
  std::vector<Shared> found;
  if (polygon.kind != geometry::Kind::polygon || polygon.empty()) return found;
  const geometry::Zone zone(polygon);
  layer.tree().query(geometry::box_of(polygon), 0, [&](std::size_t first, std::size_t last, bool) {
    for (std::size_t item = first; item < last; ++item) {
      if (layer.kind(item) != geometry::Kind::polygon) continue;
      const double m2 = zone.area_inside_m2(layer.geometry(item));
      if (m2 >= least_m2) found.push_back({item, m2});
    }
    return true;
  });
  std::ranges::sort(found, [&](const Shared& a, const Shared& b) {
    return a.m2 != b.m2 ? a.m2 > b.m2 : layer.id(a.item) < layer.id(b.item);
  });
  return found;
}

void add_once(std::vector<std::string>& to, std::string_view text) {
  if (!text.empty() && std::ranges::find(to, text) == to.end()) to.emplace_back(text);
}

}  // namespace

Ground::Ground(const Pinned& pinned, const geodata::LandClasses& classes) : classes_(classes) {
  if (const auto* edition = pinned.find("parcels")) parcels_ = edition->snapshot.get();
}

Beneath Ground::beneath(geometry::GeometryView polygon, double least_m2) const {
  Beneath found;
  if (parcels_ == nullptr) return found;
  const FieldOf code(*parcels_, "DLBM"), system(*parcels_, "code_system"), owner(*parcels_, "QSDWDM"),
      location(*parcels_, "ZLDWDM"), name(*parcels_, "DLMC");
  // Without a system the name of the class tells it, else it is the survey's.
  const auto system_of = [&](std::size_t item) -> std::string {
    if (!system.text(item).empty()) return std::string(system.text(item));
    const std::string named = classes_.system_of(code.text(item), name.text(item), "");
    return named.empty() ? "survey" : named;
  };
  for (const auto& [item, m2] : shared_with(*parcels_, polygon, least_m2)) {
    const geodata::LandClass* land = classes_.find(system_of(item), code.text(item));
    const LandKind kind = land == nullptr ? LandKind::other : land->kind;
    (kind == LandKind::cropland   ? found.cropland_m2
     : kind == LandKind::facility ? found.facility_m2
                                  : found.other_m2) += m2;
    found.parcels.push_back(subject_of(*parcels_, item));
    add_once(found.owner_units, owner.text(item));
    add_once(found.location_units, location.text(item));
  }
  return found;
}

Inside inside(const Snapshot& layer, geometry::GeometryView polygon, double least_m2) {
  Inside found;
  for (const auto& [item, m2] : shared_with(layer, polygon, least_m2)) {
    found.m2 += m2;
    found.items.push_back(item);
  }
  return found;
}

}  // namespace caitu::checks::detail
