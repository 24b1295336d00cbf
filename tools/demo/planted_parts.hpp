#pragma once

#include "planting.hpp"

namespace caitu::demo {

/// A use that is no farming, and the kind of structure that goes with it.
struct NonFarm {
  std::string_view kind, use;
};
/// In turn: housing, catering, commerce, lodging, leisure.
const NonFarm& non_farm(std::size_t turn);

/// A park with a dozen greenhouses or more and no facility land.
bool bare_park(const Park& park);
/// A park with one plot of facility land and a packing shed on it.
bool shed_park(const Park& park);
Footprint& shed_of(Park& park);

/// Takes a greenhouse and its guard house down, and gives back its footprint.
Ring clear_greenhouse(Park& park, std::size_t at);
/// Puts a building of no farming use where a greenhouse stood; a copy of what is now among the park's
/// structures.
Footprint replace_greenhouse(Park& park, std::size_t at, std::size_t turn, std::string built_on);

/// A wish for a base.
std::function<bool(const RingBase&)> in_province(std::string_view province);

/// A plot of `mu` in a ring base, filed for what serves growing; a copy of what is now in planting.elsewhere.
Footprint base_plot(Planting& planting, const RingBase& base, double mu, std::string built_on);
/// The part of a piece of land with `m2` about its middle. Throws Error(internal) when it cannot be had.
Ring drawn_in(const Piece& land, double m2);
/// A number of a filing that is made up.
std::string filing_of(const std::string& id);

}  // namespace caitu::demo
