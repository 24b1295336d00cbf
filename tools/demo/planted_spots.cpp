#include <fmt/format.h>

#include <array>

#include "base/units.hpp"
#include "geometry/measure.hpp"
#include "places.hpp"
#include "planted_parts.hpp"
#include "projection.hpp"

namespace caitu::demo {
namespace {

/// On a vegetable field, part of it.
struct FieldSpot {
  std::string_view type, seen;
  double mu;
  bool on_basic_farmland;
  std::string_view expected;
};
constexpr FieldSpot kFieldSpots[] = {
    // Hardening of cropland, whatever its size: 5 亩 of basic farmland and 10 亩 of other land only make it
    // graver.
    {"YH", "水泥硬化", 6.2, true, kViolation},
    {"YH", "水泥硬化", 5.4, true, kViolation},
    {"YH", "水泥硬化", 7.5, true, kViolation},
    {"YH", "水泥硬化", 11.0, false, kViolation},
    {"YH", "砂石硬化", 12.5, false, kViolation},
    {"YH", "水泥硬化", 10.6, false, kViolation},
    {"YH", "水泥硬化", 2.1, true, kViolation},
    {"YH", "砖石硬化", 1.2, true, kViolation},
    {"YH", "水泥硬化", 3.4, false, kViolation},
    {"YH", "水泥硬化", 0.9, false, kViolation},
    // Soil moved or heaped may be a field being levelled: one-sided.
    {"DT", "动土", 2.5, true, kFieldCheck},
    {"DT", "动土", 3.0, false, kFieldCheck},
    {"TD", "推堆土", 1.5, true, kFieldCheck},
    {"TD", "推堆土", 2.2, false, kFieldCheck},
    // Plastic film of a season looks bright from above and is taken off in autumn.
    {"01", "季节性地膜", 8.0, true, kClear},
    {"1", "季节性地膜", 6.0, false, kClear},
    {"01", "季节性地膜", 3.0, true, kClear},
    {"1", "季节性地膜", 11.0, false, kClear},
};
constexpr std::size_t kHardLanes = 4, kRuralRoads = 3, kHardYards = 3, kHardPlots = 3;
constexpr std::size_t kUnknownBuildings = 3, kGreenhousesSeen = 4, kShedsSeen = 3;

/// In turn, for image dates are often no more than a month.
struct ImageDates {
  std::string_view earlier, later;
};
constexpr ImageDates kDates[] = {{"202403", "202409"}, {"2023-10", "2024-05"}, {"20240412", "20241016"}};

void add_spot(Planting& planting, Spot spot, std::string_view rule, std::string_view expected) {
  spot.id = fmt::format("JC2024{}{:04}", towns()[spot.town].district, planting.spots.size() + 1);
  const ImageDates& dates = kDates[planting.spots.size() % std::size(kDates)];
  spot.earlier = dates.earlier;
  spot.later = dates.later;
  planting.truth.expect(spot.id, geometry::point_on(polygon(spot.ring)), rule, expected);
  planting.spots.push_back(std::move(spot));
}

void plant_field_spot(Planting& planting, const FieldSpot& wanted) {
  const double m2 = base::m2_from_mu(wanted.mu);
  const Piece field = planting.take_field([&](const Piece& f) {
    const bool there =
        wanted.on_basic_farmland ? planting.basic_farmland.holds(f) : !planting.basic_farmland.touches(f);
    return there && f.m2 > 1.05 * m2 && shrinkable(f);
  });
  add_spot(planting,
           {.town = field.town,
            .type = wanted.type,
            .seen = wanted.seen,
            .before = Use::irrigated,
            .on_basic_farmland = wanted.on_basic_farmland,
            .ring = drawn_in(field, m2)},
           "G5", wanted.expected);
}

/// A lane paved or widened, or a farmer's yard: no cropland.
void plant_off_cropland(Planting& planting, Use use, std::string_view type, std::string_view seen) {
  const SurveyPlot plot = planting.take_plot(use, [](const SurveyPlot&) { return true; });
  const bool whole = use == Use::lane;
  add_spot(planting,
           {.town = plot.town,
            .type = type,
            .seen = seen,
            .before = use,
            .ring = whole ? plot.land.ring : drawn_in(plot.land, 0.5 * plot.land.m2)},
           "G5", kClear);
}

/// The paved plot of a filed packing shed: facility land.
void plant_hard_plot(Planting& planting) {
  const Park& park = planting.take_park(shed_park);
  const Piece plot = make_piece(park.facilities[0].ring);
  add_spot(planting,
           {.town = park.town,
            .type = "YH",
            .seen = "水泥硬化",
            .before = Use::facility,
            .ring = drawn_in(plot, 0.8 * plot.m2)},
           "G5", kClear);
}

void plant_building_spot(Planting& planting, const Park& park, Ring ring, Use before,
                         std::string_view expected) {
  add_spot(planting,
           {.town = park.town,
            .type = "20",
            .seen = "建筑物",
            .before = before,
            .on_basic_farmland = planting.basic_farmland.holds(park.town, park.block),
            .ring = std::move(ring)},
           "G1", expected);
}

}  // namespace

void plant_spots(Planting& planting) {
  for (const FieldSpot& spot : kFieldSpots) plant_field_spot(planting, spot);
  for (std::size_t i = 0; i < kHardLanes; ++i) plant_off_cropland(planting, Use::lane, "YH", "水泥硬化");
  for (std::size_t i = 0; i < kRuralRoads; ++i) plant_off_cropland(planting, Use::lane, "ND", "农村道路");
  for (std::size_t i = 0; i < kHardYards; ++i) plant_off_cropland(planting, Use::homestead, "YH", "水泥硬化");
  for (std::size_t i = 0; i < kHardPlots; ++i) plant_hard_plot(planting);
  // A building that no one has surveyed yet: its use is not known.
  for (std::size_t i = 0; i < kUnknownBuildings; ++i) {
    Park& park = planting.take_park(bare_park);
    plant_building_spot(planting, park, clear_greenhouse(park, 6), Use::irrigated, kFieldCheck);
  }
  for (std::size_t i = 0; i < kGreenhousesSeen; ++i) {
    const Park& park = planting.take_park(bare_park);
    plant_building_spot(planting, park, park.greenhouses[6].ring, Use::irrigated, kClear);
  }
  for (std::size_t i = 0; i < kShedsSeen; ++i) {
    Park& park = planting.take_park(shed_park);
    plant_building_spot(planting, park, shed_of(park).ring, Use::facility, kClear);
  }
}

}  // namespace caitu::demo
