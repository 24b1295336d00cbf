#include <array>

#include "base/units.hpp"
#include "buildings.hpp"
#include "planted_parts.hpp"

namespace caitu::demo {
namespace {

constexpr std::array<std::string_view, 3> kFactoryUses = {"工厂化育苗", "无土栽培", "食用菌工厂化栽培"};

// Since 自然资发〔2021〕166号 of November 2021 none may be new on permanent basic farmland. From 4号文 of
// December 2019 to then one was allowed where it could not be avoided and the land was replaced, and before
// it under 127号文, which is superseded: neither replacement nor approval is in any layer, so a person has to
// look.
constexpr std::array kAfter = {"2022-03-15", "2022-06-20", "2022-09-01", "2023-04-10",
                               "2023-08-25", "2024-05-18", "2024-07-02"};
constexpr std::array kBetween = {"2020-05-12", "2020-11-20", "2021-06-30"};
constexpr std::array kBefore = {"2012-04-01", "2016-09-15", "2018-10-10"};
constexpr std::array kUnknown = {"", "", ""};
constexpr std::array kElsewhere = {"2022-04-12", "2023-03-20", "2023-09-09", "2024-04-25"};
constexpr double kPlotMu = 4;
constexpr std::size_t kSoilKept = 3, kOfPark = 4, kInside = 7, kBeside = 7;

Piece take_plot_field(Planting& planting, bool on_basic_farmland) {
  return planting.take_field([&](const Piece& field) {
    const bool there =
        on_basic_farmland ? planting.basic_farmland.holds(field) : !planting.basic_farmland.touches(field);
    return there && field.m2 > base::m2_from_mu(1.5 * kPlotMu) && shrinkable(field);
  });
}

/// A filed plot for growing without soil, and the greenhouse on it.
void plant_factory(Planting& planting, bool on_basic_farmland, const std::string& built_on,
                   std::string_view expected) {
  const Piece field = take_plot_field(planting, on_basic_farmland);
  const double m2 = base::m2_from_mu(kPlotMu);
  const std::string id = planting.next_id("SN");
  Footprint plot{.ring = drawn_in(field, m2),
                 .id = id,
                 .kind = kFactoryUses[planting.elsewhere.facilities.size() % kFactoryUses.size()],
                 .built_on = built_on,
                 .filing = filing_of(id)};
  planting.elsewhere.greenhouses.push_back({.ring = drawn_in(field, 0.8 * m2),
                                            .id = id + "-P001",
                                            .kind = "连栋温室",
                                            .built_on = built_on,
                                            .filing = plot.filing});
  planting.truth.expect(plot, "G6", expected);
  planting.truth.expect(plot, "G7", kClear);
  planting.elsewhere.facilities.push_back(std::move(plot));
}

/// A new greenhouse that keeps its soil, on permanent basic farmland.
void plant_soil_kept(Planting& planting) {
  constexpr Sides kHouse{.length = 60, .depth = 10};
  constexpr double kEastward = 0;
  const Piece field = planting.take_field([&](const Piece& f) {
    return planting.basic_farmland.holds(f) && building_on(f, kEastward, kHouse).has_value();
  });
  Footprint house{.ring = *building_on(field, kEastward, kHouse),
                  .id = planting.next_id("DP"),
                  .kind = "塑料大棚",
                  .built_on = "2022-10-16"};
  for (const std::string_view rule : {"G6", "G7"}) planting.truth.expect(house, rule, kClear);
  planting.elsewhere.greenhouses.push_back(std::move(house));
}

/// A 点状配套设施 plot, built after 京规自发〔2023〕168号.
void plant_plot(Planting& planting, const Piece& field, double m2, std::string_view expected) {
  const std::string id = planting.next_id("DZ");
  Footprint plot{.ring = drawn_in(field, m2),
                 .id = id,
                 .kind = "点状配套设施用地",
                 .built_on = "2024-04-10",
                 .filing = filing_of(id)};
  planting.truth.expect(plot, "G10", expected);
  planting.elsewhere.facilities.push_back(std::move(plot));
}

}  // namespace

void plant_factories(Planting& planting) {
  for (const char* day : kAfter) plant_factory(planting, true, day, kViolation);
  for (const char* day : kBetween) plant_factory(planting, true, day, kFieldCheck);
  for (const char* day : kBefore) plant_factory(planting, true, day, kFieldCheck);
  for (const char* day : kUnknown) plant_factory(planting, true, day, kFieldCheck);
  for (const char* day : kElsewhere) plant_factory(planting, false, day, kClear);
  for (std::size_t i = 0; i < kSoilKept; ++i) plant_soil_kept(planting);
  for (std::size_t i = 0; i < kOfPark; ++i) {
    const Park& park = planting.take_park(
        [&](const Park& p) { return bare_park(p) && planting.basic_farmland.holds(p.town, p.block); });
    planting.truth.expect(park.greenhouses.front(), "G6", kClear);
  }
}

void plant_scattered(Planting& planting) {
  const auto off_basic_farmland = [&](const Piece& field) {
    return !planting.basic_farmland.touches(field) && shrinkable(field);
  };
  for (std::size_t i = 0; i < kInside; ++i) {
    const Piece field = planting.take_field([&](const Piece& f) {
      return f.m2 > 3'000 && off_basic_farmland(f) && planting.protected_land.holds(f);
    });
    plant_plot(planting, field, 1'500, kViolation);
  }
  for (std::size_t i = 0; i < kBeside; ++i) {
    constexpr double kAcrossLane = 12;  // m
    const Piece field = planting.take_field([&](const Piece& f) {
      return f.m2 > 2'000 && f.m2 < 8'000 && off_basic_farmland(f) && !planting.protected_land.touches(f) &&
             planting.protected_land.near(f.ring, kAcrossLane);
    });
    plant_plot(planting, field, 0.85 * field.m2, kClear);
  }
}

}  // namespace caitu::demo
