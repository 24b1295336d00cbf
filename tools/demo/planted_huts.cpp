#include <algorithm>

#include "base/error.hpp"
#include "buildings.hpp"
#include "planting.hpp"

namespace caitu::demo {
namespace {

/// What is done to one guard house. `m2` 0: its size stays.
struct HutCase {
  double m2, error_m2;
  std::int64_t storeys;
  std::string_view use, expected;
};
constexpr HutCase kHutCases[] = {
    {30, 0.5, 1, "看护", kViolation},
    {22.5, 0.5, 1, "看护", kClear},  // the limit itself is allowed
    {22.6, 0.5, 1, "看护", kFieldCheck},
    {22.4, 0.5, 1, "看护", kClear},
    {0, 0.5, 2, "看护", kViolation},
    {0, 0.5, 1, "夜间看护、临时休息", kClear},  // what a guard house is for
    {0, 0.5, 1, "常住居住", kViolation},
    {0, 0.5, 1, "农具存放", kClear},
    {0, 0.5, 1, "对外出租居住", kViolation},
    {22.5, 0.3, 1, "看护", kClear},
};
constexpr std::size_t kHutParks = 15, kRoomParks = 10;
constexpr std::size_t kManyHouses = 12;

void plant_huts_of(Park& park, Truth& truth) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < park.structures.size() && next < std::size(kHutCases); i += 3) {
    Footprint& hut = park.structures[i];
    if (hut.kind != "guard_house") continue;
    const auto house = std::find_if(park.greenhouses.begin(), park.greenhouses.end(),
                                    [&](const Footprint& g) { return g.id == hut.greenhouse; });
    const HutCase& planted = kHutCases[next];
    if (planted.m2 > 0 && !resize(hut.ring, planted.m2, depth_m(house->ring))) continue;
    hut.error_m2 = planted.error_m2;
    hut.storeys = planted.storeys;
    hut.use_found = planted.use;
    truth.expect(hut, "G3", planted.expected);
    // A guard house that is lived in or let is category 3, not housing in a park (category 1).
    if (planted.m2 == 0) truth.expect(hut, "G1", kClear);
    ++next;
  }
}

/// A guard house of about 4.5 m by what its size asks for, in a base of Hebei.
struct BaseHut {
  std::string_view county;
  double m2;
  std::string_view expected;
};
// Whether the severe cold of the north lets Hebei allow 30 m² instead of 22.5 m² is not known.
constexpr BaseHut kBaseHuts[] = {
    {"张北县", 26, kFieldCheck}, {"沽源县", 27, kFieldCheck}, {"围场县", 29, kFieldCheck},
    {"丰宁县", 25, kFieldCheck}, {"张北县", 33, kViolation},  {"围场县", 22, kClear},
    {"兴隆县", 26, kViolation},  {"怀来县", 22.5, kClear},
};

void plant_base_hut(Planting& planting, const BaseHut& planted) {
  const RingBase base = planting.take_base([&](const RingBase& b) { return b.county == planted.county; });
  Footprint hut{.ring = *building_on(*largest_part(base.outline), 0, {.length = 4.5, .depth = 5}),
                .id = base.id + "-K1",
                .kind = "guard_house",
                .built_on = "2019-08-12",
                .error_m2 = 0.4,
                .use_found = "看护",
                .project = base.id};
  constexpr double kDeepest = 8;  // m
  if (!resize(hut.ring, planted.m2, kDeepest))
    throw base::Error(base::Code::internal, "A guard house cannot have the size planted.");
  planting.truth.expect(hut, "G3", planted.expected);
  planting.elsewhere.structures.push_back(std::move(hut));
}

/// A room in the western part of a greenhouse.
void plant_room(Park& park, std::size_t at, std::string_view kind, std::string_view use, Truth& truth) {
  const Footprint& house = park.greenhouses[at];
  Footprint room{.ring = part_of(house.ring, {.west = 0.06, .east = 0.42, .south = 0.15, .north = 0.75}),
                 .id = house.id + "-N1",
                 .greenhouse = house.id,
                 .kind = kind,
                 .built_on = house.built_on,
                 .error_m2 = 1.5,
                 .use_found = use};
  // One case is one flag: housing inside a greenhouse is category 2 alone, though it is a residence on the
  // farmland of a park as well; a restaurant there is no housing, so category 1.
  truth.expect(room, "G2", kind == "residence" ? kViolation : kClear);
  truth.expect(room, "G1", kind == "restaurant" ? kViolation : kClear);
  park.structures.push_back(std::move(room));
}

}  // namespace

void plant_huts(Planting& planting) {
  for (std::size_t i = 0; i < kHutParks; ++i) {
    Park& park = planting.take_park(
        [](const Park& p) { return p.greenhouses.size() >= 3 * kManyHouses && p.facilities.empty(); });
    plant_huts_of(park, planting.truth);
  }
  for (const BaseHut& hut : kBaseHuts) plant_base_hut(planting, hut);
}

void plant_rooms(Planting& planting) {
  for (std::size_t i = 0; i < kRoomParks; ++i) {
    Park& park = planting.take_park(
        [](const Park& p) { return p.greenhouses.size() >= kManyHouses && p.facilities.empty(); });
    plant_room(park, 1, "residence", "居住", planting.truth);
    plant_room(park, 5, "storage", "农资存放", planting.truth);
    if (i % 2 == 0) plant_room(park, 9, "restaurant", "餐饮", planting.truth);
  }
}

}  // namespace caitu::demo
