#include <array>

#include "planted_parts.hpp"

namespace caitu::demo {
namespace {

constexpr std::size_t kTurned = 6, kUnfiled = 7, kAsFiled = 8, kOrdinary = 6;

/// Farming, but not what was filed.
struct OtherFarming {
  std::string_view filed, kind, found;
};
constexpr std::array kOtherFarming = {
    OtherFarming{"畜禽养殖", "packing_shed", "分拣包装"}, OtherFarming{"生产配套", "other", "生猪养殖"},
    OtherFarming{"水产养殖", "cold_store", "蔬菜冷藏"}, OtherFarming{"生产配套", "other", "肉羊养殖"}};

/// A packing shed made into something that is no farming: category 1, and used otherwise than filed.
void plant_turned(Park& park, std::size_t turn, Truth& truth) {
  Footprint& shed = shed_of(park);
  shed.kind = non_farm(turn).kind;
  shed.use_found = non_farm(turn).use;
  for (const std::string_view rule : {"G1", "G7"}) truth.expect(shed, rule, kViolation);
  truth.expect(shed, "G2", kClear);
}

void plant_unfiled(Park& park, Truth& truth) {
  park.facilities[0].filing.clear();
  truth.expect(park.facilities[0], "G7", kViolation);
  truth.expect(shed_of(park), "G1", kClear);
}

void plant_other_farming(Park& park, const OtherFarming& other, Truth& truth) {
  Footprint& shed = shed_of(park);
  park.facilities[0].kind = other.filed;
  shed.kind = other.kind;
  shed.use_found = other.found;
  truth.expect(shed, "G7", kViolation);
  truth.expect(shed, "G1", kClear);
}

}  // namespace

void plant_filings(Planting& planting) {
  for (std::size_t i = 0; i < kTurned; ++i) plant_turned(planting.take_park(shed_park), i, planting.truth);
  for (std::size_t i = 0; i < kUnfiled; ++i) plant_unfiled(planting.take_park(shed_park), planting.truth);
  for (const OtherFarming& other : kOtherFarming)
    plant_other_farming(planting.take_park(shed_park), other, planting.truth);
  for (std::size_t i = 0; i < kAsFiled; ++i) {
    Park& park = planting.take_park(shed_park);
    for (const std::string_view rule : {"G1", "G7"}) planting.truth.expect(shed_of(park), rule, kClear);
    planting.truth.expect(park.facilities[0], "G7", kClear);
    planting.truth.expect(park.facilities[0], "G4", kClear);
  }
  // An ordinary greenhouse on 0102 is not filed, and need not be.
  for (std::size_t i = 0; i < kOrdinary; ++i)
    planting.truth.expect(planting.take_park(bare_park).greenhouses.front(), "G7", kClear);
}

}  // namespace caitu::demo
