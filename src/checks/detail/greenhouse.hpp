#pragma once

#include <span>

#include "checks/detail/sites.hpp"
#include "checks/detail/turning.hpp"

namespace caitu::checks::detail {

/// The rules of the greenhouse check (DOMAIN 5), one function each. Each looks at every feature of its layers
/// and returns what is no clear case, in the order of the layers. Layers that its rule needs are there.

/// G1: buildings that are no farming on farmland; `belts` are areas like parks and bases.
Rulings non_farm_buildings(const Sites& sites, std::span<const geometry::Geometry> belts);
/// G2: housing inside greenhouses.
Rulings housing(const Sites& sites);
/// G3: guard houses over size, of two storeys, lived in, let or sold.
Rulings guard_houses(const Sites& sites);
/// G4: auxiliary land of projects.
Rulings auxiliary_land(const Sites& sites);
/// G5: cropland hardened or damaged.
Rulings damaged_cropland(const Sites& sites);
/// G6: soil-destroying facilities on permanent basic farmland.
Rulings soil_destroyed(const Sites& sites);
/// G7: facility land unfiled or used otherwise.
Rulings filings(const Sites& sites);
/// G8: closed cases that are back among what G1, G2 and G3 have found.
Rulings recurrences(const Sites& sites, std::span<const Finding> found);
/// G9: greenhouses that imagery shows as hardened or bare.
Rulings hardened_floors(const Sites& sites);
/// G10: scattered supporting plots inside the protected space.
Rulings scattered_plots(const Sites& sites);

/// Which structures are housing inside a greenhouse, and so no case of G1. Keeps references.
class Housing {
 public:
  Housing(const Sites& sites, const geodata::Snapshot& structures);
  /// Of a structure that is lived in: the greenhouses that it stands in; nothing where it stands in none.
  Inside in_greenhouse(std::size_t structure) const;

 private:
  bool lived_in(std::size_t structure) const;

  const geodata::Snapshot& structures_;
  const geodata::Snapshot* greenhouses_;
  FieldOf kind_, use_;
  std::vector<std::string> dwelling_kinds_, undecided_kinds_, dwelling_words_, negating_words_;
  double least_share_ = 0;
};

/// Whether enough of something lies on some land to count: a share of it or so many m², as a rule's
/// parameters `prefix`_share_least and `prefix`_least_m2 say.
class Enough {
 public:
  Enough(const Rule& rule, const std::string& prefix, const When& when);
  bool operator()(double m2, double of_m2) const { return m2 >= least_m2_ || m2 >= share_ * of_m2; }
  /// What there has to be less of `m2` on some land, of `of_m2` in all, to be not enough.
  Turn not_enough(double m2, double of_m2, const Figures& figures) const {
    return less_on(m2, tolerated_m2(of_m2 - m2, share_, least_m2_), figures);
  }
  double share() const { return share_; }
  double least_m2() const { return least_m2_; }

 private:
  double share_, least_m2_;
};

}  // namespace caitu::checks::detail
