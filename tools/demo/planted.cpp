#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "geometry/measure.hpp"
#include "parks.hpp"
#include "projection.hpp"
#include "random.hpp"

namespace caitu::demo {
namespace {

using Ring = std::vector<geometry::Position>;

/// The share `along` from a to b.
geometry::Position between(geometry::Position a, geometry::Position b, double along) {
  return {a.lon + along * (b.lon - a.lon), a.lat + along * (b.lat - a.lat)};
}

double depth(const Ring& rectangle) {
  return std::hypot(rectangle[3].lon - rectangle[0].lon, rectangle[3].lat - rectangle[0].lat);
}

/// A hut's rectangle made longer or shorter towards the south until it has `m2`; false when it would reach
/// beyond its greenhouse's end wall.
bool resize(Ring& hut, double m2, const Ring& house) {
  Ring sized = hut;
  for (int step = 0; step < 4; ++step) {
    const double factor = m2 / geometry::area_m2(polygon(sized));
    sized[0] = between(sized[3], sized[0], factor);
    sized[1] = between(sized[2], sized[1], factor);
  }
  if (depth(sized) > depth(house)) return false;
  hut = std::move(sized);
  return true;
}

/// Part of a greenhouse's rectangle: shares of its length and depth.
Ring inside_house(const Ring& house, double west, double east, double south, double north) {
  const auto at = [&](double along, double up) {
    return between(between(house[0], house[1], along), between(house[3], house[2], along), up);
  };
  return {at(west, south), at(east, south), at(east, north), at(west, north)};
}

/// What is done to one guard house. `m2` 0: its size stays.
struct HutCase {
  double m2, error_m2;
  std::int64_t storeys;
  std::string_view use, expected;
};
constexpr HutCase kHutCases[] = {
    {30, 0.5, 1, "看护", "violation"},
    {22.5, 0.5, 1, "看护", "clear"},  // the limit itself is allowed
    {22.6, 0.5, 1, "看护", "for_field_check"},
    {22.4, 0.5, 1, "看护", "clear"},
    {0, 0.5, 2, "看护", "violation"},
    {0, 0.5, 1, "夜间看护、临时休息", "clear"},  // what a guard house is for
    {0, 0.5, 1, "常住居住", "violation"},
    {0, 0.5, 1, "农具存放", "clear"},
    {0, 0.5, 1, "对外出租居住", "violation"},
    {22.5, 0.3, 1, "看护", "clear"},
};
constexpr std::string_view kNonFarm[][2] = {
    {"restaurant", "餐饮"}, {"shop", "商业零售"}, {"lodging", "民宿"}, {"leisure", "休闲娱乐"}};

}  // namespace

void Parks::expect(const Footprint& site, std::string_view rule, std::string_view expected) {
  truth_.push_back({site.id, geometry::point_on(polygon(site.ring)), rule, expected});
}

void Parks::plant_huts(Park& park) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < park.structures.size() && next < std::size(kHutCases); i += 3) {
    Footprint& hut = park.structures[i];
    if (hut.kind != "guard_house") continue;
    const auto house = std::find_if(park.greenhouses.begin(), park.greenhouses.end(),
                                    [&](const Footprint& g) { return g.id == hut.greenhouse; });
    const HutCase& planted = kHutCases[next];
    if (planted.m2 > 0 && !resize(hut.ring, planted.m2, house->ring)) continue;
    hut.error_m2 = planted.error_m2;
    hut.storeys = planted.storeys;
    hut.use_found = planted.use;
    expect(hut, "G3", planted.expected);
    ++next;
  }
}

/// Rooms inside two greenhouses: one lived in, one for tools.
void Parks::plant_rooms(Park& park) {
  for (std::size_t k = 0; k < 2 && 4 * k + 1 < park.greenhouses.size(); ++k) {
    const Footprint& house = park.greenhouses[4 * k + 1];
    Footprint room{.ring = inside_house(house.ring, 0.06, 0.24, 0.15, 0.75),
                   .id = house.id + "-N1",
                   .greenhouse = house.id,
                   .kind = k == 0 ? "residence" : "storage",
                   .built_on = house.built_on,
                   .filing = "",
                   .error_m2 = 1.5,
                   .use_found = k == 0 ? "居住" : "农资存放"};
    expect(room, "G2", k == 0 ? "violation" : "clear");
    if (k == 1) expect(room, "G1", "clear");
    park.structures.push_back(std::move(room));
  }
}

/// Packing sheds on facility land: turned into something else, or as filed; and plots without a filing.
void Parks::plant_sheds(Park& park, std::size_t turn) {
  std::size_t seen = 0;
  for (Footprint& shed : park.structures) {
    if (shed.kind != "packing_shed" || seen == 2) continue;
    const bool turned = seen++ == 0 && turn % 2 == 0;
    if (turned) {
      shed.kind = kNonFarm[turn / 2 % std::size(kNonFarm)][0];
      shed.use_found = kNonFarm[turn / 2 % std::size(kNonFarm)][1];
    }
    for (const std::string_view rule : {"G1", "G7"}) expect(shed, rule, turned ? "violation" : "clear");
  }
  if (park.facilities.size() >= 2 && turn % 2 == 1) {
    Footprint& plot = park.facilities.back();
    plot.filing.clear();
    expect(plot, "G7", "violation");
    expect(park.facilities[park.facilities.size() - 2], "G7", "clear");
  }
  // An ordinary greenhouse on 0102 is not filed, and need not be.
  if (!park.greenhouses.empty()) expect(park.greenhouses.back(), "G7", "clear");
}

void Parks::plant() {
  std::size_t turn = 0, last_town = towns().size();
  for (Park& park : parks_) {
    // The first park with greenhouses of every second town.
    if (park.town == last_town || park.town % 2 != 0 || park.greenhouses.size() < 12) continue;
    last_town = park.town;
    plant_huts(park);
    plant_sheds(park, turn++);
    plant_rooms(park);
  }
}

void Parks::write_truth(const std::filesystem::path& file) const {
  std::ofstream out(file, std::ios::binary);
  out << "site,lon,lat,rule,expected\n";
  for (const Site& site : truth_) {
    out << fmt::format("{},{:.7f},{:.7f},{},{}\n", site.id, site.at.lon, site.at.lat, site.rule,
                       site.expected);
  }
  out.close();
  if (!out)
    throw base::Error(base::Code::io, "The file cannot be written.", base::Where{.file = file.string()});
}

}  // namespace caitu::demo
