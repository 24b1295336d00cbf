#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cells.hpp"
#include "land.hpp"
#include "pieces.hpp"
#include "writer.hpp"

namespace caitu::demo {

/// The plan's numbers (L59, L164), and what is in use for vegetables, in 亩.
inline constexpr double kReserveMu = 200'000;
inline constexpr double kProtectedMu = 160'000;
inline constexpr double kInUseMu = 420'000;
inline constexpr double kReportedTwice = 0.05;  ///< share of it that a second unit reports too

/// What the towns' land gives to the layers of the plan; filled town by town, in the order of towns().
class PlanLayers {
 public:
  void add(const TownLand& land, std::size_t town, std::uint64_t seed);

  /// The blocks that a layer takes, the last one drawn inwards to meet the layer's area. Basic farmland takes
  /// none with facility land on it: what breaks the rules there is planted.
  std::vector<Piece> protected_zones() const;
  std::vector<Piece> basic_farmland_zones() const;
  /// Fields of vegetables, all of them 0102, town by town and village by village.
  std::span<const Piece> fields() const { return fields_; }

  /// reserve, protected, basic_farmland.
  void write_plan(OutPackage& file) const;
  /// vegetable_land.
  void write_fields(OutPackage& file) const;

 private:
  std::vector<Piece> blocks_;  ///< cropland between lanes
  std::vector<Piece> fields_;  ///< vegetable fields, town by town
};

/// districts, towns, roads.
void write_map(OutPackage& file, const CityMap& map);

/// A district's outline in degrees, by its index in districts().
geometry::Geometry district_outline(const CityMap& map, std::size_t district);

}  // namespace caitu::demo
