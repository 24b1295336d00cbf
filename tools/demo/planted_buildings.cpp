#include <array>

#include "base/error.hpp"
#include "buildings.hpp"
#include "geometry/measure.hpp"
#include "planted_parts.hpp"
#include "planting.hpp"

namespace caitu::demo {
namespace {

constexpr std::size_t kOfPark = 10, kOfBelt = 6, kOfBase = 4, kElsewhere = 6;
constexpr Sides kBuilding{.length = 18, .depth = 11};

/// On a field of vegetables outside every park.
void plant_on_field(Planting& planting, std::size_t turn, const Piece& field, std::string_view expected) {
  const NonFarm& use = non_farm(turn);
  Footprint building{.ring = *building_on(field, field.angle, kBuilding),
                     .id = planting.next_id("JZ"),
                     .kind = use.kind,
                     .built_on = "2021-06-15",
                     .error_m2 = 4,
                     .use_found = use.use};
  planting.truth.expect(building, "G1", expected);
  planting.elsewhere.structures.push_back(std::move(building));
}

void plant_in_parks(Planting& planting) {
  for (std::size_t i = 0; i < kOfPark; ++i) {
    Park& park = planting.take_park(bare_park);
    const Footprint building = replace_greenhouse(park, 4, i, "2020-09-10");
    planting.truth.expect(building, "G1", kViolation);
    // Beside greenhouses, inside none of them.
    planting.truth.expect(building, "G2", kClear);
  }
}

void plant_in_bases(Planting& planting) {
  for (std::size_t i = 0; i < kOfBase; ++i) {
    const RingBase base = planting.take_base(in_province("河北省"));
    const Footprint plot = base_plot(planting, base, 8, "2021-04-20");
    const auto ring = building_on(make_piece(plot.ring), 0, kBuilding);
    if (!ring) throw base::Error(base::Code::internal, "A plot of a base is too small for a building.");
    const NonFarm& use = non_farm(i);
    Footprint building{.ring = *ring,
                       .id = plot.id + "-F001",
                       .kind = use.kind,
                       .built_on = plot.built_on,
                       .error_m2 = 4,
                       .use_found = use.use,
                       .project = base.id};
    planting.truth.expect(building, "G1", kViolation);
    planting.truth.expect(building, "G7", kViolation);
    planting.elsewhere.structures.push_back(std::move(building));
  }
}

/// A farmer's house or a shop on land of that use, in a belt: no farmland.
void plant_on_built_land(Planting& planting, Use use) {
  const SurveyPlot plot = planting.take_plot(use, [&](const SurveyPlot& p) {
    return planting.in_belt(p.land.ring, p.town) && building_on(p.land, 0, {.length = 12, .depth = 8});
  });
  const bool house = use == Use::homestead;
  Footprint building{.ring = *building_on(plot.land, 0, {.length = 12, .depth = 8}),
                     .id = planting.next_id("JZ"),
                     .kind = house ? "residence" : "restaurant",
                     .built_on = "2011-05-01",
                     .error_m2 = 4,
                     .use_found = house ? "居住" : "餐饮"};
  for (const std::string_view rule : {"G1", "G2"}) planting.truth.expect(building, rule, kClear);
  planting.elsewhere.structures.push_back(std::move(building));
}

}  // namespace

void plant_buildings(Planting& planting) {
  plant_in_parks(planting);
  const auto has_room = [](const Piece& field) {
    return building_on(field, field.angle, kBuilding).has_value();
  };
  for (std::size_t i = 0; i < kOfBelt; ++i) {
    const Piece field =
        planting.take_field([&](const Piece& f) { return has_room(f) && planting.in_belt(f.ring, f.town); });
    plant_on_field(planting, i, field, kViolation);
  }
  // No 大棚房: 疑似违法占耕, category 0. A building on cropland outside parks may have its approval as
  // construction land, which no layer here tells: one-sided evidence.
  for (std::size_t i = 0; i < kElsewhere; ++i) {
    const Piece field =
        planting.take_field([&](const Piece& f) { return has_room(f) && planting.outside_all(f.ring); });
    plant_on_field(planting, i, field, kFieldCheck);
  }
  plant_in_bases(planting);
  for (int i = 0; i < 4; ++i) plant_on_built_land(planting, Use::homestead);
  for (int i = 0; i < 2; ++i) plant_on_built_land(planting, Use::shop);
}

}  // namespace caitu::demo
