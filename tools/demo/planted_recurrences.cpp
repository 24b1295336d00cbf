#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "buildings.hpp"
#include "geometry/measure.hpp"
#include "places.hpp"
#include "planted_parts.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

constexpr std::array<std::string_view, 4> kClosedOn = {"2018-12-20", "2019-03-15", "2019-11-08",
                                                       "2020-06-30"};
constexpr const char* kBackSince = "2022-08-20";
constexpr double kBesideIt = 5;  // m
constexpr double kFarOff = 150;  // m

ClosedCase& close_case(Planting& planting, std::size_t town, std::string_view category,
                       geometry::Geometry shape) {
  const std::size_t number = planting.closed_cases.size();
  planting.closed_cases.push_back({.id = fmt::format("DPF-{}-{:03}", towns()[town].district, number + 1),
                                   .town = town,
                                   .category = category,
                                   .closed_on = kClosedOn[number % kClosedOn.size()],
                                   .shape = std::move(shape)});
  return planting.closed_cases.back();
}

geometry::Geometry middle_of(const Ring& ring) {
  return geometry::make_point(geometry::point_on(polygon(ring)));
}

/// A case whose ground bears nothing that it was about: the site is the case itself.
void expect_clear(Planting& planting, const ClosedCase& closed) {
  planting.truth.expect(closed.id, geometry::point_on(closed.shape), "G8", kClear);
}

/// A building of no farming use where one had been taken down: the case a point beside it, or its outline.
void plant_building_back(Planting& planting, std::size_t turn, bool outline) {
  Park& park = planting.take_park(bare_park);
  const Footprint building = replace_greenhouse(park, 3, turn, kBackSince);
  close_case(planting, park.town, "1",
             outline ? polygon(building.ring) : geometry::make_point(south_of(building.ring, kBesideIt)));
  planting.truth.expect(building, "G1", kViolation);
  planting.truth.expect(building, "G8", kViolation);
}

void plant_housing_back(Planting& planting) {
  Park& park = planting.take_park(bare_park);
  const Footprint& house = park.greenhouses[2];
  Footprint room{.ring = part_of(house.ring, {.west = 0.1, .east = 0.3, .south = 0.15, .north = 0.8}),
                 .id = house.id + "-N1",
                 .greenhouse = house.id,
                 .kind = "residence",
                 .built_on = kBackSince,
                 .error_m2 = 1.5,
                 .use_found = "居住"};
  close_case(planting, park.town, "2", middle_of(room.ring));
  planting.truth.expect(room, "G1", kClear);
  for (const std::string_view rule : {"G2", "G8"}) planting.truth.expect(room, rule, kViolation);
  park.structures.push_back(std::move(room));
}

/// A guard house and the depth that its greenhouse leaves it.
Footprint& hut_for(Park& park, double m2) {
  for (Footprint& hut : park.structures) {
    if (hut.kind == "guard_house" && resize(hut.ring, m2, 9)) return hut;
  }
  throw base::Error(base::Code::internal, "A park has no guard house that can be resized.");
}

void plant_hut(Planting& planting, double m2, std::string_view expected) {
  Park& park = planting.take_park(bare_park);
  Footprint& hut = hut_for(park, m2);
  hut.error_m2 = 0.5;
  if (expected == kViolation) hut.built_on = kBackSince;
  close_case(planting, park.town, "3", geometry::make_point(south_of(hut.ring, 2)));
  planting.truth.expect(hut, "G3", expected);
  planting.truth.expect(hut, "G8", expected);
}

/// The ground was given back to growing.
void plant_field_restored(Planting& planting) {
  const Piece field = planting.take_field([](const Piece& f) { return f.m2 > 3'000; });
  expect_clear(planting, close_case(planting, field.town, "1", middle_of(field.ring)));
}

/// The building inside is gone, the greenhouse stays.
void plant_greenhouse_restored(Planting& planting) {
  const Park& park = planting.take_park(bare_park);
  expect_clear(planting, close_case(planting, park.town, "2", middle_of(park.greenhouses[7].ring)));
}

void plant_shed_beside(Planting& planting) {
  Park& park = planting.take_park(shed_park);
  const Footprint& shed = shed_of(park);
  close_case(planting, park.town, "1", geometry::make_point(south_of(shed.ring, kBesideIt)));
  planting.truth.expect(shed, "G8", kClear);
}

/// Another case in the same park, too far off to be the same one.
void plant_far_off(Planting& planting, std::size_t turn) {
  const auto apart = [](const Park& park) {
    return geometry::distance_m(park.greenhouses.front().ring[0], park.greenhouses.back().ring[0]) > kFarOff;
  };
  Park& park = planting.take_park([&](const Park& p) { return bare_park(p) && apart(p); });
  close_case(planting, park.town, "1", middle_of(park.greenhouses.back().ring));
  const Footprint building = replace_greenhouse(park, 0, turn, kBackSince);
  planting.truth.expect(building, "G1", kViolation);
  planting.truth.expect(building, "G8", kClear);
}

}  // namespace

void plant_recurrences(Planting& planting) {
  for (std::size_t i = 0; i < 4; ++i) plant_building_back(planting, i, i == 3);
  for (int i = 0; i < 3; ++i) plant_housing_back(planting);
  for (int i = 0; i < 2; ++i) plant_hut(planting, 30, kViolation);
  for (int i = 0; i < 2; ++i) plant_hut(planting, 22.4, kClear);
  for (int i = 0; i < 4; ++i) plant_field_restored(planting);
  for (int i = 0; i < 2; ++i) plant_greenhouse_restored(planting);
  for (int i = 0; i < 2; ++i) plant_shed_beside(planting);
  for (std::size_t i = 0; i < 2; ++i) plant_far_off(planting, i + 1);
}

}  // namespace caitu::demo
