#pragma once

#include <string>
#include <vector>

#include "checks/plan_tables.hpp"
#include "geodata/snapshot.hpp"
#include "geometry/geometry.hpp"

namespace caitu::checks::detail {

/// Which features of `towns` each town of table 1 is, in the order of the table; none: it is not there. Where
/// one has the town's code, those that only have its name are not taken. Adds sentences to `notes` about what
/// goes by another name or code than the table's.
std::vector<std::vector<std::size_t>> items_of_towns(const PlanTables& tables, const geodata::Snapshot& towns,
                                                     std::vector<std::string>& notes);

/// The union of some features of a layer; those that are no polygons are left out.
geometry::Geometry united_items(const geodata::Snapshot& layer, const std::vector<std::size_t>& items);

}  // namespace caitu::checks::detail
