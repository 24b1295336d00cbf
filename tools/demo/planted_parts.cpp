#include "planted_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/units.hpp"
#include "buildings.hpp"

namespace caitu::demo {

const NonFarm& non_farm(std::size_t turn) {
  static constexpr std::array kUses = {NonFarm{"residence", "居住"}, NonFarm{"restaurant", "餐饮"},
                                       NonFarm{"shop", "商业零售"}, NonFarm{"lodging", "民宿"},
                                       NonFarm{"leisure", "休闲娱乐"}};
  return kUses[turn % kUses.size()];
}

bool bare_park(const Park& park) { return park.greenhouses.size() >= 12 && park.facilities.empty(); }

bool shed_park(const Park& park) {
  return park.facilities.size() == 1 && park.greenhouses.size() >= 8 &&
         std::any_of(park.structures.begin(), park.structures.end(),
                     [](const Footprint& s) { return s.kind == "packing_shed"; });
}

Footprint& shed_of(Park& park) {
  return *std::find_if(park.structures.begin(), park.structures.end(),
                       [](const Footprint& s) { return s.kind == "packing_shed"; });
}

Ring clear_greenhouse(Park& park, std::size_t at) {
  const Footprint house = park.greenhouses[at];
  park.greenhouses.erase(park.greenhouses.begin() + static_cast<std::ptrdiff_t>(at));
  std::erase_if(park.structures, [&](const Footprint& s) { return s.greenhouse == house.id; });
  return house.ring;
}

Footprint replace_greenhouse(Park& park, std::size_t at, std::size_t turn, std::string built_on) {
  const std::string id = park.greenhouses[at].id + "-J1";
  const Ring freed = clear_greenhouse(park, at);
  const NonFarm& use = non_farm(turn);
  park.structures.push_back({.ring = part_of(freed, {.west = 0.1, .east = 0.5, .south = 0.1, .north = 0.9}),
                             .id = id,
                             .kind = use.kind,
                             .built_on = std::move(built_on),
                             .error_m2 = 4,
                             .use_found = use.use});
  return park.structures.back();
}

std::function<bool(const RingBase&)> in_province(std::string_view province) {
  return [province](const RingBase& base) { return base.province == province; };
}

Footprint base_plot(Planting& planting, const RingBase& base, double mu, std::string built_on) {
  const std::string id = base.id + "-S01";
  planting.elsewhere.facilities.push_back(
      {.ring = drawn_in(*largest_part(base.outline), base::m2_from_mu(mu)),
       .id = id,
       .kind = "生产配套",
       .built_on = std::move(built_on),
       .filing = filing_of(id),
       .project = base.id});
  return planting.elsewhere.facilities.back();
}

Ring drawn_in(const Piece& land, double m2) {
  Piece part = land;
  if (!shrink(part, m2)) throw base::Error(base::Code::internal, "Land is too small for the plot planted.");
  return part.ring;
}

std::string filing_of(const std::string& id) { return fmt::format("虚构备{}号", id); }

}  // namespace caitu::demo
