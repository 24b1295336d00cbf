#pragma once

#include <map>
#include <string>
#include <vector>

#include "checks/plan_tables.hpp"
#include "geodata/schema.hpp"
#include "geodata/snapshot.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks {

/// What clusters and belts are derived from; null: there is no such layer. Must live as long as the call.
struct PlanLayers {
  const geodata::Snapshot* towns = nullptr;
  const geodata::Snapshot* districts = nullptr;
  const geodata::Snapshot* roads = nullptr;
};

/// Features that no delivery brought, and everything that a reader has to know about them. Geometry in
/// EPSG:4490 degrees, valid and canonical. A function of the tables, the layers and the width alone: the same
/// bytes from run to run.
struct Derived {
  struct Feature {
    std::map<std::string, geodata::Value> values;  ///< by field of geodata/layers; missing ones are left out
    geometry::Geometry geometry;
  };
  std::vector<Feature> features;   ///< in the plan's order
  std::vector<std::string> notes;  ///< sentences: what is missing, was read, or was cut off, and how much
};

/// The towns of table 1 out of `towns`: one feature for each that is there, in the fields of
/// geodata/layers/clusters.toml. A town of several outlines is their union. One that is found by its name, or
/// whose name is not the plan's, and each that is not there has its sentence in the notes.
Derived derive_clusters(const PlanTables& tables, const PlanLayers& layers);

/// What the plan leaves open, and caitu takes unless it is told otherwise: [D], an assumption (DOMAIN 4).
inline constexpr double kBeltWidthM = 1000;

/// The belts of table 2: the land within `width_m` metres of their roads (`road_land`), clipped to the belt's
/// district and so to the city; one feature for each belt of which there is a road, in the fields of
/// geodata/layers/belts.toml.
///
/// Roads go by their name in `roads`; the belt along an extension takes a line of that name and never the
/// road itself. A district's outline is that of `districts`, else the union of its `towns`; without either
/// its belts are left out, for nothing that leaves a district may be measured. `towns`: those of the row that
/// the belt reaches, for the plan gives a row's towns to all its belts together; left out when there is no
/// layer of towns. Error(invalid) as `road_land`.
Derived derive_belts(const PlanTables& tables, const PlanLayers& layers, double width_m = kBeltWidthM);

}  // namespace caitu::checks
